// The one table of opcodes: encoding, operands, what executes it, flags, first model. Decoder, disassembler, clock tables
// and tests are fed from it. Operand codes are those of Intel's opcode map (SDM vol. 2 appendix A.2), plus Zb/Zv for a
// register in the opcode's low bits and Ibs for a sign-extended byte. The rows of x87 (D8-DF) are in fpu/escape-rows.ts.
import type { CpuModel } from '../cpu-host';
import * as alu from '../execute/alu';
import * as bcd from '../execute/bcd';
import * as bit from '../execute/bit';
import * as jump from '../execute/jump';
import * as misc from '../execute/misc';
import * as move from '../execute/move';
import * as multiply from '../execute/multiply';
import * as port from '../execute/port-io';
import * as shift from '../execute/shift';
import * as stack from '../execute/stack';
import * as string from '../execute/string';
import * as system from '../execute/system';
import { fxrstor, fxsave } from '../fpu/control';
import { ESCAPE_ROWS, UNASSIGNED_ESCAPE } from '../fpu/escape-rows';
import { executeWait } from '../fpu/execute';
import type { Handlers } from './opcode-row';
import { byRegister, bySize, memoryOnly, one, OpcodeRow, registerOnly } from './opcode-row';

const MODEL_ORDER: readonly CpuModel[] = ['386', '486', '586', '686'];

/** Suffixes of conditional instructions, by condition number (SDM vol. 2 B.1.4.7). */
// prettier-ignore
export const CONDITIONS = [
  'O', 'NO', 'B', 'NB', 'Z', 'NZ', 'BE', 'NBE', 'S', 'NS', 'P', 'NP', 'L', 'NL', 'LE', 'NLE',
] as const;

/** Which flags a condition looks at. */
const CONDITION_READS = ['o', 'o', 'c', 'c', 'z', 'z', 'cz', 'cz', 's', 's', 'p', 'p', 'so', 'so', 'szo', 'szo'];

const ALU = ['ADD', 'OR', 'ADC', 'SBB', 'AND', 'SUB', 'XOR', 'CMP'] as const;
const SHIFTS = ['ROL', 'ROR', 'RCL', 'RCR', 'SHL', 'SHR', 'SAL', 'SAR'] as const;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/**
 * One row. `code`: opcode bytes in hexadecimal, `/n` for a group's ModRM extension, `+` for eight opcodes with a register.
 * `flags`: read > written, of o d i t s z a p c; `?` follows what is left undefined.
 * `traits`, any of: lock (LOCK allowed), ends (the block ends behind it), solo (a block of its own: looks at the clock,
 * or may change the mode), eip (sets EIP itself), rep (a string form), a model (first that has it), -model (last).
 */
function row(code: string, form: string, handlers: Handlers, flags = '', traits = '', operation = 0): OpcodeRow {
  return new OpcodeRow(code, form, handlers, flags, traits, operation);
}

// prettier-ignore
const aluRows = ALU.flatMap((name, n) => {
  const flags = `${name === 'ADC' || name === 'SBB' ? 'c' : ''}>oszapc`;
  const lock = name === 'CMP' ? '' : 'lock';
  const at = n * 8;
  return [
    row(hex(at + 0), `${name} Eb,Gb`, byRegister(alu.ebGb, alu.mbGb), flags, lock, n),
    row(hex(at + 1), `${name} Ev,Gv`, bySize(alu.ewGw, alu.mwGw, alu.REGISTER_REGISTER[n], alu.MEMORY_REGISTER[n]), flags, lock, n),
    row(hex(at + 2), `${name} Gb,Eb`, byRegister(alu.gbEb, alu.gbMb), flags, '', n),
    row(hex(at + 3), `${name} Gv,Ev`, bySize(alu.gwEw, alu.gwMw, alu.REGISTER_E[n], alu.REGISTER_MEMORY[n]), flags, '', n),
    row(hex(at + 4), `${name} AL,Ib`, one(alu.alIb), flags, '', n),
    row(hex(at + 5), `${name} eAX,Iz`, bySize(alu.axIw, alu.axIw, alu.EAX_IMMEDIATE[n], alu.EAX_IMMEDIATE[n]), flags, '', n),
    row(`80/${n}`, `${name} Eb,Ib`, byRegister(alu.ebIb, alu.mbIb), flags, lock, n),
    row(`81/${n}`, `${name} Ev,Iz`, bySize(alu.ewIw, alu.mwIw, alu.REGISTER_IMMEDIATE[n], alu.MEMORY_IMMEDIATE[n]), flags, lock, n),
    row(`82/${n}`, `${name} Eb,Ib`, byRegister(alu.ebIb, alu.mbIb), flags, lock, n),
    row(`83/${n}`, `${name} Ev,Ibs`, bySize(alu.ewIw, alu.mwIw, alu.REGISTER_IMMEDIATE[n], alu.MEMORY_IMMEDIATE[n]), flags, lock, n),
  ];
});

