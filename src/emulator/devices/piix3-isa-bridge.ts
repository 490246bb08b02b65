// ISA bridge 82371SB (PIIX3) function 0: configuration registers and PIRQ routing (Intel 290550).
// Reset values as QEMU's `-M pc` shows them (hw/isa/piix3.c). The header says multi-function, as on the real part.
// Leaves out: ELCR (with the 8259 pair), reset control (CF9h), APIC, DMA and X-bus decoding: those registers are storage.
import type { AccessSize } from '../bus';
import type { ResetKind, Resettable } from '../reset';
import type { ConfigurationField, PciFunction } from './pci-configuration';
import { ConfigurationSpace } from './pci-configuration';

const PIRQRCA = 0x60; // to 63h: routing of PIRQA#-PIRQD#
const PIRQ_COUNT = 4;
const PIRQ_DISABLED = 0x80;
/** IRQs a PIRQ can be routed to: 3-7, 9-12, 14, 15. The others are reserved. */
const ROUTABLE_IRQS = 0b1101_1110_1111_1000;

const FIELDS: readonly ConfigurationField[] = [
  { offset: 0x00, sizeBytes: 2, value: 0x8086 }, // VID
  { offset: 0x02, sizeBytes: 2, value: 0x7000 }, // DID
  { offset: 0x04, sizeBytes: 2, value: 0x0007, writable: 0x0108 }, // PCICMD: special cycles, SERR#
  { offset: 0x06, sizeBytes: 2, value: 0x0200 }, // PCISTS: medium DEVSEL#
  { offset: 0x08, sizeBytes: 1, value: 0x00 }, // RID
  { offset: 0x0a, sizeBytes: 2, value: 0x0601 }, // ISA bridge
  { offset: 0x0e, sizeBytes: 1, value: 0x80 }, // multi-function, type 0
  { offset: 0x2c, sizeBytes: 2, value: 0x1af4 },
  { offset: 0x2e, sizeBytes: 2, value: 0x1100 },
  { offset: 0x4c, sizeBytes: 1, value: 0x4d, writable: 0xff }, // IORT: recovery times
  { offset: 0x4e, sizeBytes: 2, value: 0x0003, writable: 0x07ff }, // XBCS: X-bus chip selects
  ...Array.from({ length: PIRQ_COUNT }, (_, i): ConfigurationField => {
    return { offset: PIRQRCA + i, sizeBytes: 1, value: PIRQ_DISABLED, writable: 0x8f };
  }),
  { offset: 0x69, sizeBytes: 1, value: 0x02, writable: 0xfe }, // TOM: top of memory for ISA masters
  { offset: 0x6a, sizeBytes: 2, value: 0x0000, writable: 0x8082 }, // MSTAT
  { offset: 0x70, sizeBytes: 1, value: 0x80, writable: 0xef }, // MBIRQ0
  { offset: 0x71, sizeBytes: 1, value: 0x80, writable: 0xef }, // MBIRQ1
  { offset: 0x76, sizeBytes: 1, value: 0x0c, writable: 0x8f }, // MBDMA0
  { offset: 0x77, sizeBytes: 1, value: 0x0c, writable: 0x8f }, // MBDMA1
  { offset: 0x78, sizeBytes: 2, value: 0x0002, writable: 0xffff }, // PCSC
  { offset: 0x80, sizeBytes: 1, value: 0x00, writable: 0x7f }, // APICBASE
  { offset: 0x82, sizeBytes: 1, value: 0x00, writable: 0x0f }, // DLC
  { offset: 0xa0, sizeBytes: 1, value: 0x08, writable: 0x1f }, // SMICNTL
  { offset: 0xa2, sizeBytes: 2, value: 0x0000, writable: 0xffff }, // SMIEN
  { offset: 0xa4, sizeBytes: 4, value: 0x0000_0000, writable: 0xffff_ffff }, // SEE
  { offset: 0xa8, sizeBytes: 1, value: 0x0f, writable: 0xff }, // FTMR
  { offset: 0xaa, sizeBytes: 2, value: 0x0000, writable: 0xffff }, // SMIREQ
  { offset: 0xac, sizeBytes: 1, value: 0x00, writable: 0xff }, // CTLTMR
  { offset: 0xae, sizeBytes: 1, value: 0x00, writable: 0xff }, // CTHTMR
];

export interface Piix3Observer {
  /** The routing of PIRQA# (0) to PIRQD# (3) changed. @param irq null when the pin goes nowhere */
  pirqRouted?(pirq: number, irq: number | null): void;
}

/** Function 0 of the south bridge. */
export class Piix3IsaBridge implements PciFunction, Resettable {
  private readonly space = new ConfigurationSpace(FIELDS);
  private told: (number | null)[] = Array.from({ length: PIRQ_COUNT }, () => null);

  constructor(private readonly observer: Piix3Observer = {}) {}

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.space.read(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    this.space.write(offset, sizeBytes, value);
    this.tellRouting();
  }

  /** The IRQ that PIRQA# (0) to PIRQD# (3) is routed to, null for none. */
  irqOfPirq(pirq: number): number | null {
    const route = this.space.read(PIRQRCA + pirq, 1);
    const irq = route & 0x0f;
    return route & PIRQ_DISABLED || !((ROUTABLE_IRQS >>> irq) & 1) ? null : irq;
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.space.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.tellRouting();
  }

  saveState(): { configuration: number[] } {
    return { configuration: this.space.saveState() };
  }

  restoreState({ configuration }: { configuration: number[] }): void {
    this.space.restoreState(configuration);
    this.tellRouting();
  }

  private tellRouting(): void {
    for (let pirq = 0; pirq < PIRQ_COUNT; pirq++) {
      const irq = this.irqOfPirq(pirq);
      if (irq === this.told[pirq]) continue;
      this.told[pirq] = irq;
      this.observer.pirqRouted?.(pirq, irq);
    }
  }
}
