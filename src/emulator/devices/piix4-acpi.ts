// Power management function of the 82371AB (PIIX4), function 3 of the south bridge (Intel 290562, 7): configuration space,
// which opens the ACPI and SMBus ports where firmware wants them. Identity and reset values as on QEMU's `-M pc`.
// Leaves out: device activity monitors (DEVRESA-J) and SMI: those registers are storage.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';
import type { ConfigurationField, PciFunction } from './pci-configuration';
import { ConfigurationSpace } from './pci-configuration';
import type { PciDecoder, PortRange } from './pci-endpoint';
import type { Piix4AcpiPins, Piix4AcpiRegistersState } from './piix4-acpi-registers';
import { Piix4AcpiRegisters } from './piix4-acpi-registers';
import { Piix4Smbus } from './piix4-acpi-smbus';

const PMBASE = 0x40;
const PMREGMISC = 0x80;
const PMIOSE = 0x01; // of PMREGMISC: the ports at PMBASE answer
const SMBBA = 0x90;
const SMBHSTCFG = 0xd2;
const SMB_HST_EN = 0x01; // of SMBHSTCFG: the ports at SMBBA answer
const PM_BYTES = 0x40;
const SMBUS_BYTES = 0x10;

/** APMC commands: the values are firmware's and stand in its FADT; QEMU's and SeaBIOS's. */
export const ACPI_ENABLE = 0xf1;
export const ACPI_DISABLE = 0xf0;

const FIELDS: readonly ConfigurationField[] = [
  { offset: 0x00, sizeBytes: 2, value: 0x8086 }, // VID
  { offset: 0x02, sizeBytes: 2, value: 0x7113 }, // DID
  { offset: 0x04, sizeBytes: 2, value: 0x0000, writable: 0x0001 }, // PCICMD: the SMBus ports; see `decode`
  { offset: 0x06, sizeBytes: 2, value: 0x0280 }, // PCISTS: medium DEVSEL#, fast back-to-back
  { offset: 0x08, sizeBytes: 1, value: 0x03 }, // RID
  { offset: 0x0a, sizeBytes: 2, value: 0x0680 }, // bridge, other
  { offset: 0x2c, sizeBytes: 2, value: 0x1af4 },
  { offset: 0x2e, sizeBytes: 2, value: 0x1100 },
  { offset: 0x3c, sizeBytes: 1, value: 0x00, writable: 0xff }, // INTLN
  { offset: 0x3d, sizeBytes: 1, value: 0x01 }, // INTPN
  { offset: PMBASE, sizeBytes: 4, value: 0x0000_0001, writable: 0x0000_ffc0 },
  { offset: 0x44, sizeBytes: 4, value: 0x0000_0000, writable: 0xffff_ffff }, // CNTA
  { offset: 0x48, sizeBytes: 4, value: 0x0000_0000, writable: 0xffff_ffff }, // CNTB
  { offset: 0x4c, sizeBytes: 4, value: 0x0000_0000, writable: 0xffff_ffff }, // GPICTL
  { offset: 0x50, sizeBytes: 4, value: 0x0000_0000, writable: 0x00ff_ffff }, // DEVRESD
  { offset: 0x54, sizeBytes: 4, value: 0x0000_0000, writable: 0xffff_ffff }, // DEVACTA
  // DEVACTB: APMC_EN is set, as firmware leaves it once its SMM handler stands. Without SMM nobody has to try.
  { offset: 0x58, sizeBytes: 4, value: 0x0200_0000, writable: 0xffff_ffff },
  ...[0x5c, 0x60, 0x64, 0x68, 0x6c, 0x70, 0x74, 0x78, 0x7c].map((offset): ConfigurationField => {
    return { offset, sizeBytes: 4, value: 0, writable: 0xffff_ffff }; // DEVRESA-J
  }),
  { offset: PMREGMISC, sizeBytes: 1, value: 0x00, writable: PMIOSE },
  { offset: SMBBA, sizeBytes: 4, value: 0x0000_0001, writable: 0x0000_fff0 },
  { offset: SMBHSTCFG, sizeBytes: 1, value: 0x00, writable: 0x0f },
];

