// The CPU: outer loop (events, deadlines, faults) and inner loop (decoded blocks). See docs/decisions/0001 and 0006.
// Instructions are in execute/, memory in paging.ts and linear-memory.ts, events' delivery in exceptions.ts.
import type { Bus } from '../bus';
import type { Clock } from '../clock';
import { COUNTER } from '../counters';
import type { MachineMemory } from '../memory';
import type { ClockTable } from '../timing/clock-table';
import { CodeCache } from './decode/code-cache';
import type { CpuHost, CpuModel, CpuObserver, CycleAccount, ExceptionSink, ExecutionWatcher } from './cpu-host';
import { MODE_BITS, MODE_CODE32, MODE_FLAT, MODE_PROTECTED, MODE_STACK32, MODE_USER } from './decode/decode';
import { afterInstruction, beforeInstruction, debugRegistersChanged } from './protection/debug-registers';
import { deliverException } from './protection/exceptions';
import { executeBlock } from './execute/hot-loop';
import { IdleLoopFinder } from './loops/idle-loop';
import type { Block } from './decode/instruction';
import { deliverHardwareInterrupt } from './protection/interrupts';
import type { Caches } from './memory/caches';
import { readSlow, writeSlow } from './memory/paging';
import { resetRegisters } from './reset-state';
import { SegmentCache } from './memory/segment-cache';
import {
  A20_MASK,
  CPL,
  CR0,
  CR0_AM,
  CR0_PE,
  CS,
  EFLAGS,
  EIP,
  EVENTS,
  EVENT_INTR,
  EVENT_NMI,
  EVENT_NMI_MASKED,
  EVENT_SHADOW,
  EVENT_TRAP,
  FLAG_AC,
  FLAG_IF,
  FLAG_RF,
  FLAG_TF,
  FLAG_VM,
  FPU_IGNNE,
  HALTED,
  IN_FLIGHT,
  RUNNING,
  RUN_STATE,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_ACCESS,
  SEG_BASE,
  SS,
  VECTOR_DB,
  VECTOR_NMI,
} from './state';
import { TLB, TLB_READ_SUPERVISOR, TLB_READ_USER, TLB_WRITE_SUPERVISOR, TLB_WRITE_USER, Tlb } from './memory/tlb';

const SEGMENT_DB = 0x4000;
const NMI_BLOCKED = EVENT_NMI | EVENT_NMI_MASKED;

/**
 * What the outer loop does next: blocks at full speed, one instruction of a polling loop under proof, one instruction
 * under observation, or return to the board.
 */
type NextMove = 'execute' | 'prove' | 'observe' | 'return';

/** Thrown by `raise`, one object per CPU: a guest fault is machine behaviour, not an error of ours. */
export class GuestFault {
  vector = 0;
  errorCode: number | undefined = undefined;
}

export class Cpu {
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly f64: Float64Array;
  /** Unaligned little-endian access to the same bytes. */
  readonly view: DataView;

  /** What decoded code depends on, MODE_* of decode.ts and IN_FLIGHT: kept by `modeChanged` and `setInFlight`. */
  modeKey = 0;
  /** TLB bits that allow the fast path at the current privilege; 0 while every access must be looked at (#AC, caches). */
  readMask = 0;
  writeMask = 0;
  /** TLB bits that say an access to plain RAM cannot raise anything; 0 while it could (#AC). */
  readRight = 0;
  writeRight = 0;
  isUser = false;
  checksAlignment = false;
  /** Set by debug-registers.ts: data breakpoints are armed, so accesses to their pages take the slow path. */
  hasDataBreakpoints = false;
  /** Set by debug-registers.ts: instruction breakpoints are armed, so instructions are executed one by one. */
  hasInstructionBreakpoints = false;

  observer: CpuObserver | null = null;
  /** Whoever sets it calls `clock.requestAttention`, so that the loop that is running looks again. */
  account: CycleAccount | null = null;
  exceptionSink: ExceptionSink | null = null;
  skipIdleLoops = true;
  /** Cycles per dword moved in bulk where memory is slower than the clock tables assume; see execute/string.ts. */
  streamCost = { movePerDword: 0, readPerDword: 0, writePerDword: 0 };
  /** The same while CR0.CD switches caches off; null: as `streamCost`. */
  uncachedStreamCost: Cpu['streamCost'] | null = null;
  /** In the memory model `cache`; null: `flat`, where accesses to RAM cost what the clock tables and `streamCost` say. */
  caches: Caches | null = null;