// prettier-ignore
const shiftRows = SHIFTS.flatMap((name, n) => {
  const isRotate = n < 4;
  // The clocks of RCL and RCR by CL depend on the count.
  const ends = name === 'RCL' || name === 'RCR' ? 'ends' : '';
  const flags = `${name === 'RCL' || name === 'RCR' ? 'c' : ''}>${isRotate ? 'oc' : 'oszpca?'}`;
  return [
    row(`C0/${n}`, `${name} Eb,Ib`, byRegister(shift.ebIb, shift.mbIb), flags, '', n),
    row(`C1/${n}`, `${name} Ev,Ib`, bySize(shift.ewIb, shift.mwIb, shift.REGISTER_IMMEDIATE[n], shift.mdIb), flags, '', n),
    row(`D0/${n}`, `${name} Eb,1`, byRegister(shift.eb1, shift.mb1), flags, '', n),
    row(`D1/${n}`, `${name} Ev,1`, bySize(shift.ew1, shift.mw1, shift.ed1, shift.md1), flags, '', n),
    row(`D2/${n}`, `${name} Eb,CL`, byRegister(shift.ebCl, shift.mbCl), flags, ends, n),
    row(`D3/${n}`, `${name} Ev,CL`, bySize(shift.ewCl, shift.mwCl, shift.edCl, shift.mdCl), flags, ends, n),
  ];
});

// prettier-ignore
const conditionRows = CONDITIONS.flatMap((name, n) => {
  const reads = `${CONDITION_READS[n]}>`;
  return [
    row(hex(0x70 + n), `J${name} Jb`, jump.conditional(n), reads, 'ends eip', n),
    row(`0F ${hex(0x80 + n)}`, `J${name} Jz`, jump.conditional(n), reads, 'ends eip', n),
    row(`0F ${hex(0x90 + n)}`, `SET${name} Eb`, byRegister(bit.setCondition, bit.setConditionMemory), reads, '', n),
    row(`0F ${hex(0x40 + n)}`, `CMOV${name} Gv,Ev`, bySize(move.cmov16, move.cmov16m, move.cmov32, move.cmov32m), reads, '686', n),
  ];
});

