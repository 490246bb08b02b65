// Puts every cycle down to a cause while a machine runs: called between blocks, it reads what the counters have gained.
// It writes nothing the machine reads, so no cycle changes; without one the CPU pays one comparison per alarm.
import type { Stage } from '../boot-stage';
import { COUNTER } from '../counters';
import type { CycleAccount } from '../cpu/cpu-host';
import type { Block } from '../cpu/decode/instruction';
import { CS, EDX, EIP, ESP, SEGMENT, SEGMENT_WORDS, SEG_BASE, SS } from '../cpu/state';
import type { Machine } from '../machine';
import type { ResetKind } from '../reset';
import type { CodeMap } from './code-map';
import type { CodePlace, CostKind } from './contribution';
import { InterruptNames } from './interrupt-names';

const CODE_BASE = SEGMENT + CS * SEGMENT_WORDS + SEG_BASE;
const STACK_BASE = SEGMENT + SS * SEGMENT_WORDS + SEG_BASE;
const DX = EDX * 2;

const ATA_COMMAND_PORT = 0x1f7;
/** Reads, writes, verifies and seeks of ATA/ATAPI-5, with and without retries, by PIO and DMA. */
const MOVING_COMMANDS = new Set([
  ...[0x20, 0x21, 0x24, 0x25, 0x30, 0x31, 0x34, 0x35, 0x40, 0x41, 0x70],
  ...[0xc4, 0xc5, 0xc8, 0xc9, 0xca, 0xcb],
]);

/** Cycles with one cause, before anybody asks which figures they rest on. */
export interface LedgerEntry {
  readonly cost: CostKind;
  readonly chip: string;
  /** -1: none. */
  readonly codeIndex: number;
  cycles: number;
}

/** What happened from one cut to the next. */
interface Segment {
  readonly fromCycle: number;
  /** Clocks by index of the code: apart, since every block adds some. */
  readonly clocks: number[];
  readonly entries: Map<string, LedgerEntry>;
  /** Lengths in cycles of alarms that ran in it. */
  readonly alarms: Set<number>;
  /** The ATA disk was told to move its arm or to find a sector. */
  movesDisk: boolean;
}

/** Waiting whose end is not known yet: which interrupt it was for. */
interface OpenWait {
  readonly segment: Segment;
  readonly codeIndex: number;
  readonly cycles: number;
}

/** The counters as they were when last looked at. */
interface Seen {
  cycles: number;
  portCycles: number;
  memoryCycles: number;
  pollCycles: number;
  haltCycles: number;
  modelledCycles: number;
}

/** Accounts of one run. */
export class CycleLedger implements CycleAccount {
  /** Code met so far; entries refer to it by index. */
  readonly code: CodePlace[] = [];
  private readonly segments: Segment[] = [];
  private readonly codeIndexes = new Map<string, number>();
  /** By linear address, in this stage. */
  private codeByAddress = new Map<number, number>();
  private stage: Stage | null = null;
  private readonly seen: Seen = {
    cycles: 0,
    portCycles: 0,
    memoryCycles: 0,
    pollCycles: 0,
    haltCycles: 0,
    modelledCycles: 0,
  };
  /** What the bus charged for slow memory since then, by name. */
  private readonly charged = new Map<string, number>();
  private block: Block | null = null;
  private codeIndex = -1;
  /** Linear address of the top of the stack, at the start of the running block and of the one that waited. */
  private stackTop = 0;
  private waitStackTop = 0;
  private waitBlock: Block | null = null;
  private openWaits: OpenWait[] = [];
  private wakingVector = -1;
  private holdOf: 'platformHoldNs' | 'cpuInitHoldNs' = 'platformHoldNs';
  private readonly interrupts: InterruptNames;

  /** @param stageNow the stage the machine is in, for what addresses mean */
  constructor(
    private readonly machine: Machine,
    private readonly map: CodeMap,
    private readonly stageNow: () => Stage,
  ) {
    this.interrupts = new InterruptNames(machine.chips);
    machine.bus.listenToPort(ATA_COMMAND_PORT, (_port, _size, command, isWrite) => {
      const segment = this.segments.at(-1);
      if (segment && isWrite && MOVING_COMMANDS.has(command & 0xff)) segment.movesDisk = true;
    });
  }

  /** Begins here; what was before is forgotten. */
  start(): void {
    const { machine } = this;
    this.segments.length = 0;
    this.openWaits = [];
    this.look();
    this.openSegment();
    this.block = null;
    this.codeIndex = this.indexAt((machine.memory.i32[CODE_BASE] + machine.memory.i32[EIP]) >>> 0);
    machine.cpu.account = this;
    machine.clock.onFired = (setCycle, dueCycle) => this.alarmFired(setCycle, dueCycle);
    machine.bus.onMemoryCharged = (name, cycles) => this.charged.set(name, (this.charged.get(name) ?? 0) + cycles);
    // The block that is running was begun without an account: its loop must look again.
    machine.clock.requestAttention();
  }