  readonly tlb: Tlb;
  readonly code: CodeCache;
  readonly segments: SegmentCache;
  readonly idleLoop: IdleLoopFinder;
  /** The fault being raised; meaningful to whoever catches it. */
  readonly fault = new GuestFault();

  private block: Block;
  /** Place of the current instruction in the running block; -1 while between blocks. */
  position = -1;
  /** Where the running block stops: at its end, or 0 = behind the current instruction. */
  limit = 0;
  /** Instructions of the running block whose clocks are in CYCLES already. */
  private settled = 0;
  private isStopRequested = false;
  /** One instruction at a time, REP one iteration at a time: single step, breakpoints, the shadow of MOV SS. */
  isObserving = false;

  constructor(
    readonly memory: MachineMemory,
    readonly bus: Bus,
    readonly clock: Clock,
    readonly host: CpuHost,
    readonly model: CpuModel,
    readonly timing: ClockTable,
  ) {
    this.i32 = memory.i32;
    this.u8 = memory.u8;
    this.u16 = memory.u16;
    this.f64 = memory.f64;
    this.view = new DataView(memory.wasm.buffer);
    this.tlb = new Tlb(memory);
    this.code = new CodeCache(this);
    this.segments = new SegmentCache();
    this.idleLoop = new IdleLoopFinder(this);
    this.block = this.code.emptyBlock;
    this.bus.onCodeWritten = (address, sizeBytes) => this.code.written(address, sizeBytes);
    this.i32[A20_MASK] = -1;
    this.reset();
  }

  // ---- running ----

  /** Runs until an alarm is due, the CPU halts without anything pending, shuts down, or `requestStop` was called. */
  run(): void {
    this.isStopRequested = false;
    let next: NextMove = 'execute';
    while (next !== 'return') {
      try {
        while ((next = this.takeEvents()) !== 'return') {
          if (next === 'execute') this.executeBlocksOfModel();
          else if (next === 'prove') this.idleLoop.step();
          else this.executeObserved();
        }
      } catch (thrown) {
        this.leaveBlock(thrown);
        this.deliverFault();
      }
    }
  }

  /** Takes what events there are, then executes one instruction. No alarms fire, but one that is due stops it. */
  step(): void {
    this.isStopRequested = false;
    try {
      const next = this.takeEvents();
      if (next === 'observe') this.executeObserved();
      else if (next !== 'return') this.executeOne();
    } catch (thrown) {
      this.leaveBlock(thrown);
      this.deliverFault();
    }
  }

  /** Makes `run` return behind the current instruction. */
  requestStop(): void {
    this.isStopRequested = true;
    this.clock.requestAttention();
    this.limit = 0;
  }

  get isHalted(): boolean {
    return this.i32[RUN_STATE] === HALTED;
  }

  /** Something would wake a halted CPU now. */
  get hasPendingEvent(): boolean {
    const events = this.i32[EVENTS];
    if ((events & NMI_BLOCKED) === EVENT_NMI) return true;
    return (events & EVENT_INTR) !== 0 && (this.i32[EFLAGS] & FLAG_IF) !== 0;
  }

  /**
   * Looks at everything the inner loop does not, between two instructions. Priorities: traps of the previous
   * instruction, NMI, INTR (SDM vol. 3 table 6-2).
   */
  private takeEvents(): NextMove {
    const { i32, f64, clock } = this;
    // A fault from here on is none of the last block's instruction.
    this.position = -1;
    for (;;) {
      if (this.isStopRequested || i32[RUN_STATE] > HALTED) return 'return';
      const events = i32[EVENTS];
      if ((events & EVENT_TRAP) !== 0) {
        i32[EVENTS] = events & ~(EVENT_TRAP | EVENT_SHADOW);
        this.raise(VECTOR_DB);
      }
      const isShadowed = (events & EVENT_SHADOW) !== 0;
      if (!isShadowed && this.hasPendingEvent) {
        i32[RUN_STATE] = RUNNING;
        this.takeInterrupt(events);
        continue;
      }
      if (i32[RUN_STATE] === HALTED) return 'return';
      clock.armDeadline();
      if (f64[COUNTER.CYCLES] >= f64[COUNTER.DEADLINE]) return 'return';
      const isObserved = this.hasInstructionBreakpoints || (i32[EFLAGS] & (FLAG_TF | FLAG_RF)) !== 0;
      if (isObserved || isShadowed) return 'observe';
      return this.idleLoop.isProving ? 'prove' : 'execute';
    }
  }

