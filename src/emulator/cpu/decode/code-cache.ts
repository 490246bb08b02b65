// Decoded code by physical page: looked up by EIP, built on first use, dropped when its bytes are written.
// A store into the running block takes effect with the next instruction, as on P6; prefetch queues are not modelled.
import { LAYOUT, PAGE_HAS_CODE } from '../../memory';
import { findClockRule } from '../../timing/clock-table';
import { decodeInstruction } from './decode';
import type { CodeSource } from './decode';
import { hastenCountedLoop } from '../loops/counted-loop';
import type { Cpu } from '../cpu';
import type { ExecutionWatcher } from '../cpu-host';
import { chooseCase } from '../execute/hot-loop';
import { Block, Instruction } from './instruction';
import { hastenMemoryWait } from '../loops/memory-wait';
import { resolveClocks } from './instruction-clocks';
import { INVALID_ROW } from './opcodes';
import { translate } from '../memory/paging';
import { peekComponents } from './peeked-code';
import { CS, EIP, IN_FLIGHT, SEGMENT, SEGMENT_WORDS, SEG_BASE, VECTOR_GP } from '../state';

const CODE_BASE = SEGMENT + CS * SEGMENT_WORDS + SEG_BASE;
const RECENT_MASK = 0x7fff;
const PAGE_BYTES = 0x1000;
const MAX_INSTRUCTION_BYTES = 15;
const MAX_BLOCK_INSTRUCTIONS = 48;

/** Physical address of looked-up blocks by linear address and mode. */
export type SavedCode = Readonly<Record<string, number>>;

/** The decoded code of one physical page. */
class CodePage {
  /** By offset of the first byte; blocks of other modes hang on `otherMode`. */
  private readonly blocks = new Map<number, Block>();
  /** Blocks of the page before whose only instruction ends here. */
  private tails: Block[] = [];
  /** One bit per byte that some block was decoded from. */
  private readonly covered = new Uint8Array(PAGE_BYTES / 8);

  constructor(readonly frame: number) {}

  /** The newest block at an offset, and through `otherMode` all others. */
  blockAt(offset: number): Block | null {
    return this.blocks.get(offset) ?? null;
  }

  add(block: Block): void {
    const first = block.physical & 0xfff;
    if (block.physical >>> 12 === this.frame) {
      let next = this.blocks.get(first) ?? null;
      while (next !== null && next.modeKey < 0) next = next.otherMode;
      block.otherMode = next;
      this.blocks.set(first, block);
      this.cover(first, Math.min(first + block.sizeBytes, PAGE_BYTES));
    } else {
      this.tails.push(block);
      this.cover(0, first + block.sizeBytes - PAGE_BYTES);
    }
  }

  private cover(from: number, to: number): void {
    for (let at = from; at < to; at++) this.covered[at >> 3] |= 1 << (at & 7);
  }

  covers(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if ((this.covered[at >> 3] & (1 << (at & 7))) !== 0) return true;
    return false;
  }

  all(): Block[] {
    const all = [...this.tails];
    for (const head of this.blocks.values()) {
      for (let block: Block | null = head; block !== null; block = block.otherMode) all.push(block);
    }
    return all;
  }

  /** Drops the blocks that have bytes in `from`..`to` - 1; no other block covers these then. True when none is left. */
  drop(from: number, to: number): boolean {
    for (const [first, head] of this.blocks) {
      const kept = this.keepUntouched(head, from, to);
      if (kept === null) this.blocks.delete(first);
      else if (kept !== head) this.blocks.set(first, kept);
    }
    this.tails = this.tails.filter((tail) => {
      const isTouched = tail.physical + tail.sizeBytes - this.frame * PAGE_BYTES > from;
      if (isTouched) tail.modeKey = -1;
      return !isTouched;
    });
    for (let at = from; at < to; at++) this.covered[at >> 3] &= ~(1 << (at & 7));
    return this.blocks.size === 0 && this.tails.length === 0;
  }

