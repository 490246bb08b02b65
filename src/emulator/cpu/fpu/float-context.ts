// How an operation is to round, and what it reports: the part of the control and status words that arithmetic sees
// (SDM vol. 1 8.1.3, 8.1.5, 8.5).

// Exceptions, at the places of the status word and of their masks in the control word.
export const INVALID = 0x01; // IE
export const DENORMAL_OPERAND = 0x02; // DE
export const ZERO_DIVIDE = 0x04; // ZE
export const OVERFLOW = 0x08; // OE
export const UNDERFLOW = 0x10; // UE
export const INEXACT = 0x20; // PE
/** SF of the status word: the invalid operation was one of the register stack. */
export const STACK_FAULT = 0x40;
export const ALL_EXCEPTIONS = 0x3f;

/** Found before anything is calculated: unmasked, they leave the destination as it was (SDM vol. 1 8.5). */
const BEFORE_RESULT = INVALID | DENORMAL_OPERAND | ZERO_DIVIDE;

// Rounding control
export const TO_NEAREST = 0;
export const DOWN = 1;
export const UP = 2;
export const TO_ZERO = 3;

/** Bits of significand that precision control 0..3 keeps; 1 is reserved and behaves as extended. */
const PRECISIONS = [24, 64, 53, 64] as const;

export class FloatContext {
  rounding = TO_NEAREST;
  /** 24, 53 or 64. */
  precision = 64;
  private unmasked = 0;
  /** Exceptions of this operation, and STACK_FAULT. */
  flags = 0;
  /** What becomes C1: the result was rounded away from zero; stack overflow; low quotient bit; sign. */
  conditionOne = false;
  /** An operand in memory was a denormal of its own format, which the extended format holds as a normal. */
  hasDenormalOperand = false;

  /** Starts an operation under this control word. */
  begin(controlWord: number): void {
    this.rounding = (controlWord >> 10) & 3;
    this.precision = PRECISIONS[(controlWord >> 8) & 3];
    this.unmasked = ~controlWord & ALL_EXCEPTIONS;
    this.flags = 0;
    this.conditionOne = false;
    this.hasDenormalOperand = false;
  }

  /** An unmasked exception keeps the operation from having a result. */
  get isBlocked(): boolean {
    return (this.flags & this.unmasked & BEFORE_RESULT) !== 0;
  }

  /** One of these exceptions was found and is unmasked. */
  hasUnmasked(exceptions: number): boolean {
    return (this.flags & this.unmasked & exceptions) !== 0;
  }

  isUnmasked(exception: number): boolean {
    return (this.unmasked & exception) !== 0;
  }

  stackUnderflow(): void {
    this.flags |= INVALID | STACK_FAULT;
    this.conditionOne = false;
  }

  stackOverflow(): void {
    this.flags |= INVALID | STACK_FAULT;
    this.conditionOne = true;
  }
}
