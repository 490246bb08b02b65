// One 8259A interrupt controller: initialization, priorities, masks, end of interrupt, poll. The pair: pic-8259.ts.
// Intel 8259A datasheet (231468). Left out: MCS-80 mode, buffered mode's pins.
import type { AccessSize, PortDevice } from '../bus';
import type { InterruptLine } from '../irq';

const ICW1_IC4 = 0x01; // ICW4 follows
const ICW1_SNGL = 0x02; // single: no cascade, no ICW3
const ICW1_LTIM = 0x08; // all inputs level triggered
const ICW1_ID = 0x10; // address 0: this byte is ICW1
const ICW4_AEOI = 0x02; // automatic end of interrupt
const ICW4_SFNM = 0x10; // special fully nested mode
const OCW3_ID = 0x08; // address 0, bit 4 clear: this byte is OCW3
const OCW3_RIS = 0x01; // read ISR instead of IRR
const OCW3_RR = 0x02; // RIS is valid
const OCW3_P = 0x04; // poll command
const OCW3_SMM = 0x20; // special mask mode on
const OCW3_ESMM = 0x40; // SMM is valid

const SPURIOUS_LEVEL = 7; // "default IR7": acknowledged without a request

/** Where the initialization sequence stands: `ready`, or the command word awaited at address 1. */
type InitStep = 'uninitialized' | 'icw2' | 'icw3' | 'icw4' | 'ready';

/** State of one 8259A. */
export interface PicState {
  readonly step: InitStep;
  readonly levels: number;
  readonly irr: number;
  readonly isr: number;
  readonly imr: number;
  readonly elcr: number;
  readonly icw1: number;
  readonly icw3: number;
  readonly icw4: number;
  readonly vectorBase: number;
  readonly lowestPriority: number;
  readonly rotatesOnAutoEoi: boolean;
  readonly isSpecialMask: boolean;
  readonly readsIsr: boolean;
  readonly isPolled: boolean;
}

/** One 8259A. Port address is A0 alone: even = 0, odd = 1. */
export class Pic8259 implements PortDevice {
  private step: InitStep = 'uninitialized';
  /** Levels at the IR pins. */
  private levels = 0;
  private irr = 0;
  private isr = 0;
  private imr = 0;
  elcr = 0;
  private icw1 = 0;
  private icw3 = 0;
  private icw4 = 0;
  private vectorBase = 0;
  private lowestPriority = 7;
  private rotatesOnAutoEoi = false;
  private isSpecialMask = false;
  private readsIsr = false;
  private isPolled = false;

  constructor(
    private readonly isMaster: boolean,
    private readonly output: InterruptLine,
    private readonly noteChange: () => void,
    private readonly hasElcr: boolean,
  ) {}

  /** Drives one IR pin. A request must stay high until acknowledged, also when edge triggered. */
  setInput(level: number, isHigh: boolean): void {
    const bit = 1 << level;
    if (((this.levels & bit) !== 0) === isHigh) return;
    if (isHigh) {
      this.levels |= bit;
      this.irr |= bit;
    } else {
      this.levels &= ~bit;
      this.irr &= ~bit;
    }
    this.updateOutput();
  }

  /** INTA: puts the best request in service. @returns its level, or 7 with nothing in service when there is none */
  acknowledgeLevel(): number {
    const level = this.pendingLevel();
    // INT falls with INTA even if another request follows at once: the master needs a new edge.
    this.output.lower();
    if (level < 0) {
      this.updateOutput();
      return SPURIOUS_LEVEL;
    }
    const bit = 1 << level;
    if ((this.levelTriggered() & bit) === 0) this.irr &= ~bit;
    if (this.icw4 & ICW4_AEOI) {
      if (this.rotatesOnAutoEoi) this.lowestPriority = level;
    } else {
      this.isr |= bit;
    }
    this.updateOutput();
    return level;
  }

  vectorOf(level: number): number {
    return this.vectorBase | level;
  }

  /** Whether a slave is wired to `level` according to this master's ICW3. */
  hasSlaveAt(level: number): boolean {
    return (this.icw1 & ICW1_SNGL) === 0 && (this.icw3 & (1 << level)) !== 0;
  }

  /** Whether this slave answers INTA cycles for the master's `level`. */
  answersAs(level: number): boolean {
    return this.step === 'ready' && (this.icw3 & 7) === level;
  }

  writeElcr(value: number): void {
    this.elcr = value;
    // A level-triggered pin requests as long as it is high; an edge-triggered one keeps what it latched.
    this.irr |= this.levels & value;
    this.updateOutput();
  }

  readPort(port: number, _sizeBytes: AccessSize): number {
    if (!this.isPolled) return this.peekPort(port);
    this.noteChange();
    this.isPolled = false;
    const isPending = this.pendingLevel() >= 0;
    const level = this.acknowledgeLevel();
    return isPending ? 0x80 | level : level;
  }

  peekPort(port: number): number {
    if (this.isPolled) {
      const level = this.pendingLevel();
      return level >= 0 ? 0x80 | level : SPURIOUS_LEVEL;
    }
    if (port & 1) return this.imr;
    return this.readsIsr ? this.isr : this.irr;
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    if (port & 1) this.writeHighAddress(value);
    else if (value & ICW1_ID) this.beginInitialization(value);
    else if (value & OCW3_ID) this.writeOcw3(value);
    else this.writeOcw2(value);
    this.updateOutput();
  }

