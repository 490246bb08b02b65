// Polling loops, jumped over by whole iterations once one of them is proven to do nothing but read ports that answer the
// same. Every counter ends up as if all iterations had run; COUNTER.POLL_CYCLES tells how much of it was jumped over.
// The proof starts at an IN that finds all registers as at the last visit; loops without IN cost nothing.
import { COUNTER } from '../../counters';
import type { Cpu } from '../cpu';
import { getEflags } from '../flags';
import type { Instruction } from '../decode/instruction';
import { stackMask } from '../memory/linear-memory';
import { CS, EAX, EIP, ESP, IDLE_LOOP, IDLE_LOOP_COUNTERS, SEGMENT, SEGMENT_WORDS, SEG_BASE, SS } from '../state';
import { TLB } from '../memory/tlb';

const CODE_BASE = SEGMENT + CS * SEGMENT_WORDS + SEG_BASE;
const STACK_BASE = SEGMENT + SS * SEGMENT_WORDS + SEG_BASE;

// Words of IDLE_LOOP: whether an iteration is being proven, and the anchor: an IN with the registers it met.
const PROVING = IDLE_LOOP;
const ANCHOR_EIP = IDLE_LOOP + 1;
const ANCHOR_BASE = IDLE_LOOP + 2;
const ANCHOR_FLAGS = IDLE_LOOP + 3;
const ANCHOR_REGISTERS = IDLE_LOOP + 4; // eight words

// Doubles: instruction count at the anchor, when to look again, how long to wait after the next failure, and the
// counters when the proof began.
const ANCHOR_COUNT = IDLE_LOOP_COUNTERS;
const RETRY_AT = IDLE_LOOP_COUNTERS + 1;
const PATIENCE = IDLE_LOOP_COUNTERS + 2;
const START = IDLE_LOOP_COUNTERS + 3;
/** The next alarm when the proof began: had it fired since, ports may answer otherwise from now on. */
const START_ALARM = IDLE_LOOP_COUNTERS + 8;

/** Counters that advance alike in every iteration. */
const ADVANCING = [
  COUNTER.CYCLES,
  COUNTER.INSTRUCTIONS,
  COUNTER.PORT_READS,
  COUNTER.PORT_CYCLES,
  COUNTER.MEMORY_CYCLES,
];

/** Longest iteration worth a look, in instructions. */
const LONGEST = 64;
const LEAST_PATIENCE = 16;
const MOST_PATIENCE = 4096;

/** Instructions whose only effects are on registers, flags, and the memory that `step` compares. */
const HARMLESS = new Set(
  (
    'IN MOV MOVZX MOVSX LEA XCHG CBW CWD BSWAP ADD OR ADC SBB AND SUB XOR CMP INC DEC TEST NOT NEG ' +
    'ROL ROR RCL RCR SHL SHR SAL SAR SHLD SHRD BT BTS BTR BTC CLC STC CMC CLD STD SAHF LAHF SALC NOP ' +
    'PUSH POP CALL RET JMP LOOP LOOPE LOOPNE JCXZ'
  ).split(' '),
);
const NEEDS_REGISTER = /^(BT|BTS|BTR|BTC|PUSH|POP|CALL)$/;
const CONDITIONAL = /^(J|SET|CMOV)N?(O|B|Z|BE|S|P|L|LE)$/;

export class IdleLoopFinder {
  constructor(private readonly cpu: Cpu) {}

  /** The outer loop has to call `step` for each instruction. */
  get isProving(): boolean {
    return this.cpu.i32[PROVING] !== 0;
  }

  /** An IN is about to read its port; the clock is exact. */
  visit(): void {
    const { i32, f64 } = this.cpu;
    const count = f64[COUNTER.INSTRUCTIONS];
    const isAnchor = i32[EIP] === i32[ANCHOR_EIP] && i32[CODE_BASE] === i32[ANCHOR_BASE];
    if (i32[PROVING] !== 0) {
      if (!isAnchor) return;
      i32[PROVING] = 0;
      if (!this.hasAnchorRegisters() || !this.skip()) this.giveUp();
      return;
    }
    if (count < f64[RETRY_AT]) return;
    const age = count - f64[ANCHOR_COUNT];
    if (isAnchor && age <= LONGEST && this.hasAnchorRegisters()) this.startProof();
    else if (isAnchor || age > LONGEST) this.setAnchor(count);
  }

  private setAnchor(count: number): void {
    const { i32, f64 } = this.cpu;
    i32[ANCHOR_EIP] = i32[EIP];
    i32[ANCHOR_BASE] = i32[CODE_BASE];
    i32[ANCHOR_FLAGS] = getEflags(this.cpu);
    for (let n = 0; n < 8; n++) i32[ANCHOR_REGISTERS + n] = i32[EAX + n];
    f64[ANCHOR_COUNT] = count;
  }

  private hasAnchorRegisters(): boolean {
    const { i32 } = this.cpu;
    for (let n = 0; n < 8; n++) if (i32[EAX + n] !== i32[ANCHOR_REGISTERS + n]) return false;
    return getEflags(this.cpu) === i32[ANCHOR_FLAGS];
  }