  /** The blocks of a chain that have no byte in `from`..`to` - 1. */
  private keepUntouched(head: Block, from: number, to: number): Block | null {
    const start = head.physical - this.frame * PAGE_BYTES;
    if (start >= to) return head;
    let kept: Block | null = null;
    for (let block: Block | null = head; block !== null;) {
      const next: Block | null = block.otherMode;
      const isTouched = start + block.sizeBytes > from;
      if (isTouched) {
        block.modeKey = -1;
      } else {
        block.otherMode = kept;
        kept = block;
      }
      block = next;
    }
    return kept;
  }
}

export class CodeCache implements CodeSource {
  /** Stands where there is no block. */
  readonly emptyBlock = new Block([new Instruction(() => {}, INVALID_ROW)], -1, -1);
  /** Blocks by low bits of their linear address. */
  private readonly recent: Block[] = new Array<Block>(RECENT_MASK + 1).fill(this.emptyBlock);
  private readonly pages = new Map<number, CodePage>();
  private readonly watchers = new Map<number, ExecutionWatcher>();
  /** Physical by linear address and mode, of a snapshot: these blocks had been looked up, so no page table is walked. */
  private known = new Map<string, number>();
  private knownEpoch = -1;

  // The code being decoded.
  private linear = 0;
  private bytesInPage = 0;
  private bytesToLimit = 0;
  private firstPage = 0;
  private secondPage = -1;
  private instructionStart = 0;
  /** IN_FLIGHT behind the instruction decoded last. */
  private inFlight = 0;

  constructor(private readonly cpu: Cpu) {}

  /** The block at EIP. Raises what fetching its first instruction raises. */
  find(): Block {
    const { i32, modeKey, tlb } = this.cpu;
    const eip = i32[EIP];
    const csBase = i32[CODE_BASE];
    const block = this.recent[(csBase + eip) & RECENT_MASK];
    if (block.eip === eip && block.modeKey === modeKey && block.mapEpoch === tlb.mapEpoch && block.csBase === csBase) {
      return block;
    }
    return this.lookUp(eip, csBase);
  }

  /** As `find`, from behind `previous`: mostly the block that followed it last time. */
  findAfter(previous: Block): Block {
    const { i32, modeKey, tlb } = this.cpu;
    const guess = previous.successor;
    const isRight =
      guess.eip === i32[EIP] &&
      guess.modeKey === modeKey &&
      guess.mapEpoch === tlb.mapEpoch &&
      guess.csBase === i32[CODE_BASE];
    return isRight ? guess : (previous.successor = this.find());
  }

  private lookUp(eip: number, csBase: number): Block {
    const { cpu } = this;
    const lastOffset = cpu.segments.last[CS];
    const offset = eip >>> 0;
    if (offset > lastOffset) cpu.raise(VECTOR_GP, 0);
    const linear = (csBase + eip) | 0;
    const physical = this.knownPhysical(linear) ?? translate(cpu, linear, false, cpu.isUser) >>> 0;
    let block = this.findDecoded(physical);
    const isUsable =
      block !== null && offset + block.sizeBytes - 1 <= lastOffset && this.isSecondPageSame(block, linear);
    if (block === null || !isUsable) {
      this.bytesToLimit = lastOffset - offset + 1;
      block = this.build(linear, physical);
    }
    block.eip = eip;
    block.csBase = csBase;
    block.mapEpoch = cpu.tlb.mapEpoch;
    this.recent[linear & RECENT_MASK] = block;
    return block;
  }

  private knownPhysical(linear: number): number | undefined {
    const { tlb, modeKey } = this.cpu;
    return this.knownEpoch === tlb.mapEpoch ? this.known.get(knownKey(linear, modeKey)) : undefined;
  }

  /** Linear address, mode and physical address of the blocks that need no new walk: see cpu-snapshot.ts. */
  saveTranslations(): SavedCode {
    const { mapEpoch } = this.cpu.tlb;
    const all = new Map(this.knownEpoch === mapEpoch ? this.known : []);
    for (const { csBase, eip, modeKey, physical, mapEpoch: lookedUp } of this.recent) {
      if (modeKey >= 0 && lookedUp === mapEpoch) all.set(knownKey((csBase + eip) | 0, modeKey), physical);
    }
    return Object.fromEntries([...all].sort());
  }

  /** Takes the place of the walks that `saveTranslations` has seen, until some translation changes. */
  restoreTranslations(saved: SavedCode): void {
    this.known = new Map(Object.entries(saved));
    this.knownEpoch = this.cpu.tlb.mapEpoch;
  }

