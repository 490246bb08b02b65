// The sixteen conditions of Jcc, SETcc and CMOVcc by number (SDM vol. 2 B.1.4.7).
import type { Cpu } from '../cpu';
import { isBelowOrEqual, isCarry, isLess, isLessOrEqual, isOverflow, isParity, isSign, isZero } from '../flags';

/** Whether condition 0..15 (O NO B NB Z NZ BE NBE S NS P NP L NL LE NLE) holds. */
export function isCondition(cpu: Cpu, condition: number): boolean {
  return isEvenCondition(cpu, condition >> 1) === ((condition & 1) === 0);
}

function isEvenCondition(cpu: Cpu, half: number): boolean {
  switch (half) {
    case 0:
      return isOverflow(cpu);
    case 1:
      return isCarry(cpu);
    case 2:
      return isZero(cpu);
    case 3:
      return isBelowOrEqual(cpu);
    case 4:
      return isSign(cpu);
    case 5:
      return isParity(cpu);
    case 6:
      return isLess(cpu);
    default:
      return isLessOrEqual(cpu);
  }
}
