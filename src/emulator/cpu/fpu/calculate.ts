// The four operations and the comparisons, with operands from the stack or from memory (SDM vol. 1 8.3.5, 8.3.6).
import type { Cpu } from '../cpu';
import { setFlags } from '../flags';
import type { ExecuteFunction } from '../decode/instruction';
import { FLAGS_ARITHMETIC, FLAG_CF, FLAG_PF, FLAG_ZF } from '../state';
import { add, divide, multiply } from './arithmetic';
import type { Ordering } from './compare';
import { compare, examine } from './compare';
import { Extended } from './extended';
import { context, numeric } from './execute';
import type { Format } from './operands';
import { readOperand } from './operands';
import { isEmpty, pop, readStack, setConditions, STATUS_C0, STATUS_C2, STATUS_C3, writeStack } from './registers';

/** As ModRM's reg field numbers them. R: the operands the other way round. */
export const FADD = 0;
export const FMUL = 1;
export const FSUB = 4;
export const FSUBR = 5;
export const FDIV = 6;
export const FDIVR = 7;

const top = new Extended();
const operand = new Extended();
const result = new Extended();

/** ST op operand. */
function calculate(operation: number): void {
  switch (operation) {
    case FADD:
      add(context, top, operand, false, result);
      break;
    case FMUL:
      multiply(context, top, operand, result);
      break;
    case FSUB:
      add(context, top, operand, true, result);
      break;
    case FSUBR:
      add(context, operand, top, true, result);
      break;
    case FDIV:
      divide(context, top, operand, result);
      break;
    case FDIVR:
      divide(context, operand, top, result);
      break;
  }
}

/** ST = ST op memory. */
export function calculateMemory(operation: number, format: Format): ExecuteFunction {
  return numeric((cpu, insn) => {
    readOperand(cpu, insn, format, context, operand);
    if (isEmpty(cpu, 0)) {
      context.stackUnderflow();
      result.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      calculate(operation);
    }
    if (!context.isBlocked) writeStack(cpu, 0, result);
  });
}

/** ST or ST(i) = ST op ST(i); `pops` with ST(i) as destination. */
export function calculateRegister(operation: number, isIntoTop: boolean, pops: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    const i = insn.modrm & 7;
    if (isEmpty(cpu, 0) || isEmpty(cpu, i)) {
      context.stackUnderflow();
      result.setIndefinite();
    } else {
      readStack(cpu, 0, top);
      readStack(cpu, i, operand);
      calculate(operation);
    }
    if (context.isBlocked) return;
    writeStack(cpu, isIntoTop ? 0 : i, result);
    if (pops) pop(cpu);
  });
}

// ---- comparisons ----

const CONDITIONS: Readonly<Record<Ordering, number>> = {
  greater: 0,
  less: STATUS_C0,
  equal: STATUS_C3,
  unordered: STATUS_C0 | STATUS_C2 | STATUS_C3,
};

const FLAGS: Readonly<Record<Ordering, number>> = {
  greater: 0,
  less: FLAG_CF,
  equal: FLAG_ZF,
  unordered: FLAG_CF | FLAG_PF | FLAG_ZF,
};

/** FCOM, FCOMP, FICOM, FICOMP with memory. */
export function compareMemory(format: Format, pops: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    readOperand(cpu, insn, format, context, operand);
    report(cpu, isEmpty(cpu, 0), true, pops ? 1 : 0);
  });
}

/** FCOM, FUCOM and kin with ST(i); `pops` 0, 1 or 2. */
export function compareRegister(isOrdered: boolean, pops: number): ExecuteFunction {
  return numeric((cpu, insn) => {
    const i = insn.modrm & 7;
    readStack(cpu, i, operand);
    report(cpu, isEmpty(cpu, 0) || isEmpty(cpu, i), isOrdered, pops);
  });
}

/** FTST: with +0. */
export const test = numeric((cpu) => {
  operand.setZero(0);
  report(cpu, isEmpty(cpu, 0), true, 0);
});

function report(cpu: Cpu, isUnderflow: boolean, isOrdered: boolean, pops: number): void {
  const ordering = compareTop(cpu, isUnderflow, isOrdered);
  setConditions(cpu, CONDITIONS[ordering]);
  if (context.isBlocked) return;
  for (let n = 0; n < pops; n++) pop(cpu);
}

/** How ST stands to `operand`. */
function compareTop(cpu: Cpu, isUnderflow: boolean, isOrdered: boolean): Ordering {
  if (isUnderflow) {
    context.stackUnderflow();
    return 'unordered';
  }
  readStack(cpu, 0, top);
  return compare(context, top, operand, isOrdered);
}

/** FCOMI, FUCOMI (P6): into EFLAGS. */
export function compareIntoFlags(isOrdered: boolean, pops: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    const i = insn.modrm & 7;
    readStack(cpu, i, operand);
    const ordering = compareTop(cpu, isEmpty(cpu, 0) || isEmpty(cpu, i), isOrdered);
    setFlags(cpu, FLAGS[ordering], FLAGS_ARITHMETIC);
    if (pops && !context.isBlocked) pop(cpu);
  });
}

/** FXAM: C3, C2, C0 the class, C1 the sign, of an empty register too. */
export const examineTop = numeric((cpu) => {
  readStack(cpu, 0, top);
  const found = isEmpty(cpu, 0) ? 0b101 : examine(top);
  setConditions(
    cpu,
    ((found & 4) !== 0 ? STATUS_C3 : 0) | ((found & 2) !== 0 ? STATUS_C2 : 0) | ((found & 1) !== 0 ? STATUS_C0 : 0),
  );
  context.conditionOne = top.sign === 1;
});