  /** Components of the instruction at EIP, 0 where none can be fetched. Fetches nothing and raises nothing. */
  componentsAtEip(): number {
    const { cpu } = this;
    const eip = cpu.i32[EIP];
    const csBase = cpu.i32[CODE_BASE];
    const block = this.recent[(csBase + eip) & RECENT_MASK];
    const { modeKey, tlb } = cpu;
    if (block.eip === eip && block.modeKey === modeKey && block.mapEpoch === tlb.mapEpoch && block.csBase === csBase) {
      return block.instructions[0].components;
    }
    return peekComponents(cpu, (csBase + eip) | 0);
  }

  private findDecoded(physical: number): Block | null {
    let block = this.pages.get(physical >>> 12)?.blockAt(physical & 0xfff) ?? null;
    while (block !== null && block.modeKey !== this.cpu.modeKey) block = block.otherMode;
    return block;
  }

  private isSecondPageSame(block: Block, linear: number): boolean {
    if (block.secondPage < 0) return true;
    return block.secondPage === translate(this.cpu, ((linear | 0xfff) + 1) | 0, false, this.cpu.isUser) >>> 12;
  }

  // ---- building ----

  private build(linear: number, physical: number): Block {
    const { cpu } = this;
    this.linear = linear;
    this.firstPage = physical - (physical & 0xfff);
    this.bytesInPage = PAGE_BYTES - (physical & 0xfff);
    this.secondPage = -1;
    this.inFlight = cpu.i32[IN_FLIGHT];
    const instructions: Instruction[] = [];
    const block = new Block(instructions, physical, cpu.modeKey);
    for (;;) {
      const start = block.sizeBytes;
      if (start > 0 && (start >= this.bytesInPage || start >= this.bytesToLimit)) break;
      if (start > 0 && this.watchers.has((linear + start) >>> 0)) break;
      if (this.isOtherLine(physical, physical + start)) break;
      this.instructionStart = start;
      const insn = this.decodeAt(start);
      if (insn === null || (start > 0 && insn.row.isSolo)) break;
      if (start > 0 && this.isOtherLine(physical, physical + insn.nextOffset - 1)) break;
      if (start === 0 && this.watchers.has(linear >>> 0)) this.wrapWatched(insn);
      this.append(block, insn);
      if (insn.row.endsBlock || instructions.length === MAX_BLOCK_INSTRUCTIONS || this.secondPage >= 0) break;
    }
    const { read } = cpu.bus.frameAt(physical);
    block.isCodeCached = read.hostOffset >= 0 && read.fetchCyclesPerByte === 0;
    const last = instructions[instructions.length - 1];
    block.advance = last.row.setsEip ? 0 : block.sizeBytes;
    block.reachCycles = Math.max(block.cycles, last.cyclesBefore + 1);
    block.inFlightAfter = this.inFlight;
    hastenCountedLoop(block);
    // With something in flight the first iteration costs less than the next.
    if (cpu.i32[IN_FLIGHT] === 0) hastenMemoryWait(block);
    this.keep(block);
    return block;
  }

  /** Where code goes through caches, a block lies in one line; an instruction across two lines is a block by itself. */
  private isOtherLine(a: number, b: number): boolean {
    const { caches } = this.cpu;
    return caches !== null && a >>> caches.codeShift !== b >>> caches.codeShift;
  }

  private append(block: Block, insn: Instruction): void {
    resolveClocks(this.cpu, insn, findClockRule(this.cpu.timing, insn.row.clockForm(insn)));
    this.inFlight = this.cpu.timing.overlap?.issue(insn, this.inFlight) ?? 0;
    insn.inFlightAfter = this.inFlight;
    const { fetchCyclesPerByte } = this.cpu.bus.frameAt(this.firstPage).read;
    insn.fetchCycles = Math.ceil(insn.length * fetchCyclesPerByte);
    insn.cycles += insn.fetchCycles;
    chooseCase(insn, block.modeKey);
    insn.cyclesBefore = block.cycles;
    insn.fetchCyclesBefore = block.fetchCycles;
    block.cycles += insn.cycles;
    block.fetchCycles += insn.fetchCycles;
    block.sizeBytes = insn.nextOffset;
    block.count = block.instructions.push(insn);
  }