  private takeInterrupt(events: number): void {
    this.setInFlight(0);
    this.idleLoop.abandon();
    if ((events & NMI_BLOCKED) === EVENT_NMI) {
      this.i32[EVENTS] = (events & ~EVENT_NMI) | EVENT_NMI_MASKED;
      deliverHardwareInterrupt(this, VECTOR_NMI);
    } else {
      this.f64[COUNTER.INTERRUPTS]++;
      const vector = this.host.acknowledgeInterrupt();
      this.account?.interrupted(vector);
      deliverHardwareInterrupt(this, vector);
    }
  }

  /** One instruction with breakpoints, single step and resume flag looked at (SDM vol. 3 17.3). */
  private executeObserved(): void {
    const isShadowed = (this.i32[EVENTS] & EVENT_SHADOW) !== 0;
    this.i32[EVENTS] &= ~EVENT_SHADOW;
    beforeInstruction(this, isShadowed);
    const isTraced = (this.i32[EFLAGS] & FLAG_TF) !== 0;
    this.isObserving = true;
    try {
      this.executeOne();
    } finally {
      this.isObserving = false;
    }
    afterInstruction(this, isTraced);
  }

  /** The hot loop: whole blocks while they end before the deadline, then one instruction at a time. */
  private executeBlocks(): void {
    const { f64, i32, code } = this;
    do {
      this.position = -1;
      const block = code.findAfter(this.block);
      if (f64[COUNTER.CYCLES] + block.reachCycles > f64[COUNTER.DEADLINE]) {
        this.executeSome(block, 1);
        continue;
      }
      this.block = block;
      this.limit = block.count;
      executeBlock(this, block.instructions);
      if (this.limit === 0) {
        this.finishEarly(block);
      } else {
        f64[COUNTER.CYCLES] += block.cycles;
        f64[COUNTER.INSTRUCTIONS] += block.count;
        i32[EIP] += block.advance;
        if (block.fetchCycles !== 0) f64[COUNTER.MEMORY_CYCLES] += block.fetchCycles;
        if (block.inFlightAfter !== i32[IN_FLIGHT]) this.setInFlight(block.inFlightAfter);
      }
    } while (f64[COUNTER.CYCLES] < f64[COUNTER.DEADLINE]);
  }

  private executeBlocksOfModel(): void {
    if (this.account !== null) this.executeBlocksAccounted(this.account);
    else if (this.caches === null) this.executeBlocks();
    else this.executeBlocksThrough(this.caches);
  }

  /** As `executeBlocks`, with the fetch of code through caches. Apart from it, so that `flat` pays nothing for it. */
  private executeBlocksThrough(caches: Caches): void {
    const { f64, i32, code } = this;
    do {
      this.position = -1;
      const block = code.findAfter(this.block);
      this.block = block;
      caches.fetchBlock(block);
      if (f64[COUNTER.CYCLES] + block.reachCycles > f64[COUNTER.DEADLINE]) {
        this.executeSome(block, 1);
        continue;
      }
      this.limit = block.count;
      executeBlock(this, block.instructions);
      if (this.limit === 0) {
        this.finishEarly(block);
      } else {
        f64[COUNTER.CYCLES] += block.cycles;
        f64[COUNTER.INSTRUCTIONS] += block.count;
        i32[EIP] += block.advance;
        if (block.fetchCycles !== 0) f64[COUNTER.MEMORY_CYCLES] += block.fetchCycles;
        if (block.inFlightAfter !== i32[IN_FLIGHT]) this.setInFlight(block.inFlightAfter);
      }
    } while (f64[COUNTER.CYCLES] < f64[COUNTER.DEADLINE]);
  }