  /** The accounts of what passes from now on can be told from those before: instants of phases lie between cuts. */
  cut(): void {
    const open = this.segments.at(-1);
    if (!open) return;
    this.charge();
    if (open.fromCycle !== this.seen.cycles) this.openSegment();
  }

  /** A reset is being asserted: what the board holds is this kind's figure. */
  resetAsserted(kind: ResetKind): void {
    this.holdOf = kind === 'cpu-init' ? 'cpuInitHoldNs' : 'platformHoldNs';
  }

  enter(block: Block): void {
    this.charge();
    const { i32 } = this.machine.memory;
    if (block !== this.block || this.stage !== this.stageNow()) {
      this.block = block;
      this.codeIndex = this.indexAt((block.csBase + block.eip) >>> 0);
    }
    this.stackTop = (i32[STACK_BASE] + i32[ESP]) >>> 0;
    // The frame in which software waited is gone: the last interrupt is what it waited for.
    if (this.openWaits.length > 0 && this.stackTop > this.waitStackTop) this.closeWaits();
  }

  interrupted(vector: number): void {
    this.wakingVector = vector;
  }

  /** Everything between two cuts, merged by cause. */
  entriesBetween(fromCycle: number, toCycle: number): LedgerEntry[] {
    const merged: Segment = { fromCycle, clocks: [], entries: new Map(), alarms: new Set(), movesDisk: false };
    for (const { fromCycle: at, clocks, entries } of this.segments) {
      if (at < fromCycle || at >= toCycle) continue;
      clocks.forEach((cycles, codeIndex) => addTo(merged, 'clocks', '', codeIndex, cycles));
      for (const { cost, chip, codeIndex, cycles } of entries.values()) addTo(merged, cost, chip, codeIndex, cycles);
    }
    return [...merged.entries.values()].filter(({ cycles }) => cycles !== 0);
  }

  /** What chips did between two cuts: lengths of the alarms that ran, and whether the disk was told to move. */
  doingsBetween(fromCycle: number, toCycle: number): { alarms: Set<number>; movesDisk: boolean } {
    const within = this.segments.filter((segment) => segment.fromCycle >= fromCycle && segment.fromCycle < toCycle);
    return {
      alarms: new Set(within.flatMap(({ alarms }) => [...alarms])),
      movesDisk: within.some(({ movesDisk }) => movesDisk),
    };
  }

  /** Ends the accounts. */
  stop(): void {
    this.cut();
    this.closeWaits();
    this.machine.cpu.account = null;
    this.machine.clock.onFired = null;
    this.machine.bus.onMemoryCharged = null;
  }

  /** Noted in every segment it ran in: what software waits for there lasted so long. */
  private alarmFired(setCycle: number, dueCycle: number): void {
    for (let at = this.segments.length - 1; at >= 0; at--) {
      this.segments[at].alarms.add(dueCycle - setCycle);
      if (this.segments[at].fromCycle <= setCycle) return;
    }
  }

  private openSegment(): void {
    this.segments.push({
      fromCycle: this.seen.cycles,
      clocks: [],
      entries: new Map(),
      alarms: new Set(),
      movesDisk: false,
    });
  }

  /** What the counters have gained goes to the block that ran, or to what came between two blocks. */
  private charge(): void {
    const { f64 } = this.machine.memory;
    const { seen } = this;
    const cycles = f64[COUNTER.CYCLES] - seen.cycles;
    if (cycles === 0) return;
    const polled = f64[COUNTER.POLL_CYCLES] - seen.pollCycles;
    const halted = f64[COUNTER.HALT_CYCLES] - seen.haltCycles;
    const held = f64[COUNTER.MODELLED_CYCLES] - seen.modelledCycles;
    const atPorts = f64[COUNTER.PORT_CYCLES] - seen.portCycles;
    const inMemory = f64[COUNTER.MEMORY_CYCLES] - seen.memoryCycles;
    this.look();
    let clocks = cycles - polled - halted - held;
    if (held !== 0) this.add('hold', this.holdOf, -1, held);
    if (halted !== 0) this.waitForInterrupt(halted);
    if (polled !== 0) {
      clocks -= this.chargePolling(polled, clocks);
    } else {
      if (atPorts !== 0) this.add('port', this.portName(), this.codeIndex, atPorts);
      if (inMemory !== 0) this.chargeMemory(inMemory);
      clocks -= atPorts + inMemory;
    }
    this.charged.clear();
    const { clocks: sums } = this.segments[this.segments.length - 1];
    sums[this.codeIndex] = (sums[this.codeIndex] ?? 0) + clocks;
  }

