// One row of the opcode table, taken apart for those who read it: encoding, operands, traits.
import type { CpuModel } from '../cpu-host';
import type { ExecuteFunction, Instruction } from './instruction';

/** By operand size and form: 16 register, 16 memory, 32 register, 32 memory. null: no such instruction. */
export type Handlers = readonly [
  register16: ExecuteFunction | null,
  memory16: ExecuteFunction | null,
  register32: ExecuteFunction | null,
  memory32: ExecuteFunction | null,
];

/** The same whatever size and form. */
export function one(execute: ExecuteFunction): Handlers {
  return [execute, execute, execute, execute];
}

/** By form alone. */
export function byRegister(register: ExecuteFunction, memory: ExecuteFunction): Handlers {
  return [register, memory, register, memory];
}

export function memoryOnly(memory: ExecuteFunction): Handlers {
  return [null, memory, null, memory];
}

export function registerOnly(register: ExecuteFunction): Handlers {
  return [register, null, register, null];
}

export function bySize(
  register16: ExecuteFunction | null,
  memory16: ExecuteFunction | null,
  register32: ExecuteFunction | null,
  memory32: ExecuteFunction | null,
): Handlers {
  return [register16, memory16, register32, memory32];
}

/**
 * How an operand is encoded and how wide it is. `kind` is the operand code's capital letter, or `fixed` for a register
 * or number that the opcode implies (AL, eAX, CL, DX, ES.., 1). Width letters: b, w, d, v (by operand size), z (at most
 * 32 bits), bs, p (far pointer), a, s, q, t (ten bytes).
 */
export interface OperandCode {
  readonly text: string;
  readonly kind: 'E' | 'G' | 'M' | 'R' | 'S' | 'C' | 'D' | 'T' | 'I' | 'J' | 'A' | 'O' | 'X' | 'Y' | 'Z' | 'fixed';
  readonly width: string;
}

const MODRM_KINDS = 'EGMRSCDT';

export class OpcodeRow {
  readonly mnemonic: string;
  readonly operands: readonly OperandCode[];
  readonly isSecondary: boolean;
  /** The opcode byte (behind 0F when `isSecondary`), the first of eight when it holds a register. */
  readonly opcode: number;
  /** 8 when the opcode (or `modrm`) holds a register. */
  readonly opcodeCount: number;
  /** ModRM's reg field in a group; -1 otherwise. */
  readonly extension: number;
  /** Register forms of the escape opcodes: their ModRM byte, the first of `opcodeCount`; -1 otherwise. */
  readonly modrm: number;
  readonly hasModRm: boolean;
  readonly allowsLock: boolean;
  /** A block of its own; the clock is exact when it executes. */
  readonly isSolo: boolean;
  readonly endsBlock: boolean;
  /** Moves EIP itself; all others leave that to the loop. */
  readonly setsEip: boolean;
  /** A string instruction: F2 and F3 repeat it. */
  readonly isString: boolean;
  readonly firstModel: CpuModel;
  readonly lastModel: CpuModel;

  constructor(
    readonly code: string,
    /** Mnemonic and operand codes: the key of clock tables. */
    readonly form: string,
    readonly handlers: Handlers,
    readonly flags: string,
    traitsText: string,
    /** Which of a family: ALU or shift operation, condition, segment register. */
    readonly operation: number,
  ) {
    const [mnemonic, operandText = ''] = form.split(' ');
    this.mnemonic = mnemonic;
    this.operands = operandText === '' ? [] : operandText.split(',').map(parseOperand);
    this.isSecondary = code.startsWith('0F ');
    const [opcodeText, extensionText] = code.slice(this.isSecondary ? 3 : 0).split('/');
    const [firstText, secondText] = opcodeText.split(' ');
    this.opcode = parseInt(firstText, 16);
    this.modrm = secondText === undefined ? -1 : parseInt(secondText, 16);
    this.opcodeCount = opcodeText.endsWith('+') ? 8 : 1;
    this.extension = extensionText === undefined ? -1 : Number(extensionText);
    this.hasModRm =
      this.extension >= 0 || this.modrm >= 0 || this.operands.some(({ kind }) => MODRM_KINDS.includes(kind));
    const traits = new Set(traitsText.split(' '));
    this.allowsLock = traits.has('lock');
    this.isString = traits.has('rep');
    this.isSolo = traits.has('solo') || this.isString;
    this.endsBlock = traits.has('ends') || this.isSolo;
    this.setsEip = traits.has('eip') || this.isString;
    this.firstModel = traits.has('686') ? '686' : traits.has('586') ? '586' : traits.has('486') ? '486' : '386';
    this.lastModel = traits.has('-486') ? '486' : '686';
  }

  /** The key of the clock rule: the form, or `REP ` and the form. Conditions share one: Jcc, SETcc, CMOVcc. */
  clockForm(insn: Instruction): string {
    if (this.isString && insn.repeat !== 0) return `REP ${this.form}`;
    return this.form.replace(CONDITION_FORM, '$1cc ');
  }
}

const CONDITION_FORM = /^(J|SET|CMOV)N?(?:O|B|Z|BE|S|P|L|LE) /;
const OPERAND_CODE = /^([EGMRSCDTIJAOXYZ])([a-z]*)$/;

function parseOperand(text: string): OperandCode {
  const match = OPERAND_CODE.exec(text);
  if (!match) return { text, kind: 'fixed', width: '' };
  return { text, kind: match[1] as OperandCode['kind'], width: match[2] };
}
