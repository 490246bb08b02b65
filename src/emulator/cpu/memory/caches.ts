// The caches of the CPU and its board, and the bus behind them: what accesses to RAM cost in the memory model `cache`
// (docs/decisions/0017). Bytes never come from here, so `flat` and `cache` compute the same.
// Left out: translation buffers, prefetching of lines, MTRRs, several misses at a time.
import type { Block } from '../decode/instruction';
import { LAYOUT } from '../../memory';
import type { Cpu } from '../cpu';
import { CR0, CR0_CD } from '../state';
import { CacheLevel } from './cache-level';

/** Cycles and sizes that caches are made of; `CacheFigures` of the profile says what each one is. */
export interface CacheParameters {
  readonly lineBytes: number;
  /** 0: the first level is unified. */
  readonly codeBytes: number;
  readonly dataBytes: number;
  readonly ways: number;
  readonly writesBack: boolean;
  readonly allocatesOnWrite: boolean;
  /** 0: no second level. */
  readonly secondBytes: number;
  readonly secondWays: number;
  readonly secondWritesBack: boolean;
  /** From the miss to the operand, to the end of the line, and one write: into the second level. */
  readonly secondFirstCycles: number;
  readonly secondLineCycles: number;
  readonly secondWriteCycles: number;
  /** The same for memory, and a whole line written. */
  readonly memoryFirstCycles: number;
  readonly memoryLineCycles: number;
  readonly memoryWriteCycles: number;
  readonly memoryLineWriteCycles: number;
  /** Part of each access that the clock table contains. */
  readonly tableCycles: number;
  readonly writeBuffers: number;
  readonly readsPassWrites: boolean;
  readonly hasFastStrings: boolean;
  /** One refresh of the DRAM, 0: hidden; and from one to the next. */
  readonly refreshCycles: number;
  readonly refreshPeriodCycles: number;
  /** What a bus master's transfer of four bytes takes of the bus. */
  readonly masterDwordCycles: number;
}

// State, at the start of LAYOUT.CACHES; tags follow.
/** Doubles: cycle from which the next line can be read; cycle at which all buffered writes are done. */
const READ_FREE = LAYOUT.CACHES / 8;
const WRITE_FREE = READ_FREE + 1;
/** Doubles: accesses that were more than a hit; what a proof of an idle loop found of it; of buffered writes. */
const BUS_USES = READ_FREE + 2;
const PROOF_USES = READ_FREE + 3;
const PROOF_BACKLOG = READ_FREE + 4;
/** Word: number of the code line being executed, plus 1; 0: none. */
const CODE_LINE = LAYOUT.CACHES / 4 + 16;
const STATE_BYTES = 4096;

/** An i386 prefetches 16 bytes (80386 Hardware Reference Manual 2.2): no code is fetched in smaller pieces. */
const LEAST_CODE_BYTES = 16;

export class Caches {
  /** Code of one such piece is fetched at once: blocks do not cross its borders. */
  readonly codeShift: number;
  private readonly f64: Float64Array;
  private readonly i32: Int32Array;
  private readonly data: CacheLevel;
  private readonly code: CacheLevel;
  private readonly second: CacheLevel | null;
  private readonly lineBytes: number;
  private readonly ramOffset: number;
  /** Bytes from here on that a string instruction is sure to overwrite: 0 for every other store. */
  private streamBytes = 0;

  constructor(
    private readonly cpu: Cpu,
    private readonly parameters: CacheParameters,
  ) {
    const { memory } = cpu;
    const { lineBytes, codeBytes, dataBytes, ways, secondBytes, secondWays } = parameters;
    this.f64 = memory.f64;
    this.i32 = memory.i32;
    this.ramOffset = memory.ramOffset;
    this.lineBytes = lineBytes;
    this.codeShift = Math.log2(Math.max(lineBytes, LEAST_CODE_BYTES));
    let offset = LAYOUT.CACHES + STATE_BYTES;
    const level = (sizeBytes: number, levelWays: number) => {
      const made = new CacheLevel(memory.i32, offset / 4, { sizeBytes, ways: levelWays, lineBytes });
      offset += made.lines * 4;
      return made;
    };
    this.data = level(dataBytes, ways);
    this.code = codeBytes === 0 ? this.data : level(codeBytes, ways);
    this.second = secondBytes === 0 ? null : level(secondBytes, secondWays);
    if (offset > LAYOUT.CACHES + LAYOUT.CACHES_BYTES) throw new Error('tags of the caches do not fit');
  }

  // ---- accesses by instructions; `hostAt` is an offset in linear memory, within RAM ----

  /** A load of 1, 2 or 4 bytes. `isUncached`: its page says so (PCD). */
  read(hostAt: number, sizeBytes: number, isUncached: boolean): void {
    const address = hostAt - this.ramOffset;
    if (isUncached) this.readUncached(address, this.parameters.memoryFirstCycles);
    else if (!this.data.touch(address)) this.readMiss(this.data, address, true);
    const last = address + sizeBytes - 1;
    if (last >>> this.data.lineShift !== address >>> this.data.lineShift)
      this.read(last + this.ramOffset, 1, isUncached);
  }

