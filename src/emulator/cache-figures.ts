// The section `cache` of a machine profile: caches, line fills, write buffers and the bus (docs/decisions/0017).
// What the figures do is in cpu/memory/caches.ts.
import type { Clock } from './clock';
import type { CacheParameters } from './cpu/memory/caches';
import type { Figure, MachineProfile } from './profile';

/** Caches of the CPU (first level) and of its die or board (second level), and the bus to memory. */
export interface CacheFigures {
  /** 1: memory model `cache`, tags are simulated; 0: `flat`, average costs of the section `memory`. */
  readonly simulated: Figure;
  /** Bytes of a line, in both levels. */
  readonly lineBytes: Figure;
  /** First level: code cache (0: one cache for both), data cache, ways of either. */
  readonly codeBytes: Figure;
  readonly dataBytes: Figure;
  readonly ways: Figure;
  /** 1: stores that hit go no further than the first level; 0: all stores go on (write-through). */
  readonly writeBack: Figure;
  /** 1: a store that misses brings its line in. */
  readonly writeAllocate: Figure;
  /** Second level; 0 bytes: none. */
  readonly l2Bytes: Figure;
  readonly l2Ways: Figure;
  readonly l2WriteBack: Figure;
  /** From the miss in the first level to the operand, to the end of the line; one buffered store. */
  readonly l2FirstNs: Figure;
  readonly l2LineNs: Figure;
  readonly l2WriteNs: Figure;
  /** The same for memory, where both levels miss, and a whole dirty line written. */
  readonly memoryFirstNs: Figure;
  readonly memoryLineNs: Figure;
  readonly memoryWriteNs: Figure;
  readonly memoryLineWriteNs: Figure;
  /** Part of every access that the clock table contains already. */
  readonly tableAccessNs: Figure;
  /** Stores that wait for the bus while the CPU goes on. */
  readonly writeBuffers: Figure;
  /** 1: a line is read before stores that wait. */
  readonly readsPassWrites: Figure;
  /** 1: REP MOVS and REP STOS store whole lines without reading them first. */
  readonly fastStrings: Figure;
  /** One refresh of the DRAM, which holds reads up; 0: hidden. */
  readonly refreshNs: Figure;
  /** What a PCI master's transfer of four bytes takes of the memory bus. */
  readonly masterDwordNs: Figure;
}

/** How accesses to RAM are charged. */
export type MemoryModel = 'flat' | 'cache';

/** Channel 1 of the timer asks for a refresh every 18 periods of 1.193182 MHz (IBM PC AT Technical Reference). */
const REFRESH_PERIODS = 18;
const TIMER_HZ = 1_193_182;

/** The memory model a machine of this profile runs with. */
export function memoryModelOf({ cache }: MachineProfile): MemoryModel {
  return cache?.simulated.value === 1 ? 'cache' : 'flat';
}

/** The figures in cycles of a clock. */
export function cacheParametersOf(cache: CacheFigures, clock: Clock): CacheParameters {
  const cycles = ({ value }: Figure) => clock.cyclesFromNs(value);
  return {
    lineBytes: cache.lineBytes.value,
    codeBytes: cache.codeBytes.value,
    dataBytes: cache.dataBytes.value,
    ways: cache.ways.value,
    writesBack: cache.writeBack.value === 1,
    allocatesOnWrite: cache.writeAllocate.value === 1,
    secondBytes: cache.l2Bytes.value,
    secondWays: cache.l2Ways.value,
    secondWritesBack: cache.l2WriteBack.value === 1,
    secondFirstCycles: cycles(cache.l2FirstNs),
    secondLineCycles: cycles(cache.l2LineNs),
    secondWriteCycles: cycles(cache.l2WriteNs),
    memoryFirstCycles: cycles(cache.memoryFirstNs),
    memoryLineCycles: cycles(cache.memoryLineNs),
    memoryWriteCycles: cycles(cache.memoryWriteNs),
    memoryLineWriteCycles: cycles(cache.memoryLineWriteNs),
    tableCycles: cycles(cache.tableAccessNs),
    writeBuffers: cache.writeBuffers.value,
    readsPassWrites: cache.readsPassWrites.value === 1,
    hasFastStrings: cache.fastStrings.value === 1,
    refreshCycles: cycles(cache.refreshNs),
    refreshPeriodCycles: clock.cyclesFromPeriods(REFRESH_PERIODS, TIMER_HZ),
    masterDwordCycles: cycles(cache.masterDwordNs),
  };
}