  /** The instruction `start` bytes into the block, or null: not the first, and not wholly within page and limit. */
  private decodeAt(start: number): Instruction | null {
    try {
      return decodeInstruction(this, start, this.cpu.modeKey, this.cpu.model);
    } catch (thrown) {
      // Only the first instruction's fetch may fault; a later one will be the first of the next block.
      if (start === 0 || thrown !== this.cpu.fault) throw thrown;
      return null;
    }
  }

  /** One code byte, `offset` bytes into the block. Raises #GP past the limit of CS or 15 bytes, #PF from paging. */
  readByte(offset: number): number {
    const { cpu } = this;
    if (offset - this.instructionStart >= MAX_INSTRUCTION_BYTES) cpu.raise(VECTOR_GP, 0);
    if (offset >= this.bytesToLimit) cpu.raise(VECTOR_GP, 0);
    if (offset < this.bytesInPage) return this.readCode(this.firstPage + PAGE_BYTES - this.bytesInPage + offset);
    if (this.instructionStart > 0) cpu.raise(VECTOR_GP, 0);
    if (this.secondPage < 0) {
      this.secondPage = translate(cpu, (this.linear + this.bytesInPage) | 0, false, cpu.isUser) >>> 12;
    }
    return this.readCode(this.secondPage * PAGE_BYTES + offset - this.bytesInPage);
  }

  private readCode(physical: number): number {
    const { read, base } = this.cpu.bus.frameAt(physical);
    if (read.hostOffset >= 0) return this.cpu.u8[read.hostOffset + (physical - base)];
    return this.cpu.bus.peekMemory(physical, 1);
  }

  private keep(block: Block): void {
    this.pageOf(block.physical >>> 12).add(block);
    if (this.secondPage < 0) return;
    block.secondPage = this.secondPage;
    this.pageOf(this.secondPage).add(block);
  }

  private pageOf(frame: number): CodePage {
    let page = this.pages.get(frame);
    if (!page) {
      page = new CodePage(frame);
      this.pages.set(frame, page);
      const { cpu } = this;
      cpu.u8[LAYOUT.PAGE_FLAGS + frame] |= PAGE_HAS_CODE;
      const { write, base } = cpu.bus.frameAt(frame * PAGE_BYTES);
      if (write.hostOffset >= 0) cpu.tlb.protectFromWrites(write.hostOffset + (frame * PAGE_BYTES - base));
    }
    return page;
  }

  // ---- dropping ----

  /** Drops the blocks decoded from bytes that are about to change. */
  written(physical: number, sizeBytes: number): void {
    const end = physical + sizeBytes;
    for (let at = physical; at < end;) {
      const frame = at >>> 12;
      const from = at & 0xfff;
      const to = Math.min(from + (end - at), PAGE_BYTES);
      const page = this.pages.get(frame);
      if (page?.covers(from, to)) {
        if (page.drop(from, to)) this.forget(frame);
        this.cpu.endBlock();
      }
      at += to - from;
    }
  }

  private forget(frame: number): void {
    this.pages.delete(frame);
    this.cpu.u8[LAYOUT.PAGE_FLAGS + frame] &= ~PAGE_HAS_CODE;
  }

  /** Drops everything: the memory map or the set of watchers changed. */
  dropAll(): void {
    for (const page of this.pages.values()) for (const block of page.all()) block.modeKey = -1;
    for (const frame of [...this.pages.keys()]) this.forget(frame);
    this.recent.fill(this.emptyBlock);
    this.cpu.endBlock();
  }

  // ---- watching ----

  watch(linear: number, watcher: ExecutionWatcher): void {
    this.watchers.set(linear, watcher);
    this.dropAll();
  }

  unwatch(linear: number): void {
    this.watchers.delete(linear);
    this.dropAll();
  }

  private wrapWatched(insn: Instruction): void {
    const { execute } = insn;
    insn.execute = (cpu, self) => {
      const linear = (cpu.i32[CODE_BASE] + cpu.i32[EIP]) >>> 0;
      this.watchers.get(linear)?.(linear);
      execute(cpu, self);
    };
  }
}

function knownKey(linear: number, modeKey: number): string {
  return `${linear}/${modeKey}`;
}
