// Comparison and examination: what FCOM, FUCOM, FCOMI, FTST and FXAM find (SDM vol. 1 8.3.6, tables 8-6 to 8-8).
import { noteDenormals } from './arithmetic';
import { INFINITY, SIGNALLING_NAN, QUIET_NAN, UNSUPPORTED, ZERO, kindOf } from './extended';
import type { Extended } from './extended';
import type { FloatContext } from './float-context';
import { INVALID } from './float-context';

export type Ordering = 'greater' | 'less' | 'equal' | 'unordered';

/** How `a` stands to `b`. A quiet NaN is an invalid operand of the ordered comparison (FCOM) alone. */
export function compare(context: FloatContext, a: Extended, b: Extended, isOrdered: boolean): Ordering {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    if (isOrdered || kindA > QUIET_NAN || kindB > QUIET_NAN) context.flags |= INVALID;
    return 'unordered';
  }
  noteDenormals(context, kindA, kindB);
  if (kindA === ZERO && kindB === ZERO) return 'equal';
  if (a.sign !== b.sign) return a.sign === 0 ? 'greater' : 'less';
  const order = compareMagnitudes(a, b);
  if (order === 0) return 'equal';
  return order > 0 === (a.sign === 0) ? 'greater' : 'less';
}

/** Positive when |a| > |b|. Exponent 0, of zeros and denormals, counts as 1. */
function compareMagnitudes(a: Extended, b: Extended): number {
  const exponents = Math.max(a.exponent, 1) - Math.max(b.exponent, 1);
  if (exponents !== 0) return exponents;
  if (a.high !== b.high) return (a.high >>> 0) - (b.high >>> 0);
  return (a.low >>> 0) - (b.low >>> 0);
}

/** C3, C2 and C0 of FXAM as a number of three bits; C1 is the sign. */
export function examine(a: Extended): number {
  switch (kindOf(a)) {
    case UNSUPPORTED:
      return 0b000;
    case SIGNALLING_NAN:
    case QUIET_NAN:
      return 0b001;
    case INFINITY:
      return 0b011;
    case ZERO:
      return 0b100;
    default:
      return a.exponent === 0 ? 0b110 : 0b010;
  }
}
