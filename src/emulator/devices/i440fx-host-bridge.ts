// Host bridge 82441FX (PMC): configuration registers, of which PAM0-PAM6 (59h-5Fh) decide who answers C0000-FFFFF.
// Identity and reset values as QEMU's `-M pc` shows them (hw/pci-host/i440fx.c); PAM bits as in Intel's data sheet.
// Leaves out: SMRAM (72h) and TRC (93h) act on nothing; DRAM and timing registers are storage for the BIOS only.
import type { AccessSize } from '../bus';
import type { ResetKind, Resettable } from '../reset';
import type { ConfigurationField, PciFunction } from './pci-configuration';
import { ConfigurationSpace } from './pci-configuration';

const PAM0 = 0x59;
const PAM6 = 0x5f;
const PAM_RE = 0x1; // reads go to RAM
const PAM_WE = 0x2; // writes go to RAM

const KIB = 1024;

const FIELDS: readonly ConfigurationField[] = [
  { offset: 0x00, sizeBytes: 2, value: 0x8086 }, // VID
  { offset: 0x02, sizeBytes: 2, value: 0x1237 }, // DID
  { offset: 0x04, sizeBytes: 2, value: 0x0006, writable: 0x0140 }, // PCICMD: memory and master always on; SERR#, parity
  { offset: 0x06, sizeBytes: 2, value: 0x0280 }, // PCISTS: medium DEVSEL#, fast back-to-back
  { offset: 0x08, sizeBytes: 1, value: 0x02 }, // RID
  { offset: 0x09, sizeBytes: 1, value: 0x00 }, // programming interface
  { offset: 0x0a, sizeBytes: 2, value: 0x0600 }, // host bridge
  { offset: 0x0d, sizeBytes: 1, value: 0x00, writable: 0xf8 }, // MLT
  { offset: 0x2c, sizeBytes: 2, value: 0x1af4 }, // subsystem vendor
  { offset: 0x2e, sizeBytes: 2, value: 0x1100 }, // subsystem
  { offset: 0x50, sizeBytes: 2, value: 0x0000, writable: 0xffff }, // PMCCFG
  { offset: 0x52, sizeBytes: 1, value: 0x00, writable: 0xff }, // DETURBO
  { offset: 0x53, sizeBytes: 1, value: 0x00, writable: 0xff }, // DBC
  { offset: 0x54, sizeBytes: 1, value: 0x00, writable: 0xff }, // AXC
  { offset: 0x55, sizeBytes: 2, value: 0x0000, writable: 0xffff }, // DRT
  { offset: 0x57, sizeBytes: 1, value: 0x00, writable: 0xff }, // DRAMC
  { offset: 0x58, sizeBytes: 1, value: 0x00, writable: 0xff }, // DRAMT
  ...Array.from({ length: PAM6 - PAM0 + 1 }, (_, i): ConfigurationField => {
    // The low half of PAM0 is reserved; of each other half only RE and WE exist.
    return { offset: PAM0 + i, sizeBytes: 1, value: 0x00, writable: i === 0 ? 0x30 : 0x33 };
  }),
  ...Array.from({ length: 8 }, (_, i): ConfigurationField => {
    return { offset: 0x60 + i, sizeBytes: 1, value: 0x00, writable: 0xff }; // DRB0-7
  }),
  { offset: 0x68, sizeBytes: 1, value: 0x00, writable: 0xff }, // FDHC
  { offset: 0x70, sizeBytes: 1, value: 0x00, writable: 0xff }, // MTT
  { offset: 0x71, sizeBytes: 1, value: 0x00, writable: 0xff }, // CLT
  { offset: 0x72, sizeBytes: 1, value: 0x02, writable: 0x78 }, // SMRAM
  { offset: 0x90, sizeBytes: 1, value: 0x00, writable: 0xff }, // ERRCMD
  { offset: 0x93, sizeBytes: 1, value: 0x00, writable: 0x0f }, // TRC
];

/** A range of physical memory that one half of a PAM register rules. */
export interface PamRegion {
  readonly base: number;
  readonly sizeBytes: number;
}

/** Who answers in a region: RAM where true, the bus behind the bridge (ROM) where false. */
export interface PamAttributes {
  readonly isReadFromRam: boolean;
  readonly isWrittenToRam: boolean;
}

/** PAM0 high: F0000-FFFFF; then from PAM1 low to PAM6 high sixteen KiB each from C0000 to EFFFF. */
export const PAM_REGIONS: readonly PamRegion[] = [
  { base: 0xf_0000, sizeBytes: 64 * KIB },
  ...Array.from({ length: 12 }, (_, i) => ({ base: 0xc_0000 + i * 16 * KIB, sizeBytes: 16 * KIB })),
];

export interface I440fxObserver {
  /** One region changed; called for each before `pamChangesDone`. */
  pamChanged(region: PamRegion, attributes: PamAttributes): void;
  /** All regions of one write or reset were told. */
  pamChangesDone?(): void;
}

/** Function 0 of device 0. A CPU-only reset leaves it alone; power-on and platform reset bring ROM back. */
export class I440fxHostBridge implements PciFunction, Resettable {
  private readonly space = new ConfigurationSpace(FIELDS);
  /** Attributes as last told, per region: RE and WE bits. */
  private told = PAM_REGIONS.map(() => 0);

  constructor(private readonly observer: I440fxObserver) {}

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.space.read(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    this.space.write(offset, sizeBytes, value);
    if (offset <= PAM6 && offset + sizeBytes > PAM0) this.tellPamChanges();
  }

  /** Attributes of a region as the registers say now. */
  pamAttributes(regionIndex: number): PamAttributes {
    const bits = this.pamBits(regionIndex);
    return { isReadFromRam: (bits & PAM_RE) !== 0, isWrittenToRam: (bits & PAM_WE) !== 0 };
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.space.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.tellPamChanges();
  }

  saveState(): { configuration: number[] } {
    return { configuration: this.space.saveState() };
  }

  restoreState({ configuration }: { configuration: number[] }): void {
    this.space.restoreState(configuration);
    this.tellPamChanges();
  }

  private pamBits(regionIndex: number): number {
    const half = regionIndex + 1; // PAM0 low is reserved
    return (this.space.read(PAM0 + (half >>> 1), 1) >>> (half & 1 ? 4 : 0)) & (PAM_RE | PAM_WE);
  }

  private tellPamChanges(): void {
    let isChanged = false;
    PAM_REGIONS.forEach((region, i) => {
      const bits = this.pamBits(i);
      if (bits === this.told[i]) return;
      this.told[i] = bits;
      isChanged = true;
      this.observer.pamChanged(region, this.pamAttributes(i));
    });
    if (isChanged) this.observer.pamChangesDone?.();
  }
}