  /** As the loops above, with an account kept of every block: only while somebody has asked for one. */
  private executeBlocksAccounted(account: CycleAccount): void {
    const { f64, i32, code, caches } = this;
    do {
      this.position = -1;
      const block = code.findAfter(this.block);
      account.enter(block);
      // As in executeBlocksThrough, where a fault on fetch meets the block that is about to run.
      if (caches !== null) {
        this.block = block;
        caches.fetchBlock(block);
      }
      if (f64[COUNTER.CYCLES] + block.reachCycles > f64[COUNTER.DEADLINE]) {
        this.executeSome(block, 1);
        continue;
      }
      this.block = block;
      this.limit = block.count;
      executeBlock(this, block.instructions);
      if (this.limit === 0) {
        this.finishEarly(block);
      } else {
        f64[COUNTER.CYCLES] += block.cycles;
        f64[COUNTER.INSTRUCTIONS] += block.count;
        i32[EIP] += block.advance;
        if (block.fetchCycles !== 0) f64[COUNTER.MEMORY_CYCLES] += block.fetchCycles;
        if (block.inFlightAfter !== i32[IN_FLIGHT]) this.setInFlight(block.inFlightAfter);
      }
    } while (f64[COUNTER.CYCLES] < f64[COUNTER.DEADLINE]);
  }

  /** Executes exactly one instruction. */
  executeOne(): void {
    this.position = -1;
    const block = this.code.find();
    this.account?.enter(block);
    this.caches?.fetchBlock(block);
    this.executeSome(block, 1);
  }

  private executeSome(block: Block, count: number): void {
    this.block = block;
    this.limit = count;
    let position = 0;
    do {
      this.position = position;
      const insn = block.instructions[position];
      insn.execute(this, insn);
    } while (++position < this.limit);
    this.finishEarly(block);
  }

  /** Counts the instructions up to and with the current one, and moves EIP behind it. */
  private finishEarly(block: Block): void {
    const last = block.instructions[this.position];
    this.countTo(block, this.position + 1, last.cyclesBefore + last.cycles, last.fetchCyclesBefore + last.fetchCycles);
    this.i32[EIP] += this.position + 1 === block.count ? block.advance : last.nextOffset;
    this.setInFlight(last.inFlightAfter);
    this.settled = 0;
    this.position = -1;
  }

  /** Behind a fault: counts the instructions before the current one, and moves EIP to the current one. */
  private leaveBlock(thrown: unknown): void {
    if (this.position >= 0) {
      this.settle();
      this.i32[EIP] += this.block.instructions[this.position].startOffset;
      this.settled = 0;
      this.position = -1;
    }
    if (thrown !== this.fault) throw thrown;
  }

  /**
   * Puts the clocks of the instructions before the current one into CYCLES. To be called before anything that looks
   * at the clock or may request attention from within a memory access; the block then ends behind this instruction.
   */
  settle(): void {
    const { block, position } = this;
    this.limit = 0;
    if (position <= this.settled) return;
    const current = block.instructions[position];
    this.countTo(block, position, current.cyclesBefore, current.fetchCyclesBefore);
  }

  /** The cycle at which the current instruction begins, as `settle` would find it. */
  get exactCycle(): number {
    const { f64, block, position, settled } = this;
    if (position <= settled) return f64[COUNTER.CYCLES];
    const { instructions } = block;
    return (
      f64[COUNTER.CYCLES] + instructions[position].cyclesBefore - (settled > 0 ? instructions[settled].cyclesBefore : 0)
    );
  }

  private countTo(block: Block, count: number, cycles: number, fetchCycles: number): void {
    const { f64, settled } = this;
    const from = settled > 0 ? block.instructions[settled] : null;
    f64[COUNTER.CYCLES] += cycles - (from ? from.cyclesBefore : 0);
    f64[COUNTER.MEMORY_CYCLES] += fetchCycles - (from ? from.fetchCyclesBefore : 0);
    f64[COUNTER.INSTRUCTIONS] += count - settled;
    this.settled = count;
  }

  // ---- faults ----

  /** Raises a guest exception from within an instruction, or between two. Does not return. */
  raise(vector: number, errorCode?: number): never {
    this.fault.vector = vector;
    this.fault.errorCode = errorCode;
    throw this.fault;
  }

  private deliverFault(): void {
    this.idleLoop.abandon();
    this.setInFlight(0);
    const { vector, errorCode } = this.fault;
    if (!this.isTaken(vector, errorCode)) deliverException(this, vector, errorCode);
  }

