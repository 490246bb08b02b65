// A decoded instruction and the straight-line block it belongs to: derived data, dropped when its bytes change.
// Small integers only and every field always set, so that the engine sees one shape.
import type { Cpu } from '../cpu';
import type { ClockRule } from '../../timing/clock-table';
import type { OpcodeRow } from './opcode-row';

/** Carries out one instruction. Faults by `cpu.raise`, before any register has changed. */
export type ExecuteFunction = (cpu: Cpu, insn: Instruction) => void;

const NO_CLOCKS: ClockRule = { register: 0 };

export class Instruction {
  /** Bytes from the start of the block to this instruction, and to the one behind it. */
  startOffset = 0;
  nextOffset = 0;
  /** Clocks known at decode, with the cost of fetching from slow memory. */
  cycles = 0;
  /** Part of `cycles` that is fetch cost. */
  fetchCycles = 0;
  /** Part of `cycles` that is the form's own figure, without prefixes and fetch. */
  formCycles = 0;
  /** Sums over the instructions of the block before this one. */
  cyclesBefore = 0;
  fetchCyclesBefore = 0;
  /** IN_FLIGHT behind this instruction. */
  inFlightAfter = 0;
  /** Further clocks when the condition holds (Jcc, LOOP, SETcc), per iteration (REP), or of INT n. */
  extraCycles = 0;
  /** Displacement, immediate data and every other byte count one: what a jump to here costs the i386. */
  components = 0;
  /** A transfer that pays for the components of its target. */
  addsTarget = false;
  /** The clock rule of the form, for what operands decide. */
  rule: ClockRule = NO_CLOCKS;
  /** 16 or 32. */
  operandSize = 16;
  /** Mask of effective addresses: -1 (32 bit) or FFFFh. Counter and index registers of string forms follow it. */
  addressMask = 0xffff;
  /** The E operand is a register. */
  isRegister = false;
  /** The memory operand's segment is flat (base 0, limit 4 GiB, writable): no check, no base. */
  isFlat = false;
  /**
   * Register operands: index into the view of the operand's size (u8, u16, i32); plain number for Sw, Cd, Dd, Td.
   * `reg` is ModRM's reg field or the opcode's low bits (Zb, Zv), `rm` the E operand when `isRegister`.
   */
  reg = 0;
  rm = 0;
  /** ModRM as a whole, and its reg field as a number. */
  modrm = 0;
  extension = 0;
  /** Effective address = i32[base] + (i32[index] << scale) + disp, masked; ZERO where there is none. */
  base = 0;
  index = 0;
  scale = 0;
  disp = 0;
  /** Segment of the memory operand, override applied: ES..GS. */
  seg = 0;
  /** Which of a family the form is: ALU or shift operation, condition. */
  operation = 0;
  /** Immediate, sign-extended for Ibs; displacement for Jb, Jz; offset for Ap, Ob, Ov. */
  imm = 0;
  /** Second immediate: ENTER's level, Ap's selector. */
  imm2 = 0;
  /** Prefix bytes. */
  prefixes = 0;
  /** Case of the inner loop, and the i32 indices it works on: see execute/hot-loop.ts. */
  hotCase = 0;
  target = 0;
  source = 0;
  /** 0, F2h or F3h. */
  repeat = 0;

  constructor(
    public execute: ExecuteFunction,
    readonly row: OpcodeRow,
  ) {}

  /** Length in bytes. */
  get length(): number {
    return this.nextOffset - this.startOffset;
  }
}

/** Instructions executed one after the other, from one physical address in one mode. */
export class Block {
  /** Where it was last looked up: valid while `mapEpoch` is the CPU's. */
  eip = 0;
  csBase = 0;
  mapEpoch = -1;
  /** Sums over all instructions. */
  cycles = 0;
  fetchCycles = 0;
  /** Its last instruction begins before a deadline at least this far away: no less than `cycles`. */
  reachCycles = 0;
  /** IN_FLIGHT behind the last instruction. */
  inFlightAfter = 0;
  count = 0;
  /** Bytes to add to EIP behind the last instruction; 0 when that one sets EIP itself. */
  advance = 0;
  /** Length in bytes. */
  sizeBytes = 0;
  /** Where caches are simulated: its code comes through them. */
  isCodeCached = false;
  /** Same address, other mode. */
  otherMode: Block | null = null;
  /** What was executed behind it last: a guess at the next time. */
  successor: Block = this;
  /** Physical address of the second page when the only instruction straddles two, else -1. */
  secondPage = -1;

  constructor(
    readonly instructions: Instruction[],
    /** Physical address of the first byte. */
    readonly physical: number,
    /** Mode it was decoded for (Cpu.modeKey); -1 once dropped. */
    public modeKey: number,
  ) {}
}