  /** Of an iteration that was jumped over everything is waiting; of the one that ran, gives what its port took. */
  private chargePolling(polled: number, ranCycles: number): number {
    const chip = this.portName();
    if (chip === '') {
      this.waitForInterrupt(polled);
      return 0;
    }
    this.add('wait', chip, this.codeIndex, polled);
    const atPort = Math.max(0, ranCycles - this.block!.cycles);
    if (atPort > 0) this.add('port', chip, this.codeIndex, atPort);
    return atPort;
  }

  private chargeMemory(cycles: number): void {
    let left = cycles;
    for (const [name, charged] of this.charged) {
      this.add('memory', name, this.codeIndex, charged);
      left -= charged;
    }
    if (left === 0) return;
    const { block, machine } = this;
    const fetched = block ? this.fetchedFrom(block, left) : 0;
    if (fetched !== 0) this.add('memory', machine.bus.frameAt(block!.physical).read.name, this.codeIndex, fetched);
    if (left !== fetched) this.add('memory', 'RAM', this.codeIndex, left - fetched);
  }

  /** How much of memory cycles was the fetch of code; a repeated string instruction streams besides. */
  private fetchedFrom({ fetchCycles, instructions }: Block, cycles: number): number {
    if (fetchCycles === 0) return 0;
    const isRepeated = instructions[0].row.isString && instructions[0].repeat !== 0;
    return isRepeated ? Math.min(fetchCycles, cycles) : cycles;
  }

  /** Chip behind the port of the block's only instruction; '' when it is none that accesses a port. */
  private portName(): string {
    const insn = this.block?.instructions[0];
    if (!insn || !/^(IN|OUT|INS|OUTS)$/.test(insn.row.mnemonic)) return '';
    const port = insn.row.form.includes('Ib') ? insn.imm : this.machine.cpu.u16[DX];
    return this.machine.bus.portOwner(port & 0xffff).name;
  }

  /**
   * Software waits for an interrupt, and may wait on behind one that was not it: in the same frame at the same place it is
   * one wait, for the interrupt that ended it.
   */
  private waitForInterrupt(cycles: number): void {
    if (this.openWaits.length > 0 && this.waitBlock !== this.block) this.closeWaits();
    if (this.openWaits.length === 0) {
      this.waitStackTop = this.stackTop;
      this.waitBlock = this.block;
    }
    this.openWaits.push({ segment: this.segments.at(-1)!, codeIndex: this.codeIndex, cycles });
  }

  private closeWaits(): void {
    const chip = this.wakingVector < 0 ? 'nobody' : this.interrupts.chipOf(this.wakingVector);
    for (const { segment, codeIndex, cycles } of this.openWaits) addTo(segment, 'wait', chip, codeIndex, cycles);
    this.openWaits = [];
  }

  private add(cost: CostKind, chip: string, codeIndex: number, cycles: number): void {
    addTo(this.segments.at(-1)!, cost, chip, codeIndex, cycles);
  }

  private look(): void {
    const { f64 } = this.machine.memory;
    const { seen } = this;
    seen.cycles = f64[COUNTER.CYCLES];
    seen.portCycles = f64[COUNTER.PORT_CYCLES];
    seen.memoryCycles = f64[COUNTER.MEMORY_CYCLES];
    seen.pollCycles = f64[COUNTER.POLL_CYCLES];
    seen.haltCycles = f64[COUNTER.HALT_CYCLES];
    seen.modelledCycles = f64[COUNTER.MODELLED_CYCLES];
  }

  private indexAt(linear: number): number {
    const stage = this.stageNow();
    if (stage !== this.stage) {
      this.stage = stage;
      this.codeByAddress = new Map();
    }
    let index = this.codeByAddress.get(linear);
    if (index === undefined) {
      index = this.findCode(linear, stage);
      this.codeByAddress.set(linear, index);
    }
    return index;
  }

  private findCode(linear: number, stage: Stage): number {
    const { machine, map } = this;
    const place = map.find(linear, {
      stage,
      codeBase: machine.memory.i32[CODE_BASE] >>> 0,
      isUser: machine.cpu.isUser,
      peekByte: (address) => machine.bus.peekMemory(address, 1),
    });
    const key = `${place.image}/${place.symbol}/${place.address}`;
    let index = this.codeIndexes.get(key);
    if (index === undefined) {
      index = this.code.push(place) - 1;
      this.codeIndexes.set(key, index);
    }
    return index;
  }
}

function addTo({ entries }: Segment, cost: CostKind, chip: string, codeIndex: number, cycles: number): void {
  const key = `${cost}/${chip}/${codeIndex}`;
  const entry = entries.get(key);
  if (entry) entry.cycles += cycles;
  else entries.set(key, { cost, chip, codeIndex, cycles });
}
