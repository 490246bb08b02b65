// From code bytes to text, by the opcode table: Intel syntax as ndisasm (NASM) writes it. Pure, for debuggers, logs and
// tests.
import type { CpuModel } from './cpu-host';
import type { CodeSource } from './decode/decode';
import { decodeInstruction, MODE_CODE32 } from './decode/decode';
import type { Instruction } from './decode/instruction';
import type { OpcodeRow, OperandCode } from './decode/opcode-row';
import { CONDITIONS } from './decode/opcodes';
import { DS, EAX, EBP, ESP, REG, SS, ZERO } from './state';

/** One line of a listing. */
export interface DisassembledInstruction {
  readonly lengthBytes: number;
  readonly text: string;
}

const REGISTERS_8 = ['al', 'cl', 'dl', 'bl', 'ah', 'ch', 'dh', 'bh'];
const REGISTERS_16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'segr6', 'segr7'];
/** NASM's first names of the conditions, in the order of the condition numbers. */
const CONDITION_NAMES = ['o', 'no', 'c', 'nc', 'z', 'nz', 'na', 'a', 's', 'ns', 'pe', 'po', 'l', 'nl', 'ng', 'g'];
/** Table mnemonics that NASM spells another way, for all operand sizes. */
const NASM_NAMES: Readonly<Record<string, string>> = {
  XLAT: 'xlatb',
  SAL: 'shl',
  UD2: 'ud2',
  JCXZ: 'jcxz',
  FNSETPM: 'fsetpm',
};
/** Mnemonics that name their operand size: [16 bits, 32 bits]. */
const NAMES_BY_SIZE: Readonly<Record<string, readonly [string, string]>> = {
  CBW: ['cbw', 'cwde'],
  CWD: ['cwd', 'cdq'],
};
/** Mnemonics that take a suffix when the operand size is not that of the code segment. */
const SUFFIXED = ['PUSHA', 'POPA', 'PUSHF', 'POPF', 'IRET'];
/** Forms whose immediate is always a byte, which NASM says. */
const BYTE_COUNTED = ['ROL', 'ROR', 'RCL', 'RCR', 'SHL', 'SHR', 'SAL', 'SAR', 'BT', 'BTS', 'BTR', 'BTC'];
/** Operands in the other order than the table has them. */
const REVERSED = ['XCHG'];
/** A memory operand of these has but one size, so that NASM does not write it. */
const UNSIZED = /^(SET|SLDT|STR|LLDT|LTR|VERR|VERW|SMSW|LMSW|LAR|LSL|FLDCW|FNST[CS]W)/;
const SIZE_NAMES: Readonly<Record<number, string>> = { 8: 'byte', 16: 'word', 32: 'dword', 64: 'qword', 80: 'tword' };

/**
 * Disassembles the instruction at `start` of `source`.
 * @param address EIP of that instruction, for the targets of jumps
 * @param codeSize default operand and address size of the code segment
 */
export function disassemble(
  source: CodeSource,
  start: number,
  address: number,
  codeSize: 16 | 32,
  model: CpuModel,
): DisassembledInstruction {
  const insn = decodeInstruction(source, start, codeSize === 32 ? MODE_CODE32 : 0, model);
  const text = new Listing(insn, source, start, address, codeSize).text();
  return { lengthBytes: insn.length, text };
}

/** What one instruction looks like. */
class Listing {
  private readonly row: OpcodeRow;
  private readonly addressSize: 16 | 32;
  private readonly prefixes: readonly number[];

  constructor(
    private readonly insn: Instruction,
    source: CodeSource,
    start: number,
    private readonly address: number,
    private readonly codeSize: 16 | 32,
  ) {
    this.row = insn.row;
    this.addressSize = insn.addressMask === -1 ? 32 : 16;
    this.prefixes = Array.from({ length: insn.prefixes }, (_, n) => source.readByte(start + n));
  }

  text(): string {
    const { row } = this;
    if (row.mnemonic === '(bad)') return '(bad)';
    const operands = this.shownOperands().map((operand) => this.operand(operand));
    if (REVERSED.includes(row.mnemonic)) operands.reverse();
    const words = [...this.shownPrefixes(), this.mnemonic()];
    return operands.length === 0 ? words.join(' ') : `${words.join(' ')} ${operands.join(',')}`;
  }

  // ---- prefixes and mnemonic ----

