// Delay loops `x: DEC r32; JNZ x` and `x: DEC r32; JNS x`, run many iterations at a time: kernels calibrate with them.
// No counter differs from running them one by one; unlike a polling loop this is no waiting, so POLL_CYCLES stays.
// What the last iterations cost was seen on the way, so that the clock tables need not be known here.
import { COUNTER } from '../../counters';
import type { Cpu } from '../cpu';
import type { Block, ExecuteFunction } from '../decode/instruction';

/** Iterations that are always run: the last before the loop ends and those next to a deadline. */
const MARGIN = 2;

/** Makes `block` run in bulk if it is such a loop. To be called once, when it has been decoded. */
export function hastenCountedLoop(block: Block): void {
  const [decrement, jump] = block.instructions;
  const isPair = block.instructions.length === 2 && decrement.row.form === 'DEC Zv' && decrement.operandSize === 32;
  if (!isPair || (jump.row.form !== 'JNZ Jb' && jump.row.form !== 'JNS Jb')) return;
  if (jump.imm !== -block.sizeBytes) return;
  decrement.hotCase = 0; // carried out by `execute`, not by the hot loop
  decrement.execute = bulkDecrement(decrement.execute, jump.row.form === 'JNS Jb', block);
}

/** The DEC of the loop: first takes off as many whole iterations as end well before the count and the deadline. */
function bulkDecrement(execute: ExecuteFunction, mayReachZero: boolean, block: Block): ExecuteFunction {
  let lastCycles = 0;
  let lastInstructions = -Infinity;
  return (cpu, insn) => {
    const { f64, i32 } = cpu;
    if (f64[COUNTER.INSTRUCTIONS] - lastInstructions === 2 && cpu.runsWholeBlock) {
      const iterationCycles = f64[COUNTER.CYCLES] - lastCycles;
      const inTime = Math.floor((f64[COUNTER.DEADLINE] - f64[COUNTER.CYCLES]) / iterationCycles) - MARGIN;
      const iterations = Math.min(inTime, iterationsLeft(i32[insn.reg], mayReachZero));
      if (iterations > 0) runIterations(cpu, insn.reg, iterations, iterationCycles, block);
    }
    lastCycles = f64[COUNTER.CYCLES];
    lastInstructions = f64[COUNTER.INSTRUCTIONS];
    execute(cpu, insn);
  };
}

/** Iterations that jump back, but the margin; `count` is the register before this iteration's DEC. */
function iterationsLeft(count: number, mayReachZero: boolean): number {
  // JNS goes on while the result is not negative, JNZ while it is not zero.
  return mayReachZero ? count - MARGIN : (count >>> 0) - MARGIN;
}

function runIterations(cpu: Cpu, register: number, iterations: number, cycles: number, block: Block): void {
  const { f64, i32 } = cpu;
  i32[register] -= iterations;
  f64[COUNTER.CYCLES] += iterations * cycles;
  f64[COUNTER.INSTRUCTIONS] += iterations * 2;
  f64[COUNTER.MEMORY_CYCLES] += iterations * block.fetchCycles;
}