  /** Whether the sink takes an exception or software interrupt in place of the guest; the CPU then stops. */
  isTaken(vector: number, errorCode: number | undefined): boolean {
    if (!this.exceptionSink?.take(vector, errorCode)) return false;
    this.requestStop();
    return true;
  }

  /** Adds clocks that only the operands decide. For instructions that end their block (opcodes.ts). */
  addClocks(clocks: number): void {
    this.f64[COUNTER.CYCLES] += clocks;
  }

  // ---- pins ----

  /** The INTR pin. */
  setInterruptPin(level: boolean): void {
    if (level) this.i32[EVENTS] |= EVENT_INTR;
    else this.i32[EVENTS] &= ~EVENT_INTR;
    this.clock.requestAttention();
  }

  /** The NMI pin: an edge, latched. */
  raiseNmi(): void {
    this.i32[EVENTS] |= EVENT_NMI;
    this.clock.requestAttention();
  }

  /** IGNNE#, which a PC asserts by port F0h: x87 errors are ignored until the pending one is cleared. */
  ignoreFpuErrors(): void {
    this.i32[FPU_IGNNE] = 1;
  }

  /** RESET or INIT: the state behind it is in reset-state.ts. */
  reset(): void {
    resetRegisters(this);
    this.setInFlight(0);
    debugRegistersChanged(this);
    this.segmentsChanged();
    this.tlb.flush(true);
    this.limit = 0;
    this.clock.requestAttention();
  }

  /** The A20 gate: closed, physical bit 20 is always 0. */
  setA20(open: boolean): void {
    const mask = open ? -1 : ~0x10_0000;
    if (this.i32[A20_MASK] === mask) return;
    this.i32[A20_MASK] = mask;
    this.onMemoryMapChanged();
  }

  /** The bus's frame map changed: forget translations and decoded code. */
  onMemoryMapChanged(): void {
    this.tlb.flush(true);
    this.code.dropAll();
    this.limit = 0;
  }

  /** A snapshot put registers into the CPU block: works out everything kept beside it. Observers hear nothing. */
  deriveFromRegisters(): void {
    this.block = this.code.emptyBlock;
    this.isUser = this.i32[CPL] === 3;
    debugRegistersChanged(this);
    this.segmentsChanged();
    this.onMemoryMapChanged();
  }

  // ---- observation ----

  /** Calls `watcher` each time the instruction at this linear address is about to execute. */
  watchExecution(linear: number, watcher: ExecutionWatcher): void {
    this.code.watch(linear >>> 0, watcher);
  }

  unwatch(linear: number): void {
    this.code.unwatch(linear >>> 0);
  }

  /** Somebody wrote RAM past the bus (a loader, a snapshot): decoded code there is stale. */
  codeWritten(physical: number, sizeBytes: number): void {
    this.code.written(physical, sizeBytes);
  }

  /** More than one instruction will run before anything else is looked at. */
  get runsWholeBlock(): boolean {
    return this.limit > 1;
  }

  /** Makes the running block end behind the current instruction (its code may be gone). */
  endBlock(): void {
    this.limit = 0;
  }

  /** From now on accesses to RAM cost what these caches make of them. To be called before anything is executed. */
  useCaches(caches: Caches): void {
    this.caches = caches;
    this.modeChanged();
    this.code.dropAll();
  }

  // ---- modes ----

  /** To be called after any write to a segment register's hidden part. */
  segmentsChanged(): void {
    this.segments.update(this);
    this.modeChanged();
  }

  /** To be called after CPL, CR0.AM or EFLAGS.AC changed; `segmentsChanged` includes it. */
  modeChanged(): void {
    const { i32, segments } = this;
    let key = segments.isFlat ? MODE_FLAT : 0;
    if ((i32[SEGMENT + CS * SEGMENT_WORDS + SEG_ACCESS] & SEGMENT_DB) !== 0) key |= MODE_CODE32;
    if ((i32[SEGMENT + SS * SEGMENT_WORDS + SEG_ACCESS] & SEGMENT_DB) !== 0) key |= MODE_STACK32;
    const wasUser = this.isUser;
    this.isUser = i32[CPL] === 3;
    if (this.isUser && !wasUser) this.observer?.userModeEntered?.();
    if (this.isUser) key |= MODE_USER;
    if ((i32[CR0] & CR0_PE) !== 0 && (i32[EFLAGS] & FLAG_VM) === 0) key |= MODE_PROTECTED;
    this.modeKey = key | (i32[IN_FLIGHT] << MODE_BITS);
    this.checksAlignment = this.isUser && (i32[CR0] & CR0_AM) !== 0 && (i32[EFLAGS] & FLAG_AC) !== 0;
    this.readRight = this.checksAlignment ? 0 : this.isUser ? TLB_READ_USER : TLB_READ_SUPERVISOR;
    this.writeRight = this.checksAlignment ? 0 : this.isUser ? TLB_WRITE_USER : TLB_WRITE_SUPERVISOR;
    this.readMask = this.caches === null ? this.readRight : 0;
    this.writeMask = this.caches === null ? this.writeRight : 0;
  }

