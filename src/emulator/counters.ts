// What the machine counts besides cycles, as doubles at fixed offsets of the CPU block.
// Phases are differences of these between two instants, so every counter only grows.
import type { MachineMemory } from './memory';
import { LAYOUT } from './memory';

const COUNTERS_OFFSET = LAYOUT.CPU_BLOCK + 0x100;

/** Indices into the f64 view. Cycle and deadline come first: the run loop compares them after each instruction. */
export const COUNTER = {
  /** CPU cycles since power-on: integer, counts waiting too. */
  CYCLES: COUNTERS_OFFSET / 8,
  /** The run loop leaves for its outer loop when CYCLES >= DEADLINE. Next alarm, or -1 for "look now". */
  DEADLINE: COUNTERS_OFFSET / 8 + 1,
  /** Instructions executed; a REP iteration counts as part of its one instruction. */
  INSTRUCTIONS: COUNTERS_OFFSET / 8 + 2,
  /** Port accesses by instructions (a REP INS of n words counts n). */
  PORT_READS: COUNTERS_OFFSET / 8 + 3,
  PORT_WRITES: COUNTERS_OFFSET / 8 + 4,
  /** Hardware interrupts accepted. */
  INTERRUPTS: COUNTERS_OFFSET / 8 + 5,
  /** Cycles spent in HLT waiting for a chip. */
  HALT_CYCLES: COUNTERS_OFFSET / 8 + 6,
  /** Cycles of polling-loop iterations that were proven idle and jumped over. */
  POLL_CYCLES: COUNTERS_OFFSET / 8 + 7,
  /** Cycles of port accesses: bus time, not CPU clocks. */
  PORT_CYCLES: COUNTERS_OFFSET / 8 + 8,
  /** Cycles added by a figure of the profile (reset hold time and the like). */
  MODELLED_CYCLES: COUNTERS_OFFSET / 8 + 9,
  /** Cycles of memory accesses beyond the instruction tables: slow ROM, video memory, streamed RAM. */
  MEMORY_CYCLES: COUNTERS_OFFSET / 8 + 10,
} as const;

/** A copy of all counters at one instant. */
export interface CounterValues {
  cycles: number;
  instructions: number;
  portReads: number;
  portWrites: number;
  interrupts: number;
  haltCycles: number;
  pollCycles: number;
  portCycles: number;
  modelledCycles: number;
  memoryCycles: number;
}

/** Reads all counters. */
export function readCounters({ f64 }: MachineMemory): CounterValues {
  return {
    cycles: f64[COUNTER.CYCLES],
    instructions: f64[COUNTER.INSTRUCTIONS],
    portReads: f64[COUNTER.PORT_READS],
    portWrites: f64[COUNTER.PORT_WRITES],
    interrupts: f64[COUNTER.INTERRUPTS],
    haltCycles: f64[COUNTER.HALT_CYCLES],
    pollCycles: f64[COUNTER.POLL_CYCLES],
    portCycles: f64[COUNTER.PORT_CYCLES],
    modelledCycles: f64[COUNTER.MODELLED_CYCLES],
    memoryCycles: f64[COUNTER.MEMORY_CYCLES],
  };
}
