// From bytes to a decoded Instruction, by the opcode table (SDM vol. 2 ch. 2). Pure: the same bytes, mode and model give the
// same instruction; the disassembler uses it too. What an encoding lacks becomes the invalid row, which raises #UD.
import type { CpuModel } from '../cpu-host';
import { Instruction } from './instruction';
import type { OpcodeRow, OperandCode } from './opcode-row';
import { GROUP_ROWS, INVALID_ROW, opcodesOf } from './opcodes';
import { CS, DS, EAX, EBP, EBX, EDI, ES, ESI, ESP, FS, GS, REG, SS, ZERO } from '../state';

/** Where code bytes come from; `offset` counts from the start of the block. May raise guest faults. */
export interface CodeSource {
  readByte(offset: number): number;
}

/** Bits of a decode mode; Cpu.modeKey has them at the same places. */
export const MODE_CODE32 = 1;
export const MODE_STACK32 = 2;
/** CS, DS, ES and SS have base 0 and limit 4 GiB, data segments writable. */
export const MODE_FLAT = 4;
export const MODE_USER = 8;
/** Protected mode and no virtual 8086 task: clocks differ. */
export const MODE_PROTECTED = 16;
/** Above these bits Cpu.modeKey has IN_FLIGHT. */
export const MODE_BITS = 5;

const PREFIX_SEGMENT: Record<number, number> = { 0x26: ES, 0x2e: CS, 0x36: SS, 0x3e: DS, 0x64: FS, 0x65: GS };
const NO_OVERRIDE = -1;

// 16-bit addressing (SDM vol. 2 table 2-1): base and index by r/m.
const BASE_16 = [EBX, EBX, EBP, EBP, ESI, EDI, EBP, EBX];
const INDEX_16 = [ESI, EDI, ESI, EDI, ZERO, ZERO, ZERO, ZERO];

/** The instruction being decoded; one at a time. */
class Decoder {
  private source!: CodeSource;
  private at = 0;
  private operandSize = 16;
  private addressSize = 16;
  private override = NO_OVERRIDE;
  private modrm = 0;

  decode(source: CodeSource, start: number, mode: number, model: CpuModel): Instruction {
    this.source = source;
    this.at = start;
    const isCode32 = (mode & MODE_CODE32) !== 0;
    this.operandSize = isCode32 ? 32 : 16;
    this.addressSize = isCode32 ? 32 : 16;
    this.override = NO_OVERRIDE;
    let repeat = 0;
    let hasLock = false;
    let opcode = this.nextByte();
    for (;;) {
      if (opcode === 0x66) this.operandSize = isCode32 ? 16 : 32;
      else if (opcode === 0x67) this.addressSize = isCode32 ? 16 : 32;
      else if (opcode === 0xf2 || opcode === 0xf3) repeat = opcode;
      else if (opcode === 0xf0) hasLock = true;
      else if (PREFIX_SEGMENT[opcode] !== undefined) this.override = PREFIX_SEGMENT[opcode];
      else break;
      opcode = this.nextByte();
    }
    const prefixes = this.at - start - 1;
    const insn = this.decodeBody(opcode, model, mode, hasLock);
    insn.repeat = repeat;
    insn.prefixes = prefixes;
    insn.startOffset = start;
    insn.nextOffset = this.at;
    return insn;
  }

  private decodeBody(opcode: number, model: CpuModel, mode: number, hasLock: boolean): Instruction {
    const map = opcodesOf(model);
    const lowBits = (opcode === 0x0f ? (opcode = this.nextByte() | 0x0f00) : opcode) & 7;
    const entry = (opcode > 0xff ? map.secondary : map.primary)[opcode & 0xff];
    if (entry === null) return this.invalid();
    let row: OpcodeRow | null;
    if (Array.isArray(entry)) {
      this.modrm = this.nextByte();
      const rows = entry as readonly (OpcodeRow | null)[];
      const hasRegisterRows = rows.length > GROUP_ROWS && this.modrm >= 0xc0;
      row = rows[hasRegisterRows ? GROUP_ROWS + this.modrm - 0xc0 : (this.modrm >> 3) & 7];
      if (row === null) return this.invalid();
    } else {
      row = entry as OpcodeRow;
      if (row.hasModRm) this.modrm = this.nextByte();
    }
    const isRegister = row.hasModRm && this.modrm >= 0xc0;
    const execute = row.handlers[(this.operandSize === 32 ? 2 : 0) + (isRegister || !row.hasModRm ? 0 : 1)];
    // MOV to and from CR, DR, TR takes its operand as a register whatever the mode bits say.
    const isControlMove = row.operands.some(({ kind }) => kind === 'R');
    const chosen = isControlMove ? row.handlers[0] : execute;
    if (chosen === null) return this.invalid();
    if (hasLock && (!row.allowsLock || isRegister)) return this.invalid();
    const insn = new Instruction(chosen, row);
    insn.operandSize = this.operandSize;
    insn.addressMask = this.addressSize === 32 ? -1 : 0xffff;
    insn.operation = row.operation;
    insn.isRegister = isRegister || isControlMove;
    insn.modrm = this.modrm;
    insn.extension = (this.modrm >> 3) & 7;
    insn.base = ZERO;
    insn.index = ZERO;
    insn.seg = this.override === NO_OVERRIDE ? DS : this.override;
    if (row.hasModRm && !insn.isRegister) this.decodeAddress(insn);
    for (const operand of row.operands) this.decodeOperand(insn, operand, lowBits);
    insn.isFlat = (mode & MODE_FLAT) !== 0 && (insn.seg === DS || insn.seg === SS || insn.seg === ES);
    return insn;
  }