/** All rows. Prefixes are the decoder's. */
// prettier-ignore
export const OPCODES: readonly OpcodeRow[] = [
  ...aluRows,
  ...shiftRows,
  ...conditionRows,

  // Moves
  row('88', 'MOV Eb,Gb', byRegister(move.ebGb, move.mbGb)),
  row('89', 'MOV Ev,Gv', bySize(move.ewGw, move.mwGw, move.edGd, move.mdGd)),
  row('8A', 'MOV Gb,Eb', byRegister(move.gbEb, move.gbMb)),
  row('8B', 'MOV Gv,Ev', bySize(move.gwEw, move.gwMw, move.gdEd, move.gdMd)),
  row('8C', 'MOV Ev,Sw', bySize(move.ewSw, move.mwSw, move.edSw, move.mwSw)),
  row('8E', 'MOV Sw,Ew', byRegister(move.swEw, move.swMw), '', 'solo'),
  row('A0', 'MOV AL,Ob', one(move.alOb)),
  row('A1', 'MOV eAX,Ov', bySize(move.axOw, move.axOw, move.eaxOd, move.eaxOd)),
  row('A2', 'MOV Ob,AL', one(move.obAl)),
  row('A3', 'MOV Ov,eAX', bySize(move.owAx, move.owAx, move.odEax, move.odEax)),
  row('B0+', 'MOV Zb,Ib', one(move.zbIb)),
  row('B8+', 'MOV Zv,Iv', bySize(move.zwIw, move.zwIw, move.zdId, move.zdId)),
  row('C6/0', 'MOV Eb,Ib', byRegister(move.ebIb, move.mbIb)),
  row('C7/0', 'MOV Ev,Iz', bySize(move.ewIw, move.mwIw, move.edId, move.mdId)),
  row('0F B6', 'MOVZX Gv,Eb', bySize(move.gwEbZero, move.gwMbZero, move.gdEbZero, move.gdMbZero)),
  row('0F B7', 'MOVZX Gv,Ew', bySize(move.gwEw, move.gwMw, move.gdEwZero, move.gdMwZero)),
  row('0F BE', 'MOVSX Gv,Eb', bySize(move.gwEbSign, move.gwMbSign, move.gdEbSign, move.gdMbSign)),
  row('0F BF', 'MOVSX Gv,Ew', bySize(move.gwEw, move.gwMw, move.gdEwSign, move.gdMwSign)),
  row('8D', 'LEA Gv,M', bySize(null, move.lea16, null, move.lea32)),
  row('86', 'XCHG Eb,Gb', byRegister(move.xchgEbGb, move.xchgMbGb), '', 'lock'),
  row('87', 'XCHG Ev,Gv', bySize(move.xchgEwGw, move.xchgMwGw, move.xchgEdGd, move.xchgMdGd), '', 'lock'),
  row('90+', 'XCHG Zv,eAX', bySize(move.xchgZwAx, move.xchgZwAx, move.xchgZdEax, move.xchgZdEax)),
  row('D7', 'XLAT', one(move.xlat)),
  row('98', 'CBW', bySize(move.cbw, move.cbw, move.cwde, move.cwde)),
  row('99', 'CWD', bySize(move.cwd, move.cwd, move.cdq, move.cdq)),
  row('0F C8+', 'BSWAP Zv', bySize(move.bswap16, move.bswap16, move.bswap32, move.bswap32), '', '486'),

  // Arithmetic and logic beyond the eight
  row('40+', 'INC Zv', bySize(alu.incEw, alu.incEw, alu.incZd, alu.incZd), '>oszap'),
  row('48+', 'DEC Zv', bySize(alu.decEw, alu.decEw, alu.decZd, alu.decZd), '>oszap'),
  row('FE/0', 'INC Eb', byRegister(alu.incEb, alu.incMb), '>oszap', 'lock'),
  row('FE/1', 'DEC Eb', byRegister(alu.decEb, alu.decMb), '>oszap', 'lock'),
  row('FF/0', 'INC Ev', bySize(alu.incEw, alu.incMw, alu.incEd, alu.incMd), '>oszap', 'lock'),
  row('FF/1', 'DEC Ev', bySize(alu.decEw, alu.decMw, alu.decEd, alu.decMd), '>oszap', 'lock'),
  row('84', 'TEST Eb,Gb', byRegister(alu.testEbGb, alu.testMbGb), '>oszpca?'),
  row('85', 'TEST Ev,Gv', bySize(alu.testEwGw, alu.testMwGw, alu.testEdGd, alu.testMdGd), '>oszpca?'),
  row('A8', 'TEST AL,Ib', one(alu.testAlIb), '>oszpca?'),
  row('A9', 'TEST eAX,Iz', bySize(alu.testAxIw, alu.testAxIw, alu.testEaxId, alu.testEaxId), '>oszpca?'),
  row('F6/0', 'TEST Eb,Ib', byRegister(alu.testEbIb, alu.testMbIb), '>oszpca?'),
  row('F6/1', 'TEST Eb,Ib', byRegister(alu.testEbIb, alu.testMbIb), '>oszpca?'),
  row('F7/0', 'TEST Ev,Iz', bySize(alu.testEwIw, alu.testMwIw, alu.testEdId, alu.testMdId), '>oszpca?'),
  row('F7/1', 'TEST Ev,Iz', bySize(alu.testEwIw, alu.testMwIw, alu.testEdId, alu.testMdId), '>oszpca?'),
  row('F6/2', 'NOT Eb', byRegister(alu.notEb, alu.notMb), '', 'lock'),
  row('F7/2', 'NOT Ev', bySize(alu.notEw, alu.notMw, alu.notEd, alu.notMd), '', 'lock'),
  row('F6/3', 'NEG Eb', byRegister(alu.negEb, alu.negMb), '>oszapc', 'lock'),
  row('F7/3', 'NEG Ev', bySize(alu.negEw, alu.negMw, alu.negEd, alu.negMd), '>oszapc', 'lock'),
  row('0F C0', 'XADD Eb,Gb', byRegister(alu.xaddEbGb, alu.xaddMbGb), '>oszapc', 'lock 486'),
  row('0F C1', 'XADD Ev,Gv', bySize(alu.xaddEwGw, alu.xaddMwGw, alu.xaddEdGd, alu.xaddMdGd), '>oszapc', 'lock 486'),
  row('0F B0', 'CMPXCHG Eb,Gb', byRegister(alu.cmpxchgEbGb, alu.cmpxchgMbGb), '>oszapc', 'lock 486'),
  row('0F B1', 'CMPXCHG Ev,Gv', bySize(alu.cmpxchgEwGw, alu.cmpxchgMwGw, alu.cmpxchgEdGd, alu.cmpxchgMdGd), '>oszapc', 'lock 486'),
  row('0F C7/1', 'CMPXCHG8B Mq', memoryOnly(alu.cmpxchg8b), '>z', 'lock 586'),

  // Multiply and divide
  row('F6/4', 'MUL Eb', one(multiply.mul8), '>ocs?z?a?p?', 'ends'),
  row('F7/4', 'MUL Ev', bySize(multiply.mul16, multiply.mul16, multiply.mul32, multiply.mul32), '>ocs?z?a?p?', 'ends'),
  row('F6/5', 'IMUL Eb', one(multiply.imul8), '>ocs?z?a?p?', 'ends'),
  row('F7/5', 'IMUL Ev', bySize(multiply.imul16, multiply.imul16, multiply.imul32, multiply.imul32), '>ocs?z?a?p?', 'ends'),
  row('0F AF', 'IMUL Gv,Ev', bySize(multiply.imulGwEw, multiply.imulGwEw, multiply.imulGdEd, multiply.imulGdEd), '>ocs?z?a?p?', 'ends'),
  row('69', 'IMUL Gv,Ev,Iz', bySize(multiply.imulGwEwIw, multiply.imulGwEwIw, multiply.imulGdEdId, multiply.imulGdEdId), '>ocs?z?a?p?', 'ends'),
  row('6B', 'IMUL Gv,Ev,Ibs', bySize(multiply.imulGwEwIw, multiply.imulGwEwIw, multiply.imulGdEdId, multiply.imulGdEdId), '>ocs?z?a?p?', 'ends'),
  row('F6/6', 'DIV Eb', one(multiply.div8), '>o?s?z?a?p?c?', 'ends'),
  row('F7/6', 'DIV Ev', bySize(multiply.div16, multiply.div16, multiply.div32, multiply.div32), '>o?s?z?a?p?c?', 'ends'),
  row('F6/7', 'IDIV Eb', one(multiply.idiv8), '>o?s?z?a?p?c?', 'ends'),
  row('F7/7', 'IDIV Ev', bySize(multiply.idiv16, multiply.idiv16, multiply.idiv32, multiply.idiv32), '>o?s?z?a?p?c?', 'ends'),

  // Double shifts and bits
  row('0F A4', 'SHLD Ev,Gv,Ib', bySize(shift.shld16, shift.shld16, shift.shld32, shift.shld32), '>oszpca?'),
  row('0F A5', 'SHLD Ev,Gv,CL', bySize(shift.shld16Cl, shift.shld16Cl, shift.shld32Cl, shift.shld32Cl), '>oszpca?'),
  row('0F AC', 'SHRD Ev,Gv,Ib', bySize(shift.shrd16, shift.shrd16, shift.shrd32, shift.shrd32), '>oszpca?'),
  row('0F AD', 'SHRD Ev,Gv,CL', bySize(shift.shrd16Cl, shift.shrd16Cl, shift.shrd32Cl, shift.shrd32Cl), '>oszpca?'),
  row('0F A3', 'BT Ev,Gv', bySize(bit.testEwGw, bit.testMwGw, bit.testEdGd, bit.testMdGd), '>c', '', 0),
  row('0F AB', 'BTS Ev,Gv', bySize(bit.testEwGw, bit.testMwGw, bit.testEdGd, bit.testMdGd), '>c', 'lock', 1),
  row('0F B3', 'BTR Ev,Gv', bySize(bit.testEwGw, bit.testMwGw, bit.testEdGd, bit.testMdGd), '>c', 'lock', 2),
  row('0F BB', 'BTC Ev,Gv', bySize(bit.testEwGw, bit.testMwGw, bit.testEdGd, bit.testMdGd), '>c', 'lock', 3),
  row('0F BA/4', 'BT Ev,Ib', bySize(bit.testEwIb, bit.testMwIb, bit.testEdIb, bit.testMdIb), '>c', '', 0),
  row('0F BA/5', 'BTS Ev,Ib', bySize(bit.testEwIb, bit.testMwIb, bit.testEdIb, bit.testMdIb), '>c', 'lock', 1),
  row('0F BA/6', 'BTR Ev,Ib', bySize(bit.testEwIb, bit.testMwIb, bit.testEdIb, bit.testMdIb), '>c', 'lock', 2),
  row('0F BA/7', 'BTC Ev,Ib', bySize(bit.testEwIb, bit.testMwIb, bit.testEdIb, bit.testMdIb), '>c', 'lock', 3),
  row('0F BC', 'BSF Gv,Ev', bySize(bit.bsf16, bit.bsf16, bit.bsf32, bit.bsf32), '>z', 'ends'),
  row('0F BD', 'BSR Gv,Ev', bySize(bit.bsr16, bit.bsr16, bit.bsr32, bit.bsr32), '>z', 'ends'),

  // Decimal
  row('27', 'DAA', one(bcd.daa), 'ac>szapco?'),
  row('2F', 'DAS', one(bcd.das), 'ac>szapco?'),
  row('37', 'AAA', one(bcd.aaa), 'a>aco?s?z?p?'),
  row('3F', 'AAS', one(bcd.aas), 'a>aco?s?z?p?'),
  row('D4', 'AAM Ib', one(bcd.aam), '>szpo?a?c?'),
  row('D5', 'AAD Ib', one(bcd.aad), '>szpo?a?c?'),

  // Stack
  row('50+', 'PUSH Zv', bySize(stack.pushZw, stack.pushZw, stack.pushZd, stack.pushZd)),
  row('58+', 'POP Zv', bySize(stack.popZw, stack.popZw, stack.popZd, stack.popZd)),
  row('FF/6', 'PUSH Ev', bySize(stack.pushEw, stack.pushMw, stack.pushEd, stack.pushMd)),
  row('8F/0', 'POP Ev', bySize(stack.popEw, stack.popMw, stack.popEd, stack.popMd)),
  row('68', 'PUSH Iz', bySize(stack.pushIw, stack.pushIw, stack.pushId, stack.pushId)),
  row('6A', 'PUSH Ibs', bySize(stack.pushIw, stack.pushIw, stack.pushId, stack.pushId)),
  row('60', 'PUSHA', bySize(stack.pusha16, stack.pusha16, stack.pusha32, stack.pusha32)),
  row('61', 'POPA', bySize(stack.popa16, stack.popa16, stack.popa32, stack.popa32)),
  row('C8', 'ENTER Iw,Ib', bySize(stack.enter16, stack.enter16, stack.enter32, stack.enter32), '', 'ends'),
  row('C9', 'LEAVE', bySize(stack.leave16, stack.leave16, stack.leave32, stack.leave32)),
  row('06', 'PUSH ES', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 0),
  row('0E', 'PUSH CS', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 1),
  row('16', 'PUSH SS', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 2),
  row('1E', 'PUSH DS', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 3),
  row('0F A0', 'PUSH FS', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 4),
  row('0F A8', 'PUSH GS', bySize(stack.pushSegment16, stack.pushSegment16, stack.pushSegment32, stack.pushSegment32), '', '', 5),
  row('07', 'POP ES', bySize(stack.popSegment16, stack.popSegment16, stack.popSegment32, stack.popSegment32), '', 'solo', 0),
  row('17', 'POP SS', bySize(stack.popSegment16, stack.popSegment16, stack.popSegment32, stack.popSegment32), '', 'solo', 2),
  row('1F', 'POP DS', bySize(stack.popSegment16, stack.popSegment16, stack.popSegment32, stack.popSegment32), '', 'solo', 3),
  row('0F A1', 'POP FS', bySize(stack.popSegment16, stack.popSegment16, stack.popSegment32, stack.popSegment32), '', 'solo', 4),
  row('0F A9', 'POP GS', bySize(stack.popSegment16, stack.popSegment16, stack.popSegment32, stack.popSegment32), '', 'solo', 5),
  row('9C', 'PUSHF', one(system.pushf), 'oditszapc>', 'solo'),
  row('9D', 'POPF', one(system.popf), '>oditszapc', 'solo'),

  // Near transfers
  row('EB', 'JMP Jb', bySize(jump.jmp16, jump.jmp16, jump.jmp32, jump.jmp32), '', 'ends eip'),
  row('E9', 'JMP Jz', bySize(jump.jmp16, jump.jmp16, jump.jmp32, jump.jmp32), '', 'ends eip'),
  row('FF/4', 'JMP Ev', bySize(jump.jmpEv, jump.jmpEv, jump.jmpEv, jump.jmpEv), '', 'ends eip'),
  row('E8', 'CALL Jz', bySize(jump.call16, jump.call16, jump.call32, jump.call32), '', 'ends eip'),
  row('FF/2', 'CALL Ev', bySize(jump.callEv, jump.callEv, jump.callEv, jump.callEv), '', 'ends eip'),
  row('C3', 'RET', bySize(jump.ret16, jump.ret16, jump.ret32, jump.ret32), '', 'ends eip'),
  row('C2', 'RET Iw', bySize(jump.ret16, jump.ret16, jump.ret32, jump.ret32), '', 'ends eip'),
  row('E0', 'LOOPNE Jb', one(jump.loop), 'z>', 'ends eip', 0),
  row('E1', 'LOOPE Jb', one(jump.loop), 'z>', 'ends eip', 1),
  row('E2', 'LOOP Jb', one(jump.loop), '', 'ends eip', 2),
  row('E3', 'JCXZ Jb', one(jump.jcxz), '', 'ends eip'),

  // Far transfers and interrupts
  row('EA', 'JMP Ap', one(jump.jmpFar), '', 'solo eip'),
  row('9A', 'CALL Ap', one(jump.callFar), '', 'solo eip'),
  row('FF/5', 'JMP Mp', memoryOnly(jump.jmpFarMemory), '', 'solo eip'),
  row('FF/3', 'CALL Mp', memoryOnly(jump.callFarMemory), '', 'solo eip'),
  row('CB', 'RETF', one(jump.retFar), '', 'solo eip'),
  row('CA', 'RETF Iw', one(jump.retFar), '', 'solo eip'),
  row('CF', 'IRET', one(system.iret), '>oditszapc', 'solo eip'),
  row('CC', 'INT3', one(system.int3), '>it', 'solo eip'),
  row('CD', 'INT Ib', one(system.int), '>it', 'solo eip'),
  row('CE', 'INTO', one(system.into), 'o>it', 'solo eip'),
  row('F1', 'INT1', one(system.int1), '>it', 'solo eip'),
  row('62', 'BOUND Gv,Ma', bySize(null, misc.bound16, null, misc.bound32)),

  // Strings
  row('A4', 'MOVS Yb,Xb', one(string.movs8), 'd>', 'rep'),
  row('A5', 'MOVS Yv,Xv', bySize(string.movs16, string.movs16, string.movs32, string.movs32), 'd>', 'rep'),
  row('A6', 'CMPS Xb,Yb', one(string.cmps8), 'd>oszapc', 'rep'),
  row('A7', 'CMPS Xv,Yv', bySize(string.cmps16, string.cmps16, string.cmps32, string.cmps32), 'd>oszapc', 'rep'),
  row('AA', 'STOS Yb,AL', one(string.stos8), 'd>', 'rep'),
  row('AB', 'STOS Yv,eAX', bySize(string.stos16, string.stos16, string.stos32, string.stos32), 'd>', 'rep'),
  row('AC', 'LODS AL,Xb', one(string.lods8), 'd>', 'rep'),
  row('AD', 'LODS eAX,Xv', bySize(string.lods16, string.lods16, string.lods32, string.lods32), 'd>', 'rep'),
  row('AE', 'SCAS AL,Yb', one(string.scas8), 'd>oszapc', 'rep'),
  row('AF', 'SCAS eAX,Yv', bySize(string.scas16, string.scas16, string.scas32, string.scas32), 'd>oszapc', 'rep'),
  row('6C', 'INS Yb,DX', one(string.ins), 'd>', 'rep'),
  row('6D', 'INS Yv,DX', one(string.ins), 'd>', 'rep'),
  row('6E', 'OUTS DX,Xb', one(string.outs), 'd>', 'rep'),
  row('6F', 'OUTS DX,Xv', one(string.outs), 'd>', 'rep'),

  // Ports
  row('E4', 'IN AL,Ib', one(port.inAlIb), '', 'solo'),
  row('E5', 'IN eAX,Ib', bySize(port.inAxIb, port.inAxIb, port.inEaxIb, port.inEaxIb), '', 'solo'),
  row('EC', 'IN AL,DX', one(port.inAlDx), '', 'solo'),
  row('ED', 'IN eAX,DX', bySize(port.inAxDx, port.inAxDx, port.inEaxDx, port.inEaxDx), '', 'solo'),
  row('E6', 'OUT Ib,AL', one(port.outIbAl), '', 'solo'),
  row('E7', 'OUT Ib,eAX', bySize(port.outIbAx, port.outIbAx, port.outIbEax, port.outIbEax), '', 'solo'),
  row('EE', 'OUT DX,AL', one(port.outDxAl), '', 'solo'),
  row('EF', 'OUT DX,eAX', bySize(port.outDxAx, port.outDxAx, port.outDxEax, port.outDxEax), '', 'solo'),

  // Flags
  row('F8', 'CLC', one(misc.clc), '>c'),
  row('F9', 'STC', one(misc.stc), '>c'),
  row('F5', 'CMC', one(misc.cmc), 'c>c'),
  row('FC', 'CLD', one(misc.cld), '>d'),
  row('FD', 'STD', one(misc.std), '>d'),
  row('9E', 'SAHF', one(misc.sahf), '>szapc'),
  row('9F', 'LAHF', one(misc.lahf), 'szapc>'),
  row('D6', 'SALC', one(misc.salc), 'c>'),
  row('FA', 'CLI', one(system.cli), '>i', 'solo'),
  row('FB', 'STI', one(system.sti), '>i', 'solo'),

  // Segments and system
  row('C4', 'LES Gv,Mp', memoryOnly(system.loadFarPointer), '', 'solo', 0),
  row('C5', 'LDS Gv,Mp', memoryOnly(system.loadFarPointer), '', 'solo', 3),
  row('0F B2', 'LSS Gv,Mp', memoryOnly(system.loadFarPointer), '', 'solo', 2),
  row('0F B4', 'LFS Gv,Mp', memoryOnly(system.loadFarPointer), '', 'solo', 4),
  row('0F B5', 'LGS Gv,Mp', memoryOnly(system.loadFarPointer), '', 'solo', 5),
  row('63', 'ARPL Ew,Gw', one(system.arpl), '>z', 'solo'),
  row('0F 00/0', 'SLDT Ev', one(system.sldt), '', 'solo'),
  row('0F 00/1', 'STR Ev', one(system.str), '', 'solo'),
  row('0F 00/2', 'LLDT Ew', one(system.lldt), '', 'solo'),
  row('0F 00/3', 'LTR Ew', one(system.ltr), '', 'solo'),
  row('0F 00/4', 'VERR Ew', one(system.verr), '>z', 'solo'),
  row('0F 00/5', 'VERW Ew', one(system.verw), '>z', 'solo'),
  row('0F 01/0', 'SGDT Ms', memoryOnly(system.sgdt), '', 'solo'),
  row('0F 01/1', 'SIDT Ms', memoryOnly(system.sidt), '', 'solo'),
  row('0F 01/2', 'LGDT Ms', memoryOnly(system.lgdt), '', 'solo'),
  row('0F 01/3', 'LIDT Ms', memoryOnly(system.lidt), '', 'solo'),
  row('0F 01/4', 'SMSW Ev', one(system.smsw), '', 'solo'),
  row('0F 01/6', 'LMSW Ew', one(system.lmsw), '', 'solo'),
  row('0F 01/7', 'INVLPG Mb', memoryOnly(system.invlpg), '', 'solo 486'),
  row('0F 02', 'LAR Gv,Ew', one(system.lar), '>z', 'solo'),
  row('0F 03', 'LSL Gv,Ew', one(system.lsl), '>z', 'solo'),
  row('0F 06', 'CLTS', one(system.clts), '', 'solo'),
  row('0F 08', 'INVD', one(system.invd), '', 'solo 486'),
  row('0F 09', 'WBINVD', one(system.wbinvd), '', 'solo 486'),
  row('0F 20', 'MOV Rd,Cd', registerOnly(system.movFromControl), '>o?s?z?a?p?c?', 'solo'),
  row('0F 21', 'MOV Rd,Dd', registerOnly(system.movFromDebug), '>o?s?z?a?p?c?', 'solo'),
  row('0F 22', 'MOV Cd,Rd', registerOnly(system.movToControl), '>o?s?z?a?p?c?', 'solo'),
  row('0F 23', 'MOV Dd,Rd', registerOnly(system.movToDebug), '>o?s?z?a?p?c?', 'solo'),
  row('0F 24', 'MOV Rd,Td', registerOnly(system.movFromTest), '>o?s?z?a?p?c?', 'solo -486'),
  row('0F 26', 'MOV Td,Rd', registerOnly(system.movToTest), '>o?s?z?a?p?c?', 'solo -486'),
  row('0F 30', 'WRMSR', one(system.wrmsr), '', 'solo 586'),
  row('0F 31', 'RDTSC', one(system.rdtsc), '', 'solo 586'),
  row('0F 32', 'RDMSR', one(system.rdmsr), '', 'solo 586'),
  row('0F 33', 'RDPMC', one(system.rdpmc), '', 'solo 686'),
  row('0F A2', 'CPUID', one(system.cpuid), '', 'solo 586'),
  row('0F 34', 'SYSENTER', one(system.sysenter), '>i', 'solo eip 686'),
  row('0F 35', 'SYSEXIT', one(system.sysexit), '', 'solo eip 686'),
  row('0F AA', 'RSM', one(system.rsm), '', 'solo eip 586'),
  row('F4', 'HLT', one(system.hlt), '', 'solo'),
  row('90', 'NOP', one(misc.nop)),
  row('0F 18', 'NOP Ev', one(misc.nop), '', '686'),
  row('0F 1F', 'NOP Ev', one(misc.nop), '', '686'),
  row('0F 0B', 'UD2', one(misc.undefinedOpcode), '', 'solo'),
  row('9B', 'WAIT', one(executeWait), '', 'solo'),
  row('0F AE/0', 'FXSAVE M', memoryOnly(fxsave), '', '686'),
  row('0F AE/1', 'FXRSTOR M', memoryOnly(fxrstor), '', '686'),
  ...ESCAPE_ROWS,
];