  /**
   * What the next instruction's clocks depend on, beside its form: the instructions before it. It is handed on from block
   * to block, so that clocks do not depend on where blocks are cut: by an alarm, a watch, a page, a slow access.
   */
  private setInFlight(state: number): void {
    this.i32[IN_FLIGHT] = state;
    this.modeKey = (this.modeKey & ((1 << MODE_BITS) - 1)) | (state << MODE_BITS);
  }

  /** EIP of the current instruction. Within a block the register holds the EIP of the block's first. */
  currentEip(insn: { startOffset: number }): number {
    return this.i32[EIP] + insn.startOffset;
  }

  /** EIP behind the current instruction. */
  nextEip(insn: { nextOffset: number }): number {
    return this.i32[EIP] + insn.nextOffset;
  }

  /** Linear base of the code segment. */
  get codeBase(): number {
    return this.i32[SEGMENT + CS * SEGMENT_WORDS + SEG_BASE];
  }

  // ---- linear memory, at the current privilege; what is not aligned may cross a page and costs clocks ----

  read8(linear: number): number {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.readMask) !== 0) return this.u8[(entry & ~0xfff) ^ linear];
    return readSlow(this, linear, 1, this.isUser);
  }

  read16(linear: number): number {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.readMask) !== 0 && (linear & 1) === 0) {
      return this.view.getUint16((entry & ~0xfff) ^ linear, true);
    }
    return readSlow(this, linear, 2, this.isUser);
  }

  /** As a signed 32-bit number. */
  read32(linear: number): number {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.readMask) !== 0 && (linear & 3) === 0) {
      return this.view.getInt32((entry & ~0xfff) ^ linear, true);
    }
    return readSlow(this, linear, 4, this.isUser);
  }

  write8(linear: number, value: number): void {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.writeMask) !== 0) this.u8[(entry & ~0xfff) ^ linear] = value;
    else writeSlow(this, linear, 1, value, this.isUser);
  }

  write16(linear: number, value: number): void {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.writeMask) !== 0 && (linear & 1) === 0) {
      this.view.setUint16((entry & ~0xfff) ^ linear, value, true);
    } else {
      writeSlow(this, linear, 2, value, this.isUser);
    }
  }

  write32(linear: number, value: number): void {
    const entry = this.i32[TLB + (linear >>> 12)];
    if ((entry & this.writeMask) !== 0 && (linear & 3) === 0) {
      this.view.setInt32((entry & ~0xfff) ^ linear, value, true);
    } else {
      writeSlow(this, linear, 4, value, this.isUser);
    }
  }

  /** A write there is a store to plain RAM: nothing to be looked at, nothing it could raise. */
  isPlainWrite(linear: number, sizeBytes: number): boolean {
    return (this.i32[TLB + (linear >>> 12)] & this.writeRight) !== 0 && (linear & 0xfff) + sizeBytes <= 0x1000;
  }

  // ---- linear memory with supervisor rights: descriptor tables, TSS, stacks of inner levels ----

  readSystem8(linear: number): number {
    return readSlow(this, linear, 1, false);
  }

  readSystem16(linear: number): number {
    return readSlow(this, linear, 2, false);
  }

  readSystem32(linear: number): number {
    return readSlow(this, linear, 4, false);
  }

  writeSystem8(linear: number, value: number): void {
    writeSlow(this, linear, 1, value, false);
  }

  writeSystem16(linear: number, value: number): void {
    writeSlow(this, linear, 2, value, false);
  }

  writeSystem32(linear: number, value: number): void {
    writeSlow(this, linear, 4, value, false);
  }
}
