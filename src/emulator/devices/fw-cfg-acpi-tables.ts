// The ACPI tables of a board with PIIX4 power management, as files for fw_cfg's table loader (QEMU hw/acpi/bios-linker-loader.c).
// RSDP, RSDT, FADT, FACS, DSDT of ACPI 1.0b. No MADT and no HPET: the board has a pair of 8259As and an 8254.
import type { Aml } from './fw-cfg-aml';
import * as aml from './fw-cfg-aml';
import { ACPI_DISABLE, ACPI_ENABLE } from './piix4-acpi';

const TABLES_FILE = 'etc/acpi/tables';
const RSDP_FILE = 'etc/acpi/rsdp';
const LOADER_FILE = 'etc/table-loader';

/** Where SeaBIOS puts PMBASE once it has found a table loader (src/fw/paravirt.c). */
const PM_BASE = 0x600;
/** QEMU's place of the general-purpose events. */
export const GPE_BASE = 0xafe0;
export const GPE_PORTS = 4;
const SMI_CMD = 0xb2;
export const SCI_IRQ = 9;
/** SeaBIOS gives PCI memory from here up when RAM ends below (src/fw/pciinit.c). */
const PCI_MEMORY_FIRST = 0x8000_0000;
const PCI_MEMORY_LAST = 0xfebf_ffff;

const HEADER_BYTES = 36;
const CHECKSUM_OFFSET = 9;
const FACS_BYTES = 64;
const FADT_BYTES = 116;
const FADT_FIRMWARE_CTRL = 36;
const FADT_DSDT = 40;
const RSDP_BYTES = 20;
const RSDP_CHECKSUM = 8;
const RSDP_RSDT = 16;

/** Files by name. */
export function createAcpiFiles(): [string, Uint8Array][] {
  const facs = [...aml.ascii('FACS'), ...aml.littleEndian(4, FACS_BYTES), ...zeros(FACS_BYTES - 8)];
  const dsdtAt = facs.length;
  const dsdt = table('DSDT', 1, createDsdtCode());
  const fadtAt = dsdtAt + dsdt.length;
  const fadt = table('FACP', 1, createFadtBody(0, dsdtAt));
  const rsdtAt = fadtAt + fadt.length;
  const rsdt = table('RSDT', 1, aml.littleEndian(4, fadtAt));
  const tables = [...facs, ...dsdt, ...fadt, ...rsdt];
  const rsdp = [...aml.ascii('RSD PTR '), 0, ...aml.ascii(OEM_ID), 0, ...aml.littleEndian(4, rsdtAt)];

  const tableAt = (at: number, bytes: Aml) => addChecksum(TABLES_FILE, at + CHECKSUM_OFFSET, at, bytes.length);
  const loader = [
    allocate(TABLES_FILE, 64, ZONE_HIGH),
    allocate(RSDP_FILE, 16, ZONE_F_SEGMENT),
    addPointer(TABLES_FILE, TABLES_FILE, fadtAt + FADT_FIRMWARE_CTRL),
    addPointer(TABLES_FILE, TABLES_FILE, fadtAt + FADT_DSDT),
    addPointer(TABLES_FILE, TABLES_FILE, rsdtAt + HEADER_BYTES),
    addPointer(RSDP_FILE, TABLES_FILE, RSDP_RSDT),
    tableAt(dsdtAt, dsdt),
    tableAt(fadtAt, fadt),
    tableAt(rsdtAt, rsdt),
    addChecksum(RSDP_FILE, RSDP_CHECKSUM, 0, RSDP_BYTES),
  ];
  return [
    [TABLES_FILE, Uint8Array.from(tables)],
    [RSDP_FILE, Uint8Array.from(rsdp)],
    [LOADER_FILE, Uint8Array.from(loader.flat())],
  ];
}

// ---- tables ----

const OEM_ID = 'BOOTLB';

/** A table with its header; the loader fills the checksum in. */
function table(signature: string, revision: number, body: Aml): Aml {
  return [
    ...aml.ascii(signature),
    ...aml.littleEndian(4, HEADER_BYTES + body.length),
    ...[revision, 0],
    ...aml.ascii(OEM_ID),
    ...aml.ascii('BOARD   '),
    ...aml.littleEndian(4, 1),
    ...aml.ascii('BLAB'),
    ...aml.littleEndian(4, 1),
    ...body,
  ];
}

