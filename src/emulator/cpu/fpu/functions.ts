// Functions of ST, or of ST and ST(1): signs, roots, integer parts, remainders, transcendentals (SDM vol. 1 8.3.5, 8.3.7 to
// 8.3.11).
import type { Cpu } from '../cpu';
import type { ExecuteFunction } from '../decode/instruction';
import { FPU_STATUS } from '../state';
import { squareRoot } from './arithmetic';
import { BIAS, Extended, INFINITY, INTEGER_BIT, kindOf } from './extended';
import { context, numeric } from './execute';
import type { FloatContext } from './float-context';
import type { Quotient } from './integer-part';
import { extract, NO_QUOTIENT, PARTIAL, remainder, roundToInteger, scale } from './integer-part';
import { isEmpty, pop, push, readStack, setConditions, STATUS_C0, STATUS_C2, STATUS_C3, writeStack } from './registers';
import {
  arctangent,
  cosineOf,
  exponential,
  isAngleTooLarge,
  logarithm,
  logarithmOf1Plus,
  sine,
  tangent,
} from './transcendental';

const top = new Extended();
const second = new Extended();
const result = new Extended();
const pushed = new Extended();

type Unary = (context: FloatContext, a: Extended, into: Extended) => void;
type Binary = (context: FloatContext, a: Extended, b: Extended, into: Extended) => void;

/** ST = function(ST). */
function replaceTop(operation: Unary): (cpu: Cpu) => void {
  return (cpu) => {
    if (isEmpty(cpu, 0)) {
      context.stackUnderflow();
      result.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      operation(context, top, result);
    }
    if (!context.isBlocked) writeStack(cpu, 0, result);
  };
}

function unary(operation: Unary): ExecuteFunction {
  return numeric(replaceTop(operation));
}

/** ST(1) = function(ST, ST(1)), and ST is popped. */
function binaryPop(operation: Binary): ExecuteFunction {
  return numeric((cpu) => {
    if (isEmpty(cpu, 0) || isEmpty(cpu, 1)) {
      context.stackUnderflow();
      result.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      readStack(cpu, 1, second);
      operation(context, top, second, result);
    }
    if (context.isBlocked) return;
    writeStack(cpu, 1, result);
    pop(cpu);
  });
}

export const changeSign = unary((_context, a, into) => {
  into.copy(a);
  into.sign ^= 1;
});
export const absolute = unary((_context, a, into) => {
  into.copy(a);
  into.sign = 0;
});
export const fsqrt = unary(squareRoot);
export const frndint = unary(roundToInteger);
export const f2xm1 = unary(exponential);
export const fyl2x = binaryPop(logarithm);
export const fyl2xp1 = binaryPop(logarithmOf1Plus);
export const fpatan = binaryPop(arctangent);

/** FSCALE: ST(1) stays. */
export const fscale = numeric((cpu) => {
  if (isEmpty(cpu, 0) || isEmpty(cpu, 1)) {
    context.stackUnderflow();
    result.setIndefinite();
  } else {
    readStack(cpu, 0, top);
    readStack(cpu, 1, second);
    scale(context, top, second, result);
  }
  if (!context.isBlocked) writeStack(cpu, 0, result);
});

/** FPREM, FPREM1. */
function partialRemainder(isNearest: boolean): ExecuteFunction {
  return numeric((cpu) => {
    let quotient = NO_QUOTIENT;
    if (isEmpty(cpu, 0) || isEmpty(cpu, 1)) {
      context.stackUnderflow();
      result.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      readStack(cpu, 1, second);
      quotient = remainder(context, top, second, isNearest, result);
    }
    reportQuotient(cpu, quotient);
    if (!context.isBlocked) writeStack(cpu, 0, result);
  });
}

/** C2 while incomplete, else C0, C3, C1 are bits 2, 1, 0 of the quotient; without one C0 and C3 stay. */
function reportQuotient(cpu: Cpu, quotient: Quotient): void {
  if (quotient === NO_QUOTIENT) {
    cpu.i32[FPU_STATUS] &= ~STATUS_C2;
  } else if (quotient === PARTIAL) {
    setConditions(cpu, STATUS_C2);
  } else {
    setConditions(cpu, ((quotient & 4) !== 0 ? STATUS_C0 : 0) | ((quotient & 2) !== 0 ? STATUS_C3 : 0));
    context.conditionOne = (quotient & 1) !== 0;
  }
}

export const fprem = partialRemainder(false);
export const fprem1 = partialRemainder(true);

// ---- two results ----

/** ST = result, then `pushed` on top: where there is no place, or nothing to work on, both are the indefinite. */
function pushResult(operation: () => void): (cpu: Cpu) => void {
  return (cpu) => {
    const isUnderflow = isEmpty(cpu, 0);
    if (isUnderflow || !isEmpty(cpu, -1)) {
      if (isUnderflow) context.stackUnderflow();
      else context.stackOverflow();
      result.setIndefinite();
      pushed.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      operation();
    }
    if (context.isBlocked) return;
    writeStack(cpu, 0, result);
    push(cpu, pushed);
  };
}

/** FXTRACT: the exponent, then the significand on top. */
export const fxtract = numeric(pushResult(() => extract(context, top, pushed, result)));

// ---- angles ----

/**
 * C2 says that the angle is 2^63 or more; then nothing else is done. Where a result has no place, that error comes
 * first (SDM vol. 1 4.9.2: stack underflow and overflow have the highest priority).
 */
function angle(body: (cpu: Cpu) => void, hasRoom: (cpu: Cpu) => boolean): ExecuteFunction {
  return numeric((cpu) => {
    const { i32 } = cpu;
    i32[FPU_STATUS] &= ~STATUS_C2;
    readStack(cpu, 0, top);
    if (!isEmpty(cpu, 0) && hasRoom(cpu) && isAngleTooLarge(top)) i32[FPU_STATUS] |= STATUS_C2;
    else body(cpu);
  });
}

const inPlace = () => true;
const onTop = (cpu: Cpu) => isEmpty(cpu, -1);

export const fsin = angle(replaceTop(sine), inPlace);
export const fcos = angle(replaceTop(cosineOf), inPlace);

/** FSINCOS: the sine, then the cosine on top. */
export const fsincos = angle(
  pushResult(() => {
    sine(context, top, result);
    cosineOf(context, top, pushed);
  }),
  onTop,
);

/** FPTAN: the tangent, then 1 on top; a NaN twice. */
export const fptan = angle(
  pushResult(() => {
    tangent(context, top, result);
    if (kindOf(result) > INFINITY) pushed.copy(result);
    else pushed.set(0, BIAS, INTEGER_BIT, 0);
  }),
  onTop,
);