/** Stands for bytes that are no instruction on this model: raises #UD. */
export const INVALID_ROW = row('', '(bad)', one(misc.undefinedOpcode), '', 'solo');

export type OpcodeEntry = OpcodeRow | readonly (OpcodeRow | null)[] | null;

/**
 * One-byte opcodes and those behind 0F; a group is an array by ModRM extension. That of an escape opcode goes on with its
 * register forms, by the whole ModRM byte.
 */
export interface OpcodeMap {
  readonly primary: readonly OpcodeEntry[];
  readonly secondary: readonly OpcodeEntry[];
}

/** The opcodes that a model has. */
export function opcodesOf(model: CpuModel): OpcodeMap {
  return OPCODE_MAPS[model];
}

function buildMap(model: CpuModel): OpcodeMap {
  const primary = new Array<OpcodeEntry>(256).fill(null);
  const secondary = new Array<OpcodeEntry>(256).fill(null);
  for (let opcode = FIRST_ESCAPE; opcode < FIRST_ESCAPE + 8; opcode++) {
    primary[opcode] = new Array<OpcodeRow>(GROUP_ROWS + 0x40).fill(UNASSIGNED_ESCAPE);
  }
  for (const entry of OPCODES) if (isOn(entry, model)) place(entry.isSecondary ? secondary : primary, entry);
  return { primary, secondary };
}