  private invalid(): Instruction {
    const insn = new Instruction(INVALID_ROW.handlers[0]!, INVALID_ROW);
    insn.base = ZERO;
    insn.index = ZERO;
    return insn;
  }

  private decodeOperand(insn: Instruction, operand: OperandCode, lowBits: number): void {
    const size = this.widthOf(operand);
    switch (operand.kind) {
      case 'E':
        if (insn.isRegister) insn.rm = registerIndex(this.modrm & 7, size);
        break;
      case 'R':
        insn.rm = registerIndex(this.modrm & 7, 32);
        break;
      case 'G':
        insn.reg = registerIndex((this.modrm >> 3) & 7, size);
        break;
      case 'S':
      case 'C':
      case 'D':
      case 'T':
        insn.reg = (this.modrm >> 3) & 7;
        break;
      case 'Z':
        insn.reg = registerIndex(lowBits, size);
        insn.rm = insn.reg;
        break;
      case 'I':
        this.decodeImmediate(insn, operand.width);
        break;
      case 'J':
        insn.imm = operand.width === 'b' ? this.nextSignedByte() : this.nextImmediate(this.operandSize, true);
        break;
      case 'A':
        insn.imm = this.nextImmediate(this.operandSize, false);
        insn.imm2 = this.nextImmediate(16, false);
        break;
      case 'O':
        insn.disp = this.nextImmediate(this.addressSize, false);
        break;
      default:
        break;
    }
  }

  private decodeImmediate(insn: Instruction, width: string): void {
    // ENTER Iw,Ib is the only form with two.
    if (width === 'b' && insn.row.operands[0].text === 'Iw') insn.imm2 = this.nextByte();
    else if (width === 'b') insn.imm = this.nextByte();
    else if (width === 'bs') insn.imm = this.nextSignedByte();
    else if (width === 'w') insn.imm = this.nextImmediate(16, false);
    else insn.imm = this.nextImmediate(this.operandSize, false);
  }

  private widthOf({ width }: OperandCode): number {
    if (width === 'b') return 8;
    if (width === 'w') return 16;
    if (width === 'd') return 32;
    return this.operandSize;
  }

  private decodeAddress(insn: Instruction): void {
    const mod = this.modrm >> 6;
    const rm = this.modrm & 7;
    let isStack: boolean;
    if (this.addressSize === 16) {
      isStack = this.decodeAddress16(insn, mod, rm);
    } else {
      isStack = this.decodeAddress32(insn, mod, rm);
    }
    if (isStack && this.override === NO_OVERRIDE) insn.seg = SS;
  }

  private decodeAddress16(insn: Instruction, mod: number, rm: number): boolean {
    if (mod === 0 && rm === 6) {
      insn.disp = this.nextImmediate(16, false);
      return false;
    }
    insn.base = BASE_16[rm];
    insn.index = INDEX_16[rm];
    if (mod === 1) insn.disp = this.nextSignedByte();
    else if (mod === 2) insn.disp = this.nextImmediate(16, false);
    return insn.base === EBP;
  }

  private decodeAddress32(insn: Instruction, mod: number, rm: number): boolean {
    let base = rm;
    if (rm === 4) {
      const sib = this.nextByte();
      base = sib & 7;
      const index = (sib >> 3) & 7;
      if (index !== 4) {
        insn.index = REG + index;
        insn.scale = sib >> 6;
      }
    }
    if (mod === 0 && base === 5) {
      insn.disp = this.nextImmediate(32, false);
      return false;
    }
    insn.base = REG + base;
    if (mod === 1) insn.disp = this.nextSignedByte();
    else if (mod === 2) insn.disp = this.nextImmediate(32, false);
    return insn.base === ESP || insn.base === EBP;
  }

  private nextByte(): number {
    return this.source.readByte(this.at++);
  }

  private nextSignedByte(): number {
    return (this.nextByte() << 24) >> 24;
  }

  private nextImmediate(size: number, isSigned: boolean): number {
    const low = this.nextByte() | (this.nextByte() << 8);
    if (size === 16) return isSigned ? (low << 16) >> 16 : low;
    return low | (this.nextByte() << 16) | (this.nextByte() << 24);
  }
}

/** Index of register `n` in the view of `size` bits; AH, CH, DH, BH are bytes 1 of EAX..EBX. */
function registerIndex(n: number, size: number): number {
  if (size === 8) return EAX * 4 + (n & 3) * 4 + (n >> 2);
  return size === 16 ? (REG + n) * 2 : REG + n;
}

const decoder = new Decoder();

/** Decodes the instruction at `start`. `mode`: MODE_* bits. */
export function decodeInstruction(source: CodeSource, start: number, mode: number, model: CpuModel): Instruction {
  return decoder.decode(source, start, mode, model);
}