/** Fixed ACPI Description Table (ACPI 1.0b, 5.2.5). Addresses of FACS and DSDT are offsets the loader adds to. */
function createFadtBody(facsAt: number, dsdtAt: number): Aml {
  const fadt = new DataView(new ArrayBuffer(FADT_BYTES));
  const byte = (offset: number, value: number) => fadt.setUint8(offset, value);
  const word = (offset: number, value: number) => fadt.setUint16(offset, value, true);
  const double = (offset: number, value: number) => fadt.setUint32(offset, value, true);
  double(FADT_FIRMWARE_CTRL, facsAt);
  double(FADT_DSDT, dsdtAt);
  word(46, SCI_IRQ); // SCI_INT
  double(48, SMI_CMD);
  byte(52, ACPI_ENABLE);
  byte(53, ACPI_DISABLE);
  double(56, PM_BASE); // PM1a_EVT_BLK
  double(64, PM_BASE + 4); // PM1a_CNT_BLK
  double(76, PM_BASE + 8); // PM_TMR_BLK
  double(80, GPE_BASE); // GPE0_BLK
  byte(88, 4); // PM1_EVT_LEN
  byte(89, 2); // PM1_CNT_LEN
  byte(91, 4); // PM_TM_LEN
  byte(92, GPE_PORTS); // GPE0_BLK_LEN
  word(96, 0xffff); // P_LVL2_LAT: no C2
  word(98, 0xffff); // P_LVL3_LAT: no C3
  byte(108, 0x32); // CENTURY in CMOS
  double(112, FADT_WBINVD | FADT_PROC_C1 | FADT_SLP_BUTTON | FADT_FIX_RTC);
  return [...new Uint8Array(fadt.buffer, HEADER_BYTES)];
}

const FADT_WBINVD = 0x01; // WBINVD works
const FADT_PROC_C1 = 0x04; // HLT is C1
const FADT_SLP_BUTTON = 0x20; // there is no fixed sleep button
const FADT_FIX_RTC = 0x40; // the RTC cannot wake

// ---- DSDT ----

const LINKS = ['LNKA', 'LNKB', 'LNKC', 'LNKD'];
const ROUTES = ['PRQ0', 'PRQ1', 'PRQ2', 'PRQ3'];
const ROUTE_DISABLED = aml.integer(0x80);
const PCI_DEVICES = 32;

function createDsdtCode(): Aml {
  const softOff = aml.integer(0); // SUS_TYP
  return [
    ...aml.define('\\_S5', aml.packageOf(softOff, softOff, aml.integer(0), aml.integer(0))),
    ...aml.scope('\\_SB', createPciBus(), createLinkMethods(), ...LINKS.map(createLink)),
  ];
}

function createPciBus(): Aml {
  return aml.device(
    'PCI0',
    aml.define('_HID', aml.eisaId('PNP0A03')),
    aml.define('_UID', aml.integer(0)),
    aml.define(
      '_CRS',
      aml.resources(
        aml.busRange(0, 0xff),
        aml.ports(0xcf8, 8),
        aml.portRange(0, 0xcf7),
        aml.portRange(0xd00, 0xffff),
        aml.memoryRange(0xa_0000, 0xb_ffff),
        aml.memoryRange(PCI_MEMORY_FIRST, PCI_MEMORY_LAST),
      ),
    ),
    aml.define('_PRT', createRoutingTable()),
    createIsaBridge(),
  );
}

/** Slots turn their pins by one each: the same rotation as PciInterrupts. */
function createRoutingTable(): Aml {
  const entries: Aml[] = [];
  for (let slot = 1; slot < PCI_DEVICES; slot++) {
    for (let pin = 0; pin < 4; pin++) {
      const link = aml.name(LINKS[(pin + slot - 1) % 4]);
      entries.push(aml.packageOf(aml.integer(slot * 0x1_0000 + 0xffff), aml.integer(pin), link, aml.integer(0)));
    }
  }
  return aml.packageOf(...entries);
}

