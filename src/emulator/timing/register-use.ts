// Which general registers an instruction reads, writes and forms addresses from, as pipelines see them: parts of a
// register stand for the whole, flags and segment registers are not looked at.
import type { Instruction } from '../cpu/decode/instruction';
import type { OperandCode } from '../cpu/decode/opcode-row';
import { EAX, ZERO } from '../cpu/state';

/** Bit n stands for general register n. */
export interface RegisterUse {
  /** Operands and addresses. */
  readonly reads: number;
  readonly writes: number;
  readonly addresses: number;
  /** Moves the stack pointer without naming it: 0 no, 1 downwards (PUSH, CALL), 2 upwards (POP, RET). */
  readonly stack: 0 | 1 | 2;
  /** ESP is an operand or part of the operand's address. */
  readonly explicitStackPointer: boolean;
}

const EAX_BIT = 0x01;
const ECX_BIT = 0x02;
const EDX_BIT = 0x04;
const EBX_BIT = 0x08;
const ESP_BIT = 0x10;
const EBP_BIT = 0x20;
const ESI_BIT = 0x40;
const EDI_BIT = 0x80;

const FIXED: Readonly<Record<string, number>> = { AL: EAX_BIT, eAX: EAX_BIT, AX: EAX_BIT, CL: ECX_BIT, DX: EDX_BIT };

/** Whose first operand is not written. */
const ONLY_READS = new Set(
  (
    'CMP TEST PUSH JMP CALL BT MUL DIV IDIV OUT OUTS CMPS SCAS BOUND NOP ' +
    'VERR VERW LLDT LTR LGDT LIDT LMSW INVLPG SGDT SIDT'
  ).split(' '),
);
/** Whose first operand is written without having been read. */
const ONLY_WRITES = new Set('MOV MOVZX MOVSX LEA POP IN LES LDS LSS LFS LGS LAR LSL SLDT STR SMSW'.split(' '));
const DOWNWARDS = new Set('PUSH PUSHA PUSHF CALL ENTER'.split(' '));
const UPWARDS = new Set('POP POPA POPF RET RETF IRET'.split(' '));

/** Registers written that are no operands. */
const IMPLICIT_WRITES: Readonly<Record<string, number>> = {
  ...{ MUL: EAX_BIT | EDX_BIT, DIV: EAX_BIT | EDX_BIT, IDIV: EAX_BIT | EDX_BIT },
  ...{ CBW: EAX_BIT, CWD: EDX_BIT, XLAT: EAX_BIT, LAHF: EAX_BIT, SALC: EAX_BIT },
  ...{ AAA: EAX_BIT, AAS: EAX_BIT, AAD: EAX_BIT, AAM: EAX_BIT, DAA: EAX_BIT, DAS: EAX_BIT },
  ...{ CPUID: EAX_BIT | ECX_BIT | EDX_BIT | EBX_BIT, RDTSC: EAX_BIT | EDX_BIT, RDMSR: EAX_BIT | EDX_BIT },
  ...{ CMPXCHG: EAX_BIT, CMPXCHG8B: EAX_BIT | EDX_BIT },
  ...{ POPA: 0xff & ~ESP_BIT, ENTER: ESP_BIT | EBP_BIT, LEAVE: ESP_BIT | EBP_BIT },
};

/** What an instruction does to the general registers, as far as its operands and the table above tell. */
export function registersOf(insn: Instruction): RegisterUse {
  const { mnemonic, operands } = insn.row;
  const stack = DOWNWARDS.has(mnemonic) ? 1 : UPWARDS.has(mnemonic) ? 2 : 0;
  const isWideMultiply = mnemonic === 'IMUL' && operands.length === 1;
  let reads = 0;
  let writes = isWideMultiply ? EAX_BIT | EDX_BIT : (IMPLICIT_WRITES[mnemonic] ?? 0);
  let addresses = addressRegisters(insn);
  operands.forEach((operand, n) => {
    const bit = operandRegister(insn, operand);
    const isTarget = n === 0 && !isWideMultiply && !ONLY_READS.has(mnemonic);
    if (isTarget || mnemonic === 'XCHG' || mnemonic === 'XADD') writes |= bit;
    if (!isTarget || !ONLY_WRITES.has(mnemonic)) reads |= bit;
    const index = operand.kind === 'X' ? ESI_BIT : operand.kind === 'Y' ? EDI_BIT : 0;
    addresses |= index;
    writes |= index;
  });
  if (mnemonic === 'XLAT') addresses |= EAX_BIT | EBX_BIT;
  const explicitStackPointer = ((reads | writes | addresses) & ESP_BIT) !== 0;
  if (stack !== 0) addresses |= ESP_BIT;
  return { reads: reads | addresses, writes, addresses, stack, explicitStackPointer };
}

function addressRegisters(insn: Instruction): number {
  if (!insn.row.hasModRm || insn.isRegister) return 0;
  return bitOfIndex(insn.base) | bitOfIndex(insn.index);
}

function bitOfIndex(index: number): number {
  return index === ZERO ? 0 : 1 << (index - EAX);
}

function operandRegister(insn: Instruction, operand: OperandCode): number {
  const isByte = operand.width === 'b';
  switch (operand.kind) {
    case 'E':
    case 'R':
      return insn.isRegister ? bitOf(insn.modrm & 7, isByte) : 0;
    case 'G':
      return bitOf((insn.modrm >> 3) & 7, isByte);
    case 'Z':
      return 1 << lowRegister(insn, isByte);
    case 'fixed':
      return FIXED[operand.text] ?? 0;
    default:
      return 0;
  }
}

/** AH, CH, DH, BH are numbers 4 to 7 among bytes. */
function bitOf(number: number, isByte: boolean): number {
  return 1 << (isByte ? number & 3 : number);
}

/** The register in the opcode's low bits, from the index of its part. */
function lowRegister({ reg, operandSize }: Instruction, isByte: boolean): number {
  if (isByte) return (reg >> 2) - EAX;
  return (operandSize === 16 ? reg >> 1 : reg) - EAX;
}