  private startProof(): void {
    const { i32, f64, bus, clock } = this.cpu;
    i32[PROVING] = 1;
    ADVANCING.forEach((counter, n) => (f64[START + n] = f64[counter]));
    f64[START_ALARM] = clock.nextAlarmCycle;
    bus.takeUnstableCycle();
    this.cpu.caches?.beginProof();
    clock.requestAttention();
  }

  /** An interrupt or a fault came in between. */
  abandon(): void {
    if (this.isProving) this.giveUp();
  }

  private giveUp(): void {
    const { i32, f64 } = this.cpu;
    i32[PROVING] = 0;
    const patience = Math.max(f64[PATIENCE], LEAST_PATIENCE);
    f64[RETRY_AT] = f64[COUNTER.INSTRUCTIONS] + patience;
    f64[PATIENCE] = Math.min(patience * 2, MOST_PATIENCE);
  }

  /**
   * The proven iteration repeats itself until an alarm is due or a port may answer otherwise. Jumps ahead by as many
   * as end before that; false when there is none.
   */
  private skip(): boolean {
    const { f64, bus, clock } = this.cpu;
    const now = f64[COUNTER.CYCLES];
    const iterationCycles = now - f64[START];
    const limit = Math.min(clock.nextAlarmCycle, bus.takeUnstableCycle());
    if (limit === Infinity || iterationCycles <= 0 || now >= f64[START_ALARM]) return false;
    const { caches } = this.cpu;
    if (caches !== null && !caches.isProofKept) return false;
    const iterations = Math.ceil((limit - now) / iterationCycles) - 1;
    if (iterations <= 0) return false;
    caches?.skipped(iterations * iterationCycles);
    ADVANCING.forEach((counter, n) => (f64[counter] += iterations * (f64[counter] - f64[START + n])));
    f64[COUNTER.POLL_CYCLES] += iterations * iterationCycles;
    f64[PATIENCE] = LEAST_PATIENCE;
    f64[RETRY_AT] = 0;
    f64[ANCHOR_COUNT] = f64[COUNTER.INSTRUCTIONS];
    return true;
  }

  /** Executes one instruction of an iteration under proof; gives up when it does more than a polling loop may. */
  step(): void {
    const { cpu } = this;
    const { f64 } = cpu;
    const insn = cpu.code.find().instructions[0];
    const isTooLong = f64[COUNTER.INSTRUCTIONS] - f64[START + 1] > LONGEST;
    if (isTooLong || !isHarmless(insn)) {
      this.giveUp();
      return;
    }
    const touched = this.touchedLinear(insn);
    if (touched >= 0 && !this.isPlain(touched)) {
      this.giveUp();
      return;
    }
    const before = touched < 0 ? 0 : this.readPlain(touched);
    cpu.executeOne();
    // A store that changes nothing may be repeated; any other may not.
    if (touched >= 0 && this.readPlain(touched) !== before) this.giveUp();
  }

  /** Linear address of the four bytes of memory that the instruction reads or writes, -1 when it has none. */
  private touchedLinear(insn: Instruction): number {
    const { mnemonic } = insn.row;
    if (mnemonic === 'PUSH' || mnemonic === 'CALL') return this.stackLinear(-4);
    if (mnemonic === 'POP' || mnemonic === 'RET') return this.stackLinear(0);
    return hasMemoryOperand(insn) ? this.operandLinear(insn) : -1;
  }

  private stackLinear(delta: number): number {
    const { i32 } = this.cpu;
    return (i32[STACK_BASE] + ((i32[ESP] + delta) & stackMask(this.cpu))) >>> 0;
  }

  private operandLinear(insn: Instruction): number {
    const { i32 } = this.cpu;
    const offset = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
    return (i32[SEGMENT + insn.seg * SEGMENT_WORDS + SEG_BASE] + offset) >>> 0;
  }

  /** Four bytes of plain RAM that can be read without a look at anything else. */
  private isPlain(linear: number): boolean {
    const { i32, readRight } = this.cpu;
    return (i32[TLB + (linear >>> 12)] & readRight) !== 0 && (linear & 0xfff) <= 0xffc;
  }

  /** What `isPlain` allows to be read, without the clocks of an access. */
  private readPlain(linear: number): number {
    const { i32, view } = this.cpu;
    return view.getInt32((i32[TLB + (linear >>> 12)] & ~0xfff) ^ linear, true);
  }
}

function hasMemoryOperand({ row, isRegister }: Instruction): boolean {
  return (row.hasModRm && !isRegister && row.mnemonic !== 'LEA') || row.operands.some(({ kind }) => kind === 'O');
}

/** Bit strings of BT lie elsewhere than the operand says; a memory operand of PUSH, POP and CALL would be a second. */
function isHarmless({ row, execute, isRegister }: Instruction): boolean {
  const { mnemonic } = row;
  if (!HARMLESS.has(mnemonic) && !CONDITIONAL.test(mnemonic)) return false;
  if (row.hasModRm && !isRegister && NEEDS_REGISTER.test(mnemonic)) return false;
  const isFarOrSegment = row.isSolo && mnemonic !== 'IN';
  return !isFarOrSegment && row.handlers.includes(execute);
}