  private shownPrefixes(): string[] {
    const { row, insn, prefixes } = this;
    const shown: string[] = [];
    if (prefixes.includes(0xf0)) shown.push('lock');
    if (row.isString) {
      if (this.addressSize !== this.codeSize) shown.push(`a${this.addressSize}`);
      const comparesZero = row.mnemonic === 'CMPS' || row.mnemonic === 'SCAS';
      if (insn.repeat !== 0) shown.push(insn.repeat === 0xf2 ? 'repne' : comparesZero ? 'repe' : 'rep');
      if (this.isOverridden) shown.push(SEGMENTS[insn.seg]);
    } else if (row.mnemonic === 'XLAT' && this.isOverridden) {
      shown.push(SEGMENTS[insn.seg]);
    }
    return shown;
  }

  private get isOverridden(): boolean {
    return this.prefixes.some((byte) => [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].includes(byte));
  }

  private mnemonic(): string {
    const { row, insn } = this;
    const { mnemonic } = row;
    const is32 = insn.operandSize === 32;
    const condition = /^(J|SET|CMOV)(.+)$/.exec(mnemonic);
    const number = condition ? CONDITIONS.indexOf(condition[2] as (typeof CONDITIONS)[number]) : -1;
    if (condition && number >= 0) return condition[1].toLowerCase() + CONDITION_NAMES[number];
    if (row.isString) return mnemonic.toLowerCase() + this.stringSuffix();
    if (mnemonic === 'JCXZ') return this.addressSize === 32 ? 'jecxz' : 'jcxz';
    if (NAMES_BY_SIZE[mnemonic]) return NAMES_BY_SIZE[mnemonic][is32 ? 1 : 0];
    const name = NASM_NAMES[mnemonic] ?? mnemonic.toLowerCase();
    if (!SUFFIXED.includes(mnemonic) || insn.operandSize === this.codeSize) return name;
    return name + (is32 ? 'd' : 'w');
  }

  private stringSuffix(): string {
    const isByte = this.row.operands.some(({ text }) => text === 'Xb' || text === 'Yb');
    return isByte ? 'b' : this.insn.operandSize === 32 ? 'd' : 'w';
  }

  // ---- operands ----

  /** AAM and AAD are written without their operand where it is 10; string forms have theirs in the mnemonic. */
  private shownOperands(): readonly OperandCode[] {
    const { row, insn } = this;
    const isDecimal = (row.mnemonic === 'AAM' || row.mnemonic === 'AAD') && insn.imm === 10;
    // The top of the x87 stack goes without saying.
    return row.isString || isDecimal ? [] : row.operands.filter(({ text }) => text !== 'ST');
  }

  private sizeOf({ width }: OperandCode): number {
    switch (width) {
      case 'b':
        return 8;
      case 'w':
        return 16;
      case 'd':
        return 32;
      case 'q':
        return 64;
      case 't':
        return 80;
      default:
        return this.insn.operandSize;
    }
  }

  private operand(operand: OperandCode): string {
    const { insn } = this;
    switch (operand.kind) {
      case 'E':
      case 'M':
        return insn.isRegister ? registerName(insn.rm, this.sizeOf(operand)) : this.memory(operand);
      case 'G':
      case 'Z':
        return registerName(insn.reg, this.sizeOf(operand));
      case 'R':
        return registerName(insn.rm, 32);
      case 'S':
        return SEGMENTS[insn.reg];
      case 'C':
        return `cr${insn.reg}`;
      case 'D':
        return `dr${insn.reg}`;
      case 'T':
        return `tr${insn.reg}`;
      case 'I':
        return this.immediate(operand);
      case 'J':
        return this.target();
      case 'A':
        return this.farPointer();
      case 'O':
        return `[${this.segmentPrefix()}${this.offset()}]`;
      default:
        return this.fixed(operand.text);
    }
  }

  private fixed(text: string): string {
    if (text === 'eAX') return this.insn.operandSize === 32 ? 'eax' : 'ax';
    if (text === 'STi') return `${this.isIntoStack ? 'to ' : ''}st${this.insn.modrm & 7}`;
    return text.toLowerCase();
  }

  /** FADD ST(i),ST and kin, without a pop. */
  private get isIntoStack(): boolean {
    const { operands, mnemonic } = this.row;
    return operands.length === 2 && operands[1].text === 'ST' && !mnemonic.endsWith('P');
  }

  private immediate(operand: OperandCode): string {
    const { insn, row } = this;
    const isSecond = operand.width === 'b' && row.operands[0].text === 'Iw';
    if (isSecond) return hexadecimal(insn.imm2);
    if (operand.width === 'bs') return `byte ${insn.imm < 0 ? '-' : '+'}${hexadecimal(Math.abs(insn.imm))}`;
    const value = insn.imm >>> 0;
    if (BYTE_COUNTED.includes(row.mnemonic)) return `byte ${hexadecimal(value)}`;
    const isNamed = operand.width === 'z' && (row.mnemonic === 'PUSH' || row.mnemonic === 'IMUL');
    return (isNamed ? `${SIZE_NAMES[insn.operandSize]} ` : '') + hexadecimal(value);
  }