  /** A store of 1, 2 or 4 bytes. */
  write(hostAt: number, sizeBytes: number, isUncached: boolean): void {
    const address = hostAt - this.ramOffset;
    const { writesBack, allocatesOnWrite, memoryWriteCycles } = this.parameters;
    if (isUncached) {
      this.post(memoryWriteCycles, this.parameters.writeBuffers);
    } else if (this.data.touch(address)) {
      if (writesBack) this.data.markDirty(address);
      else this.writeThrough(address);
    } else if (allocatesOnWrite && this.isEnabled) {
      this.allocate(address);
    } else {
      this.writeThrough(address);
    }
    const last = address + sizeBytes - 1;
    if (last >>> this.data.lineShift !== address >>> this.data.lineShift)
      this.write(last + this.ramOffset, 1, isUncached);
  }

  /** The fetch of a block: one look at each line of code, when the first instruction in it is about to be executed. */
  fetchBlock({ physical, sizeBytes, isCodeCached }: Block): void {
    const { i32, codeShift } = this;
    const line = physical >>> codeShift;
    if (i32[CODE_LINE] === line + 1) return;
    // A block that crosses into another line is a single instruction: code-cache.ts.
    const crosses = ((physical + sizeBytes - 1) >>> codeShift) - line;
    i32[CODE_LINE] = line + crosses + 1;
    if (!isCodeCached) return;
    this.fetchPiece(physical);
    if (crosses !== 0) this.fetchPiece((line + 1) << codeShift);
  }

  /** From `start` to the end of its piece: the CPU waits for the first line that is missing, the rest is prefetched. */
  private fetchPiece(start: number): void {
    const end = ((start >>> this.codeShift) + 1) << this.codeShift;
    let isFirst = true;
    for (let at = start; at < end; at += this.lineBytes) {
      if (this.code.touch(at)) continue;
      this.readMiss(this.code, at, isFirst);
      isFirst = false;
    }
  }

  /** The next instruction is fetched anew, wherever it is. */
  forgetCodeLine(): void {
    this.i32[CODE_LINE] = 0;
  }

  // ---- string instructions ----

  /** Says before one iteration of a REP form how many bytes from its target on it is going to store, itself included. */
  beginIteration(bytes: number): void {
    if (this.parameters.hasFastStrings) this.streamBytes = bytes;
  }

  endIteration(): void {
    this.streamBytes = 0;
  }

  /** How many bytes from `hostAt` on, or down to its element, lie in a line that is there: they cost nothing more. */
  bytesAtHand(hostAt: number, sizeBytes: number, isWrite: boolean, isDown: boolean): number {
    if (isWrite && !this.parameters.writesBack) return 0;
    const address = hostAt - this.ramOffset;
    const inLine = address & (this.lineBytes - 1);
    if (inLine + sizeBytes > this.lineBytes || !this.data.touch(address)) return 0;
    if (isWrite) this.data.markDirty(address);
    return isDown ? inLine + sizeBytes : this.lineBytes - inLine;
  }

  // ---- other masters, and orders to the caches ----

  /** Another master has read or written memory: it took the bus, and lines that it wrote are forgotten. */
  snoop(address: number, sizeBytes: number, isWrite: boolean): void {
    const { f64, parameters, lineBytes } = this;
    const now = this.cpu.exactCycle;
    const busCycles = Math.ceil(sizeBytes / 4) * parameters.masterDwordCycles;
    f64[READ_FREE] = Math.max(f64[READ_FREE], now) + busCycles;
    f64[WRITE_FREE] = Math.max(f64[WRITE_FREE], now) + busCycles;
    if (!isWrite) return;
    for (let at = address - (address % lineBytes); at < address + sizeBytes; at += lineBytes) {
      this.data.drop(at);
      if (this.code !== this.data) this.code.drop(at);
      this.second?.drop(at);
    }
  }

  /** RESET, INVD: all lines are forgotten. */
  invalidate(): void {
    this.data.clear();
    if (this.code !== this.data) this.code.clear();
    this.second?.clear();
    this.forgetCodeLine();
  }

  /** WBINVD: all lines are forgotten, dirty ones written. */
  writeBackAll(): void {
    const lines = this.data.clear() + (this.code === this.data ? 0 : this.code.clear()) + (this.second?.clear() ?? 0);
    this.forgetCodeLine();
    const cycles = lines * this.parameters.memoryLineWriteCycles;
    if (cycles > 0) this.stallUntil(this.begin(cycles) + cycles);
  }

  // ---- idle loops: an iteration may be repeated that used the bus for nothing but writes that were done at its end ----

  beginProof(): void {
    const { f64 } = this;
    f64[PROOF_USES] = f64[BUS_USES];
    f64[PROOF_BACKLOG] = this.backlog;
  }

  get isProofKept(): boolean {
    return this.f64[BUS_USES] === this.f64[PROOF_USES] && this.backlog === this.f64[PROOF_BACKLOG];
  }

  /** Time passed by whole iterations. */
  skipped(cycles: number): void {
    if (this.backlog > 0) this.f64[WRITE_FREE] += cycles;
  }

