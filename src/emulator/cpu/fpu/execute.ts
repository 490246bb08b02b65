// The frame around every x87 instruction: #NM, the error that is pending from before, then the operation, then what it
// leaves in status word and instruction pointers (SDM vol. 1 8.1.8, 8.6, 8.7; appendix D on FERR#).
import type { Cpu } from '../cpu';
import { endBlockForEvents } from '../protection/eflags-rules';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { effectiveAddress } from '../memory/linear-memory';
import {
  CR0,
  CR0_EM,
  CR0_MP,
  CR0_NE,
  CR0_TS,
  CS,
  EIP,
  FPU_CODE_OFFSET,
  FPU_CODE_SELECTOR,
  FPU_CONTROL,
  FPU_DATA_OFFSET,
  FPU_DATA_SELECTOR,
  FPU_IGNNE,
  FPU_OPCODE,
  FPU_STATUS,
  HALTED,
  RUN_STATE,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_SELECTOR,
  VECTOR_MF,
  VECTOR_NM,
  VECTOR_UD,
} from '../state';
import { FloatContext } from './float-context';
import { STATUS_C1, STATUS_ES, updateSummary } from './registers';

/** What the operation in progress rounds by and reports into. One at a time, nothing in it outlives an instruction. */
export const context = new FloatContext();

const CS_SELECTOR = SEGMENT + CS * SEGMENT_WORDS + SEG_SELECTOR;

/** An x87 operation: memory operands are read and written before registers change. */
export type Operation = (cpu: Cpu, insn: Instruction) => void;

/** An instruction that waits for errors, clears C1, and is remembered as the last one. */
export function numeric(operation: Operation): ExecuteFunction {
  return (cpu, insn) => {
    if (!isReady(cpu, insn)) return;
    context.begin(cpu.i32[FPU_CONTROL]);
    operation(cpu, insn);
    finish(cpu, insn);
  };
}

/** For the few operations that leave C1 alone. */
export function keepConditionOne({ i32 }: Cpu): void {
  context.conditionOne = (i32[FPU_STATUS] & STATUS_C1) !== 0;
}

/** A control instruction that waits for errors (FLDCW, FLDENV, FRSTOR). */
export function waitingControl(operation: Operation): ExecuteFunction {
  return (cpu, insn) => {
    if (isReady(cpu, insn)) operation(cpu, insn);
  };
}

/** A control instruction that does not wait (FNINIT, FNCLEX, FNSTCW, FNSTSW, FNSTENV, FNSAVE). */
export function control(operation: Operation): ExecuteFunction {
  return (cpu, insn) => {
    requireFpu(cpu);
    operation(cpu, insn);
  };
}

/** WAIT: #NM by MP and TS together; then the pending error. */
export const executeWait: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const both = CR0_MP | CR0_TS;
  if ((i32[CR0] & both) === both) cpu.raise(VECTOR_NM);
  if ((i32[FPU_STATUS] & STATUS_ES) !== 0) isPastError(cpu, insn);
};

/** An escape opcode without meaning: an emulator sees it (#NM) before it is refused. */
export const undefinedEscape: ExecuteFunction = (cpu) => {
  requireFpu(cpu);
  cpu.raise(VECTOR_UD);
};

/** Raises #NM when the FPU is emulated or belongs to another task. */
export function requireFpu(cpu: Cpu): void {
  if ((cpu.i32[CR0] & (CR0_EM | CR0_TS)) !== 0) cpu.raise(VECTOR_NM);
}

function isReady(cpu: Cpu, insn: Instruction): boolean {
  requireFpu(cpu);
  return (cpu.i32[FPU_STATUS] & STATUS_ES) === 0 || isPastError(cpu, insn);
}

/**
 * An unmasked exception is pending. CR0.NE: #MF. Else FERR# is asserted, and the CPU stands before this instruction until
 * an interrupt comes, unless IGNNE# tells it to go on (SDM vol. 1 D.2.2). The 386 has no NE: its board sends ERROR# of
 * the 387 to IRQ 13 in the same way.
 */
function isPastError(cpu: Cpu, insn: Instruction): boolean {
  const { i32 } = cpu;
  if ((i32[CR0] & CR0_NE) !== 0) cpu.raise(VECTOR_MF);
  if (i32[FPU_IGNNE] !== 0) return true;
  cpu.host.signalFpuError();
  standBefore(cpu, insn);
  return false;
}

/** The instruction is to be started again when an interrupt has been served. */
function standBefore(cpu: Cpu, insn: Instruction): void {
  cpu.i32[RUN_STATE] = HALTED;
  // The loop adds the length of every instruction that does not set EIP itself.
  cpu.i32[EIP] -= insn.length;
  endBlockForEvents(cpu);
}

function finish(cpu: Cpu, insn: Instruction): void {
  const { i32 } = cpu;
  const { flags, conditionOne } = context;
  i32[FPU_STATUS] = (i32[FPU_STATUS] & ~STATUS_C1) | flags | (conditionOne ? STATUS_C1 : 0);
  if (flags !== 0) updateSummary(cpu);
  i32[FPU_CODE_OFFSET] = cpu.currentEip(insn);
  i32[FPU_CODE_SELECTOR] = i32[CS_SELECTOR];
  i32[FPU_OPCODE] = ((insn.row.opcode & 7) << 8) | insn.modrm;
  if (insn.isRegister) return;
  i32[FPU_DATA_OFFSET] = effectiveAddress(cpu, insn);
  i32[FPU_DATA_SELECTOR] = i32[SEGMENT + insn.seg * SEGMENT_WORDS + SEG_SELECTOR];
}