function isOn({ firstModel, lastModel }: OpcodeRow, model: CpuModel): boolean {
  const order = MODEL_ORDER.indexOf(model);
  return order >= MODEL_ORDER.indexOf(firstModel) && order <= MODEL_ORDER.indexOf(lastModel);
}

const FIRST_ESCAPE = 0xd8;
/** Rows of a group, by ModRM's reg field. In an escape opcode's array the register forms follow, from ModRM C0h on. */
export const GROUP_ROWS = 8;

function place(map: OpcodeEntry[], entry: OpcodeRow): void {
  if (entry.modrm >= 0) {
    const at = GROUP_ROWS + entry.modrm - 0xc0;
    (map[entry.opcode] as OpcodeRow[]).fill(entry, at, at + entry.opcodeCount);
    return;
  }
  if (entry.extension >= 0) {
    const group = (map[entry.opcode] ??= new Array<OpcodeRow | null>(8).fill(null)) as (OpcodeRow | null)[];
    group[entry.extension] = entry;
    return;
  }
  for (let n = 0; n < entry.opcodeCount; n++) map[entry.opcode + n] = entry;
}

const OPCODE_MAPS: Record<CpuModel, OpcodeMap> = {
  '386': buildMap('386'),
  '486': buildMap('486'),
  '586': buildMap('586'),
  '686': buildMap('686'),
};