/** A block of ports that configuration registers place. */
interface PlacedPorts {
  readonly name: string;
  readonly range: PortRange;
  readonly baseOffset: number;
  readonly baseMask: number;
  readonly enableOffset: number;
  readonly enableBit: number;
  base: number;
  close: (() => void) | null;
}

/** State of the function. */
export interface Piix4AcpiState {
  readonly configuration: number[];
  readonly registers: Piix4AcpiRegistersState;
  readonly smbus: { registers: number[] };
}

/** Function 3 of the south bridge. */
export class Piix4Acpi implements PciFunction, Resettable {
  /** The ACPI registers: power button, SCI_EN and GPE block are reached through them. */
  readonly registers: Piix4AcpiRegisters;
  private readonly smbus = new Piix4Smbus();
  private readonly space = new ConfigurationSpace(FIELDS);
  private readonly placed: readonly PlacedPorts[];

  constructor(
    pins: Piix4AcpiPins,
    private readonly decoder: PciDecoder,
  ) {
    this.registers = new Piix4AcpiRegisters(pins);
    const closed = { base: -1, close: null };
    this.placed = [
      {
        ...{ name: 'PIIX4 ACPI', range: portRange(PM_BYTES, 4, this.registers), ...closed },
        ...{ baseOffset: PMBASE, baseMask: 0xffc0, enableOffset: PMREGMISC, enableBit: PMIOSE },
      },
      {
        ...{ name: 'PIIX4 SMBus', range: portRange(SMBUS_BYTES, 1, this.smbus), ...closed },
        ...{ baseOffset: SMBBA, baseMask: 0xfff0, enableOffset: SMBHSTCFG, enableBit: SMB_HST_EN },
      },
    ];
  }

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.space.read(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    this.space.write(offset, sizeBytes, value);
    this.decode();
  }

  /** A command at the APM port: firmware's handler would switch SCI_EN; without SMM the chip does. */
  takeApmCommand(command: number): void {
    if (command === ACPI_ENABLE) this.registers.setSciEnabled(true);
    if (command === ACPI_DISABLE) this.registers.setSciEnabled(false);
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.space.reset();
    this.registers.enterReset(kind);
    this.smbus.enterReset(kind);
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.decode();
    this.registers.holdReset(kind);
  }

  exitReset(kind: ResetKind): void {
    this.registers.exitReset(kind);
  }

  saveState(): Piix4AcpiState {
    return {
      configuration: this.space.saveState(),
      registers: this.registers.saveState(),
      smbus: this.smbus.saveState(),
    };
  }

  restoreState({ configuration, registers, smbus }: Piix4AcpiState): void {
    this.space.restoreState(configuration);
    this.registers.restoreState(registers);
    this.smbus.restoreState(smbus);
    this.decode();
  }

  /** PCICMD does not matter: as on QEMU, both blocks follow their own enable bits alone. */
  private decode(): void {
    for (const ports of this.placed) {
      const isEnabled = (this.space.read(ports.enableOffset, 1) & ports.enableBit) !== 0;
      const wanted = this.space.read(ports.baseOffset, 4) & ports.baseMask;
      const base = isEnabled && wanted !== 0 ? wanted : -1;
      if (base === ports.base) continue;
      ports.close?.();
      ports.base = base;
      ports.close = base < 0 ? null : this.decoder.open(ports.name, ports.range, base);
    }
  }
}

/** The decoder asks for a base address register; these blocks have registers of their own. */
function portRange(sizeBytes: number, widthBytes: AccessSize, device: PortDevice): PortRange {
  return { kind: 'io', bar: 0, sizeBytes, widthBytes, device };
}
