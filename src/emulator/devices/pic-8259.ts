// Two 8259A interrupt controllers, the slave's INT on the master's IR2, with edge/level registers (ELCR) per line.
// IBM AT Technical Reference; ELCR from the 82371SB (PIIX3) datasheet. The chip itself: pic-8259-chip.ts.
import type { PortDevice } from '../bus';
import type { Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import { Pic8259 } from './pic-8259-chip';
import type { PicState } from './pic-8259-chip';

const CASCADE_LEVEL = 2; // IR2 of the master carries the slave's INT on every AT
const OPEN_BUS_BYTE = 0xff; // no chip drives the vector

/** State of the pair. */
export interface PicPairState {
  readonly master: PicState;
  readonly slave: PicState;
}

/** What the pair is connected to. */
export interface PicPairPins {
  /** The CPU's INTR. */
  readonly intr: InterruptLine;
  readonly clock: Clock;
  /** Tells the bus from which cycle on a read may answer differently: now, after a poll. */
  readonly noteUnstable: (cycle: number) => void;
}

/** Figures of the board. */
export interface PicPairConfig {
  /** The chipset has ELCR registers, which take the place of ICW1's LTIM bit (PIIX3 and later). */
  readonly hasElcr: boolean;
}

/** The AT's pair of 8259As. Inputs 0-7 are the master's, 8-15 the slave's; input 2 is taken by the cascade. */
export class PicPair implements Resettable {
  private readonly masterChip: Pic8259;
  private readonly slaveChip: Pic8259;
  /** Command and data port of the master: even and odd address. */
  readonly master: PortDevice;
  /** Command and data port of the slave: even and odd address. */
  readonly slave: PortDevice;
  /** ELCR1 (even address, IRQ 0-7) and ELCR2 (odd address, IRQ 8-15). Not to be claimed without `hasElcr`. */
  readonly elcr: PortDevice;

  constructor(pins: PicPairPins, config: PicPairConfig) {
    const noteChange = () => pins.noteUnstable(pins.clock.nowCycles);
    this.masterChip = new Pic8259(true, pins.intr, noteChange, config.hasElcr);
    const cascade: InterruptLine = {
      raise: () => this.masterChip.setInput(CASCADE_LEVEL, true),
      lower: () => this.masterChip.setInput(CASCADE_LEVEL, false),
    };
    this.slaveChip = new Pic8259(false, cascade, noteChange, config.hasElcr);
    this.master = this.masterChip;
    this.slave = this.slaveChip;
    this.elcr = createElcrPorts(this.masterChip, this.slaveChip);
  }

  /** The input for `irq` 0-15. Lines shared by several chips are combined by the board. */
  input(irq: number): InterruptLine {
    const chip = irq < 8 ? this.masterChip : this.slaveChip;
    return { raise: () => chip.setInput(irq & 7, true), lower: () => chip.setInput(irq & 7, false) };
  }

  /**
   * The CPU's two INTA cycles.
   * @returns the vector; that of IRQ 7 or 15 when the request has gone meanwhile (spurious)
   */
  acknowledge(): number {
    const level = this.masterChip.acknowledgeLevel();
    if (level !== CASCADE_LEVEL || !this.masterChip.hasSlaveAt(level)) return this.masterChip.vectorOf(level);
    if (!this.slaveChip.answersAs(level)) return OPEN_BUS_BYTE;
    return this.slaveChip.vectorOf(this.slaveChip.acknowledgeLevel());
  }

  /** The 8259A has no reset pin: the chipset's reset stands for it. A CPU reset leaves both chips as they are. */
  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.masterChip.reset();
    this.slaveChip.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.slaveChip.updateOutput();
    this.masterChip.updateOutput();
  }

  saveState(): PicPairState {
    return { master: this.masterChip.saveState(), slave: this.slaveChip.saveState() };
  }

  restoreState(state: PicPairState): void {
    this.slaveChip.restoreState(state.slave);
    this.masterChip.restoreState(state.master);
    this.masterChip.updateOutput();
  }
}

/** PIIX3 ELCR: system timer, keyboard, cascade (0-2), RTC (8) and FPU (13) cannot be level triggered. */
function createElcrPorts(master: Pic8259, slave: Pic8259): PortDevice {
  const ELCR1_WRITABLE = 0xf8;
  const ELCR2_WRITABLE = 0xde;
  const read = (port: number) => (port & 1 ? slave.elcr : master.elcr);
  return {
    readPort: read,
    peekPort: read,
    writePort(port, _sizeBytes, value) {
      if (port & 1) slave.writeElcr(value & ELCR2_WRITABLE);
      else master.writeElcr(value & ELCR1_WRITABLE);
    },
  };
}