function createIsaBridge(): Aml {
  const PIRQRCA = 0x60;
  const plugAndPlay = (path: string, id: string, ...descriptors: Aml[]) => {
    return aml.device(path, aml.define('_HID', aml.eisaId(id)), aml.define('_CRS', aml.resources(...descriptors)));
  };
  return aml.device(
    'ISA',
    aml.define('_ADR', aml.integer(0x1_0000)),
    aml.configurationBytes('PIRQ', PIRQRCA, ROUTES),
    plugAndPlay('KBD', 'PNP0303', aml.ports(0x60, 1), aml.ports(0x64, 1), aml.edgeIrq(1)),
    plugAndPlay('MOU', 'PNP0F13', aml.edgeIrq(12)),
    plugAndPlay('RTC', 'PNP0B00', aml.ports(0x70, 2), aml.edgeIrq(8)),
    plugAndPlay('COM1', 'PNP0501', aml.ports(0x3f8, 8), aml.edgeIrq(4)),
  );
}

/** What the four links share: present resources and status from a routing register. */
function createLinkMethods(): Aml {
  const irqWord = aml.name('IRQW');
  const isRouted = 0x0b; // present, enabled, functioning
  const isIdle = 0x09; // present, functioning
  return [
    ...aml.method(
      'LCRS',
      1,
      aml.define('BUFF', aml.resources(aml.sharedIrq())),
      aml.wordField(aml.name('BUFF'), 1, 'IRQW'),
      aml.when(
        [0x92, ...aml.and(aml.ARGUMENT_0, ROUTE_DISABLED)],
        aml.shiftLeftInto(aml.integer(1), aml.ARGUMENT_0, irqWord),
      ),
      aml.returnValue(aml.name('BUFF')),
    ),
    ...aml.method(
      'LSTA',
      1,
      aml.when(aml.and(aml.ARGUMENT_0, ROUTE_DISABLED), aml.returnValue(aml.integer(isIdle))),
      aml.returnValue(aml.integer(isRouted)),
    ),
  ];
}

/** A PCI interrupt link: PIRQA#-PIRQD# and its register in the ISA bridge. */
function createLink(path: string, index: number): Aml {
  const route = aml.name(`\\_SB.PCI0.ISA.${ROUTES[index]}`);
  return aml.device(
    path,
    aml.define('_HID', aml.eisaId('PNP0C0F')),
    aml.define('_UID', aml.integer(index + 1)),
    aml.define('_PRS', aml.resources(aml.sharedIrq(5, 10, 11))),
    aml.method('_STA', 0, aml.returnValue(aml.call('LSTA', route))),
    aml.method('_DIS', 0, aml.orInto(route, ROUTE_DISABLED, route)),
    aml.method('_CRS', 0, aml.returnValue(aml.call('LCRS', route))),
    aml.method(
      '_SRS',
      1,
      aml.wordField(aml.ARGUMENT_0, 1, 'IRQW'),
      aml.lowestSetBitInto(aml.name('IRQW'), aml.LOCAL_0),
      aml.decrement(aml.LOCAL_0),
      aml.store(aml.LOCAL_0, route),
    ),
  );
}

// ---- loader commands: 128 bytes each ----

const COMMAND_BYTES = 128;
const LOADER_NAME_BYTES = 56;
const ZONE_HIGH = 1;
const ZONE_F_SEGMENT = 2;

function allocate(file: string, alignBytes: number, zone: number): Aml {
  return command(1, loaderName(file), aml.littleEndian(4, alignBytes), [zone]);
}

/** Adds the address of `source` to the double word at `offset` of `file`. */
function addPointer(file: string, source: string, offset: number): Aml {
  return command(2, loaderName(file), loaderName(source), aml.littleEndian(4, offset), [4]);
}

function addChecksum(file: string, offset: number, start: number, lengthBytes: number): Aml {
  return command(3, loaderName(file), ...[offset, start, lengthBytes].map((value) => aml.littleEndian(4, value)));
}

function command(kind: number, ...parts: Aml[]): Aml {
  const bytes = [...aml.littleEndian(4, kind), ...parts.flat()];
  return [...bytes, ...zeros(COMMAND_BYTES - bytes.length)];
}

function loaderName(file: string): Aml {
  return [...aml.ascii(file), ...zeros(LOADER_NAME_BYTES - file.length)];
}

function zeros(count: number): Aml {
  return Array.from({ length: count }, () => 0);
}