  /** Everything but the levels at the pins, which belong to others. */
  reset(): void {
    this.step = 'uninitialized';
    this.irr = 0;
    this.isr = 0;
    this.imr = 0;
    this.elcr = 0;
    this.icw1 = 0;
    this.icw3 = 0;
    this.icw4 = 0;
    this.vectorBase = 0;
    this.lowestPriority = 7;
    this.rotatesOnAutoEoi = false;
    this.isSpecialMask = false;
    this.readsIsr = false;
    this.isPolled = false;
  }

  updateOutput(): void {
    if (this.pendingLevel() >= 0) this.output.raise();
    else this.output.lower();
  }

  saveState(): PicState {
    const { step, levels, irr, isr, imr, elcr, icw1, icw3, icw4, vectorBase, lowestPriority } = this;
    const { rotatesOnAutoEoi, isSpecialMask, readsIsr, isPolled } = this;
    return {
      ...{ step, levels, irr, isr, imr, elcr, icw1, icw3, icw4, vectorBase, lowestPriority },
      ...{ rotatesOnAutoEoi, isSpecialMask, readsIsr, isPolled },
    };
  }

  /** Does not drive the output: the pair does, once both chips are restored. */
  restoreState(state: PicState): void {
    Object.assign(this, state);
  }

  /** ICW1, datasheet "Initialization Command Words 1 and 2": what it resets by itself. */
  private beginInitialization(icw1: number): void {
    this.icw1 = icw1;
    this.icw3 = this.isMaster ? 0 : SPURIOUS_LEVEL;
    this.icw4 = 0;
    this.imr = 0;
    this.isr = 0;
    // Edge sense is reset: a pin that is already high must fall and rise again. Level-triggered pins request on.
    this.irr = this.levels & this.levelTriggered();
    this.lowestPriority = 7;
    this.rotatesOnAutoEoi = false;
    this.isSpecialMask = false;
    this.readsIsr = false;
    this.isPolled = false;
    this.step = 'icw2';
  }

  private writeHighAddress(value: number): void {
    switch (this.step) {
      case 'icw2':
        this.vectorBase = value & 0xf8;
        this.step = (this.icw1 & ICW1_SNGL) === 0 ? 'icw3' : this.stepAfterIcw3();
        break;
      case 'icw3':
        this.icw3 = value;
        this.step = this.stepAfterIcw3();
        break;
      case 'icw4':
        this.icw4 = value;
        this.step = 'ready';
        break;
      case 'uninitialized':
      case 'ready':
        this.imr = value;
        break;
    }
  }

  private stepAfterIcw3(): InitStep {
    return this.icw1 & ICW1_IC4 ? 'icw4' : 'ready';
  }

  /** OCW2: R, SL, EOI in bits 7-5, level in bits 2-0. */
  private writeOcw2(value: number): void {
    const level = value & 7;
    switch (value >>> 5) {
      case 0b000: // rotate in automatic EOI mode (clear)
        this.rotatesOnAutoEoi = false;
        break;
      case 0b001: // non-specific EOI
        this.endInterrupt(this.servedLevel(), false);
        break;
      case 0b011: // specific EOI
        this.endInterrupt(level, false);
        break;
      case 0b100: // rotate in automatic EOI mode (set)
        this.rotatesOnAutoEoi = true;
        break;
      case 0b101: // rotate on non-specific EOI
        this.endInterrupt(this.servedLevel(), true);
        break;
      case 0b110: // set priority
        this.lowestPriority = level;
        break;
      case 0b111: // rotate on specific EOI
        this.endInterrupt(level, true);
        break;
    }
  }

  private writeOcw3(value: number): void {
    if (value & OCW3_ESMM) this.isSpecialMask = (value & OCW3_SMM) !== 0;
    if (value & OCW3_P) this.isPolled = true;
    else if (value & OCW3_RR) this.readsIsr = (value & OCW3_RIS) !== 0;
  }

  private endInterrupt(level: number, rotates: boolean): void {
    if (level < 0) return;
    this.isr &= ~(1 << level);
    if (rotates) this.lowestPriority = level;
  }

  /** The best level in service, or -1. In special mask mode masked levels neither inhibit nor are ended. */
  private servedLevel(): number {
    return this.bestOf(this.isSpecialMask ? this.isr & ~this.imr : this.isr);
  }

  private levelTriggered(): number {
    if (this.hasElcr) return this.elcr;
    return this.icw1 & ICW1_LTIM ? 0xff : 0;
  }

  /** The level to be put in service by the next INTA, or -1. */
  private pendingLevel(): number {
    if (this.step !== 'ready') return -1;
    const requested = this.bestOf(this.irr & ~this.imr);
    if (requested < 0) return -1;
    const served = this.servedLevel();
    if (served < 0) return requested;
    const distance = this.rankOf(served) - this.rankOf(requested);
    if (distance > 0) return requested;
    const mayNest = distance === 0 && (this.icw4 & ICW4_SFNM) !== 0 && this.hasSlaveAt(requested);
    return mayNest ? requested : -1;
  }

  /** The bit of the highest priority in `bits`, or -1. */
  private bestOf(bits: number): number {
    if (bits === 0) return -1;
    for (let rank = 0; rank < 8; rank++) {
      const level = (this.lowestPriority + 1 + rank) & 7;
      if (bits & (1 << level)) return level;
    }
    return -1;
  }

  /** 0 = highest priority. */
  private rankOf(level: number): number {
    return (level - this.lowestPriority - 1) & 7;
  }
}