  /** Target of a near jump, cut to 16 bits with a 16-bit operand. */
  private target(): string {
    const { insn, row } = this;
    const sum = this.address + insn.length + insn.imm;
    const target = hexadecimal(insn.operandSize === 16 ? sum & 0xffff : sum >>> 0);
    if (row.operands[0].width === 'b') return row.mnemonic === 'JMP' ? `short ${target}` : target + this.counter();
    if (insn.operandSize !== this.codeSize) return `${SIZE_NAMES[insn.operandSize]} ${target}`;
    return row.mnemonic === 'JMP' || row.mnemonic === 'CALL' ? target : `near ${target}`;
  }

  /** The count register of LOOP, where it is not that of the code segment. */
  private counter(): string {
    if (!this.row.mnemonic.startsWith('LOOP') || this.addressSize === this.codeSize) return '';
    return this.addressSize === 32 ? ',ecx' : ',cx';
  }

  private farPointer(): string {
    const { insn } = this;
    const size = insn.operandSize === this.codeSize ? '' : `${SIZE_NAMES[insn.operandSize]} `;
    return `${size}${hexadecimal(insn.imm2)}:${hexadecimal(insn.imm >>> 0)}`;
  }

  // ---- memory ----

  private memory(operand: OperandCode): string {
    const { insn, addressSize } = this;
    const parts: string[] = [];
    if (insn.base !== ZERO) parts.push(addressRegister(insn.base, addressSize));
    if (insn.index !== ZERO) {
      parts.push(
        addressRegister(insn.index, addressSize) + (addressSize === 32 && insn.scale > 0 ? `*${1 << insn.scale}` : ''),
      );
    }
    const inner = parts.length === 0 ? this.offset() : parts.join('+') + this.displacement();
    return `${this.sizeKeyword(operand)}[${this.segmentPrefix()}${inner}]`;
  }

  /** The size of a memory operand, where no register beside it tells. */
  private sizeKeyword(operand: OperandCode): string {
    const { row, insn } = this;
    if (operand.kind === 'M' && (row.mnemonic === 'JMP' || row.mnemonic === 'CALL')) {
      return insn.operandSize === this.codeSize ? 'far ' : `${SIZE_NAMES[insn.operandSize]} far `;
    }
    if (operand.kind === 'M' && !/^[wdqt]$/.test(operand.width)) return '';
    const isTold = row.operands.some(({ kind }) => kind === 'G' || kind === 'S');
    if (/^MOV[SZ]X/.test(row.mnemonic)) return insn.operandSize === 32 ? `${SIZE_NAMES[this.sizeOf(operand)]} ` : '';
    if (/^(JMP|CALL)/.test(row.mnemonic) && insn.operandSize === this.codeSize) return '';
    if (isTold || UNSIZED.test(row.mnemonic)) return '';
    return `${SIZE_NAMES[this.sizeOf(operand) || insn.operandSize]} `;
  }

  private segmentPrefix(): string {
    const { insn } = this;
    const isStack = insn.base === EBP || (this.addressSize === 32 && insn.base === ESP);
    return insn.seg === (isStack ? SS : DS) && !this.isOverridden ? '' : `${SEGMENTS[insn.seg]}:`;
  }

  /** An address without registers. */
  private offset(): string {
    const value = hexadecimal(this.insn.disp & this.insn.addressMask);
    return this.addressSize === this.codeSize ? value : `${SIZE_NAMES[this.addressSize]} ${value}`;
  }

  private displacement(): string {
    const { insn } = this;
    const mod = insn.modrm >> 6;
    if (mod === 0 && insn.disp === 0) return '';
    const value = this.addressSize === 16 ? (insn.disp << 16) >> 16 : insn.disp | 0;
    return (value < 0 ? '-' : '+') + hexadecimal(Math.abs(value));
  }
}

function hexadecimal(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** Name of the register at an index into the view of `size` bits. */
function registerName(index: number, size: number): string {
  if (size === 8) {
    const offset = index - EAX * 4;
    return REGISTERS_8[(offset >> 2) + (offset & 1) * 4];
  }
  return size === 16 ? REGISTERS_16[index / 2 - REG] : `e${REGISTERS_16[index - REG]}`;
}

function addressRegister(index: number, addressSize: 16 | 32): string {
  return addressSize === 32 ? `e${REGISTERS_16[index - REG]}` : REGISTERS_16[index - REG];
}