  private get backlog(): number {
    return Math.max(0, this.f64[WRITE_FREE] - this.cpu.exactCycle);
  }

  // ---- levels ----

  private get isEnabled(): boolean {
    return (this.i32[CR0] & CR0_CD) === 0;
  }

  private readMiss(level: CacheLevel, address: number, isAwaited: boolean): void {
    const { parameters } = this;
    if (!this.isEnabled) {
      this.readUncached(address, level === this.code ? parameters.memoryLineCycles : parameters.memoryFirstCycles);
      return;
    }
    const isNear = this.bringIn(level, address, true);
    const firstCycles = isNear ? parameters.secondFirstCycles : parameters.memoryFirstCycles;
    const lineCycles = isNear ? parameters.secondLineCycles : parameters.memoryLineCycles;
    this.readBus(firstCycles, lineCycles, isAwaited);
  }

  private readUncached(address: number, memoryCycles: number): void {
    const cycles = this.second?.touch(address) ? this.parameters.secondFirstCycles : memoryCycles;
    this.readBus(cycles, cycles, true);
  }

  /** A store that misses where such lines are brought in: the store is buffered, and the line takes the bus. */
  private allocate(address: number): void {
    const { parameters, lineBytes } = this;
    const isWhole = (address & (lineBytes - 1)) === 0 && this.streamBytes >= lineBytes;
    const isNear = this.bringIn(this.data, address, !isWhole);
    this.data.markDirty(address);
    if (!isWhole)
      this.post(isNear ? parameters.secondLineCycles : parameters.memoryLineCycles, parameters.writeBuffers);
  }

  /** Makes room and places the line; true when the second level had it. `isRead`: its bytes are needed. */
  private bringIn(level: CacheLevel, address: number, isRead: boolean): boolean {
    const isNear = isRead && this.second !== null && this.second.touch(address);
    if (isRead && this.second !== null && !isNear) this.fillSecond(address);
    const victim = level.fill(address);
    if (victim >= 0) this.writeVictim(victim);
    return isNear;
  }

  private writeVictim(address: number): void {
    const { second, parameters } = this;
    if (second === null) {
      this.post(parameters.memoryLineWriteCycles, 1);
      return;
    }
    if (!second.touch(address)) this.fillSecond(address);
    if (parameters.secondWritesBack) second.markDirty(address);
    else this.post(parameters.memoryLineWriteCycles, 1);
  }

  private fillSecond(address: number): void {
    const victim = this.second!.fill(address);
    if (victim >= 0) this.post(this.parameters.memoryLineWriteCycles, 1);
  }

  private writeThrough(address: number): void {
    const { parameters, second } = this;
    const isNear = second !== null && second.touch(address) && parameters.secondWritesBack;
    if (isNear) second.markDirty(address);
    this.post(isNear ? parameters.secondWriteCycles : parameters.memoryWriteCycles, parameters.writeBuffers);
  }

  // ---- the bus ----

  /** Reads a line, or less of it. The CPU goes on when it has its operand, and what it had to wait longer than the table. */
  private readBus(firstCycles: number, lineCycles: number, isAwaited: boolean): void {
    const start = this.begin(lineCycles);
    if (isAwaited) this.stallUntil(start + firstCycles - this.parameters.tableCycles);
  }

  /** When a read of so many cycles begins; the bus is taken by it. */
  private begin(cycles: number): number {
    const { f64, parameters } = this;
    const { readsPassWrites } = parameters;
    f64[BUS_USES]++;
    let start = Math.max(this.cpu.exactCycle, f64[READ_FREE]);
    if (!readsPassWrites) start = Math.max(start, f64[WRITE_FREE]);
    start = this.afterRefresh(start);
    f64[READ_FREE] = start + cycles;
    if (!readsPassWrites) f64[WRITE_FREE] = start + cycles;
    return start;
  }

  /** A refresh that is going on is waited for. One begins at each multiple of the period: an idle bus is never late. */
  private afterRefresh(start: number): number {
    const { refreshCycles, refreshPeriodCycles } = this.parameters;
    if (refreshCycles === 0) return start;
    const phase = start % refreshPeriodCycles;
    return phase < refreshCycles ? start + refreshCycles - phase : start;
  }

  /** A buffered write. The CPU waits when no more than `buffers` of this kind are free. */
  private post(cycles: number, buffers: number): void {
    const { f64, parameters } = this;
    const now = this.cpu.exactCycle;
    const free = parameters.readsPassWrites ? f64[WRITE_FREE] : Math.max(f64[WRITE_FREE], f64[READ_FREE]);
    f64[WRITE_FREE] = Math.max(now, free) + cycles;
    const wait = f64[WRITE_FREE] - now - buffers * cycles;
    if (wait <= 0) return;
    f64[BUS_USES]++;
    this.stallUntil(now + wait);
  }

  private stallUntil(cycle: number): void {
    const { cpu } = this;
    const wait = cycle - cpu.exactCycle;
    if (wait <= 0) return;
    cpu.settle();
    cpu.bus.chargeMemory(wait);
  }
}
