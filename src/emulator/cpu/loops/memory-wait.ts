// Loops that wait for memory to change (`x: MOV EAX,[ticks]; CMP EDX,EAX; JZ x`), jumped over up to the next alarm: until
// then nobody writes, so every iteration is the same. Proven from the block's instructions alone, when it is decoded.
// Counters end up as if all iterations had run; POLL_CYCLES tells how much was jumped over.
import { COUNTER } from '../../counters';
import type { Cpu } from '../cpu';
import type { Block, ExecuteFunction, Instruction } from '../decode/instruction';
import { EAX, EIP, ZERO } from '../state';

/** Loads of a whole register, by form. */
const LOADS = new Set(['MOV Gv,Ev', 'MOV eAX,Ov']);
/** Forms that only set flags. */
const COMPARISONS = new Set([
  ...['CMP Ev,Gv', 'CMP Gv,Ev', 'CMP Ev,Iz', 'CMP Ev,Ibs', 'CMP eAX,Iz'],
  ...['TEST Ev,Gv', 'TEST Ev,Iz', 'TEST eAX,Iz'],
]);

/** Makes `block` jump ahead if it is such a loop. To be called once, when it has been decoded. */
export function hastenMemoryWait(block: Block): void {
  const jump = block.instructions[block.instructions.length - 1];
  const isLoop = /^JN?(O|B|Z|BE|S|P|L|LE) Jb$/.test(jump.row.form) && jump.imm === -block.sizeBytes;
  if (!isLoop || jump.addsTarget || !doesNothingButWait(block.instructions.slice(0, -1))) return;
  jump.hotCase = 0; // carried out by `execute`, not by the hot loop
  jump.execute = jumpAhead(jump.execute, block);
}

/** Loads and comparisons of which none reads a register that one of them has loaded in the iteration before. */
function doesNothingButWait(body: readonly Instruction[]): boolean {
  const loaded = new Set(body.filter(isLoad).map(loadedRegister));
  const fresh = new Set<number>();
  let hasMemory = false;
  for (const insn of body) {
    if (insn.operandSize !== 32 || !(isLoad(insn) || COMPARISONS.has(insn.row.form))) return false;
    if (registersRead(insn).some((register) => loaded.has(register) && !fresh.has(register))) return false;
    if (isLoad(insn)) fresh.add(loadedRegister(insn));
    hasMemory ||= !insn.isRegister;
  }
  return hasMemory;
}

function isLoad(insn: Instruction): boolean {
  return LOADS.has(insn.row.form);
}

function loadedRegister({ row, reg }: Instruction): number {
  return row.form === 'MOV eAX,Ov' ? EAX : reg;
}

/** i32 indices of all registers an instruction of the two sets reads. */
function registersRead(insn: Instruction): number[] {
  const { form } = insn.row;
  const read = insn.isRegister ? [insn.rm] : [insn.base, insn.index];
  if (/^(CMP|TEST) (Ev,Gv|Gv,Ev)$/.test(form)) read.push(insn.reg);
  if (form.includes(' eAX,I')) read.push(EAX);
  return read.filter((register) => register !== ZERO);
}

/** The jump back: once taken, adds the iterations that end before the deadline. */
function jumpAhead(execute: ExecuteFunction, block: Block): ExecuteFunction {
  return (cpu, insn) => {
    const start = cpu.i32[EIP];
    execute(cpu, insn);
    if (cpu.i32[EIP] === start && cpu.skipIdleLoops && cpu.runsWholeBlock) skipIterations(cpu, insn, block);
  };
}

function skipIterations({ f64 }: Cpu, jump: Instruction, block: Block): void {
  const iterationCycles = block.cycles + jump.extraCycles;
  // This iteration's own clocks are added when its block ends.
  const left = f64[COUNTER.DEADLINE] - f64[COUNTER.CYCLES] - block.cycles;
  if (left === Infinity) return;
  const iterations = Math.floor(left / iterationCycles) - 1;
  if (iterations <= 0) return;
  f64[COUNTER.CYCLES] += iterations * iterationCycles;
  f64[COUNTER.POLL_CYCLES] += iterations * iterationCycles;
  f64[COUNTER.MEMORY_CYCLES] += iterations * block.fetchCycles;
  f64[COUNTER.INSTRUCTIONS] += iterations * block.count;
}
