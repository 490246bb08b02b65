// The micro-op budget of the P6: what a machine that splits instructions into micro-ops, carries out three of them a clock
// and runs ahead as far as its reservation station holds them could do at best. Not a pipeline: nothing waits for a result.
// Limits: Intel Architecture Optimization Manual (242816-003, 1997), chapter 2.2 (three micro-ops retired, one load, one
// store a clock; reservation station of 20). What this is and is not: decision 0012.
import type { Instruction } from '../cpu/decode/instruction';
import type { MicroOpCount, Overlap } from './clock-table';

const MICRO_OPS_PER_CLOCK = 3;
/** How far the machine runs ahead: what earlier clocks left unused is lost beyond this. */
const RESERVATION_STATION = 20;
const CLOCKS_AHEAD = 7;

/** The micro-ops of an instruction that overlaps with others; null when it runs alone. */
function microOpsOf(insn: Instruction): MicroOpCount | null {
  const { microOps } = insn.rule;
  if (microOps === undefined) return null;
  const isMemory = insn.row.hasModRm && !insn.isRegister;
  return isMemory ? (microOps.memory ?? microOps.register) : microOps.register;
}

/**
 * `state`: what the clocks paid so far have left: micro-ops, loads, stores. An instruction pays for as many clocks as it
 * still lacks of any; so clocks of a run are the largest of micro-ops / 3 rounded up, loads, and stores.
 */
export const P6_MICRO_OPS: Overlap = {
  issue(insn, state) {
    const counts = microOpsOf(insn);
    if (counts === null) return 0;
    const [all, loads, stores] = counts;
    let freeMicroOps = (state & 0x1f) - all;
    let freeLoads = ((state >> 5) & 7) - loads;
    let freeStores = ((state >> 8) & 7) - stores;
    const clocks = Math.max(0, Math.ceil(-freeMicroOps / MICRO_OPS_PER_CLOCK), -freeLoads, -freeStores);
    freeMicroOps = Math.min(freeMicroOps + clocks * MICRO_OPS_PER_CLOCK, RESERVATION_STATION);
    freeLoads = Math.min(freeLoads + clocks, CLOCKS_AHEAD);
    freeStores = Math.min(freeStores + clocks, CLOCKS_AHEAD);
    insn.cycles = clocks;
    return chargeTransfer(insn) ? 0 : freeMicroOps | (freeLoads << 5) | (freeStores << 8);
  },
};

/** Near transfers end a run: behind one that is taken a clock is lost, behind one that was not foreseen several. */
function chargeTransfer(insn: Instruction): boolean {
  const { microOps, prediction } = insn.rule;
  insn.cycles += microOps?.bubble ?? 0;
  if (prediction !== undefined) {
    const isBackward = insn.imm < 0;
    if (isBackward) insn.cycles += prediction.missed;
    insn.extraCycles = prediction.taken + (isBackward ? -prediction.missed : prediction.missed);
  }
  return insn.row.setsEip;
}
