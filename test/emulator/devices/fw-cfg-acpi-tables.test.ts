import { describe, expect, it } from 'vitest';
import { createAcpiFiles } from '../../../src/emulator/devices/fw-cfg-acpi-tables';
import * as aml from '../../../src/emulator/devices/fw-cfg-aml';

/** Where the loader of this test puts the two files. */
const TABLES_AT = 0x0fff_f000;
const RSDP_AT = 0x000f_6000;
const COMMAND_BYTES = 128;

/** Does what SeaBIOS does with the loader script (src/fw/romfile_loader.c). */
function load() {
  const files = new Map(createAcpiFiles().map(([name, bytes]) => [name, bytes.slice()]));
  const places = new Map<string, number>();
  const script = files.get('etc/table-loader')!;
  const nameAt = (at: number) => String.fromCharCode(...script.subarray(at, at + 56)).replace(/\0+$/, '');
  for (let at = 0; at < script.length; at += COMMAND_BYTES) {
    const view = new DataView(script.buffer, at, COMMAND_BYTES);
    const file = files.get(nameAt(at + 4))!;
    const fileView = new DataView(file.buffer);
    switch (view.getUint32(0, true)) {
      case 1:
        places.set(nameAt(at + 4), view.getUint8(64) === 2 ? RSDP_AT : TABLES_AT);
        expect((TABLES_AT | RSDP_AT) % view.getUint32(60, true)).toBe(0);
        break;
      case 2: {
        const offset = view.getUint32(116, true);
        expect(view.getUint8(120)).toBe(4);
        fileView.setUint32(offset, fileView.getUint32(offset, true) + places.get(nameAt(at + 60))!, true);
        break;
      }
      case 3: {
        const [offset, start, length] = [60, 64, 68].map((field) => view.getUint32(field, true));
        file[offset] -= sum(file.subarray(start, start + length));
        break;
      }
      default:
        throw new Error('unknown command');
    }
  }
  return { tables: files.get('etc/acpi/tables')!, rsdp: files.get('etc/acpi/rsdp')! };
}

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const wordAt = (bytes: Uint8Array, offset: number) =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);

/** A table by its physical address, its length and checksum found right. */
function tableAt(tables: Uint8Array, address: number): Uint8Array {
  const at = address - TABLES_AT;
  const table = tables.subarray(at, at + wordAt(tables, at + 4));
  if (text(table.subarray(0, 4)) !== 'FACS') expect(sum(table)).toBe(0);
  return table;
}

describe('the ACPI tables, loaded', () => {
  const { tables, rsdp } = load();
  const rsdt = tableAt(tables, wordAt(rsdp, 16));
  const fadt = tableAt(tables, wordAt(rsdt, 36));

  it('are found from the RSDP, every checksum right', () => {
    expect(text(rsdp.subarray(0, 8))).toBe('RSD PTR ');
    expect(sum(rsdp)).toBe(0);
    expect(text(rsdt.subarray(0, 4))).toBe('RSDT');
    expect(rsdt.length).toBe(40); // one entry: no MADT, no HPET
    expect(text(fadt.subarray(0, 4))).toBe('FACP');
  });

  it('point to a FACS on a 64-byte border and to the DSDT', () => {
    expect(wordAt(fadt, 36) % 64).toBe(0);
    expect(text(tableAt(tables, wordAt(fadt, 36)).subarray(0, 4))).toBe('FACS');
    expect(text(tableAt(tables, wordAt(fadt, 40)).subarray(0, 4))).toBe('DSDT');
  });

  it('name the ports of the PIIX4 where SeaBIOS puts them, and SCI on IRQ 9', () => {
    expect(wordAt(fadt, 56)).toBe(0x600);
    expect(wordAt(fadt, 64)).toBe(0x604);
    expect(wordAt(fadt, 76)).toBe(0x608);
    expect(wordAt(fadt, 80)).toBe(0xafe0);
    expect(fadt[46]).toBe(9);
    expect([wordAt(fadt, 48), fadt[52], fadt[53]]).toEqual([0xb2, 0xf1, 0xf0]);
  });
});

describe('AML', () => {
  it('writes names as segments of four characters (ACPI 1.0b, 16.2.2)', () => {
    expect(aml.name('_S5')).toEqual([...Buffer.from('_S5_')]);
    expect(aml.name('\\_SB')).toEqual([...Buffer.from('\\_SB_')]);
    expect(aml.name('\\_SB.PCI0')).toEqual([0x5c, 0x2e, ...Buffer.from('_SB_PCI0')]);
    expect(aml.name('\\_SB.PCI0.ISA')).toEqual([0x5c, 0x2f, 3, ...Buffer.from('_SB_PCI0ISA_')]);
  });

  it('writes the shortest constant', () => {
    expect([0, 1, 2, 0xff, 0x100, 0x1_0000].map((value) => aml.integer(value).length)).toEqual([1, 1, 2, 2, 3, 5]);
    expect(aml.integer(0x1234_5678)).toEqual([0x0c, 0x78, 0x56, 0x34, 0x12]);
  });

  it('compresses EISA identifications: PNP0A03 is 030AD041h', () => {
    expect(aml.eisaId('PNP0A03')).toEqual([0x0c, 0x41, 0xd0, 0x0a, 0x03]);
  });

  it.each([
    [62, [0x3f]],
    [63, [0x41, 0x04]], // 65 = 1 + 4 * 16, with a second byte
    [4093, [0x4f, 0xff]],
    [4094, [0x81, 0x00, 0x01]], // 4097: a third byte
  ])('counts %d bytes of a scope, and the length itself, into PkgLength', (count, length) => {
    const NAME_BYTES = 4;
    const terms = Array.from({ length: count - NAME_BYTES }, () => 0);
    const bytes = aml.scope('ISA', terms);
    expect(bytes.slice(1, 1 + length.length)).toEqual(length);
    expect(bytes.length).toBe(1 + length.length + count);
  });
});
