// The 8042's output buffer: one byte from the controller or a device, and the interrupts it raises.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboard and auxiliary device controller", status register and command byte.
import type { InterruptLine } from '../irq';
import { BYTE_AUX_INT, BYTE_INT, OUTPUT_IRQ1, OUTPUT_IRQ12, STATUS_AUX_OBF, STATUS_OBF } from './kbc-registers';

/** State of the buffer. */
export interface KbcOutputState {
  readonly byte: number;
  readonly isFull: boolean;
  readonly isAux: boolean;
}

/** The buffer. `commandByte` has the interrupt enables in it. */
export class KbcOutputBuffer {
  /** Stays readable when it has been read. */
  byte = 0;
  isFull = false;
  private isAux = false;

  constructor(
    private readonly irq1: InterruptLine,
    private readonly irq12: InterruptLine,
    private readonly commandByte: () => number,
  ) {}

  /** Takes a byte; one that was not read is lost. */
  fill(byte: number, isAux: boolean): void {
    if (this.isFull) {
      this.isFull = false;
      this.driveIrqs(); // a new byte is a new edge
    }
    this.byte = byte;
    this.isFull = true;
    this.isAux = isAux;
    this.driveIrqs();
  }

  /** The byte was read. */
  empty(): void {
    this.isFull = false;
    this.driveIrqs();
  }

  /** Its bits of the status register. */
  get statusBits(): number {
    if (!this.isFull) return 0;
    return this.isAux ? STATUS_OBF | STATUS_AUX_OBF : STATUS_OBF;
  }

  /** Its bits of the output port: both interrupts, whether or not they are enabled. */
  get outputPortBits(): number {
    if (!this.isFull) return 0;
    return this.isAux ? OUTPUT_IRQ12 : OUTPUT_IRQ1;
  }

  /** To be called when the command byte changed. */
  driveIrqs(): void {
    const enables = this.commandByte();
    setLevel(this.irq1, this.isFull && !this.isAux && (enables & BYTE_INT) !== 0);
    setLevel(this.irq12, this.isFull && this.isAux && (enables & BYTE_AUX_INT) !== 0);
  }

  /** As after a reset; the lines follow with `driveIrqs`. */
  reset(): void {
    this.isFull = false;
    this.isAux = false;
  }

  saveState(): KbcOutputState {
    return { byte: this.byte, isFull: this.isFull, isAux: this.isAux };
  }

  restoreState({ byte, isFull, isAux }: KbcOutputState): void {
    this.byte = byte;
    this.isFull = isFull;
    this.isAux = isAux;
    this.driveIrqs();
  }
}

function setLevel(line: InterruptLine, isHigh: boolean): void {
  if (isHigh) line.raise();
  else line.lower();
}
