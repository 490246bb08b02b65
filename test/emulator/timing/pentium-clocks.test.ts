// Single instructions on the Pentium and the P6 through the conformance core, against docs/facts.md D1 and the tables named
// in timing/pentium.ts; what pairs is in pairing.test.ts.
import { describe, expect, it } from 'vitest';
import { Conformance } from '../../../src/emulator/conform';
import { clockTableIdOf, clockTableOf } from '../../../src/emulator/timing/clock-tables';

const conformance = new Conformance((model) => clockTableOf(clockTableIdOf(model)));

const REGISTERS = { eax: 16, ecx: 16, edx: 0, ebx: 0x10000, esp: 0x8000, ebp: 0x8000, esi: 0x20000, edi: 0x30000 };
const REAL = { ...REGISTERS, ebx: 0x2000, esi: 0x3000, edi: 0x4000 };

type Case = [mode: 'real' | 'flat32', text: string, hex: string, clocks: number, setup?: Record<string, number>];

/** Clocks of one instruction before a HLT. In memory operands there are zeros. */
function clocksOf(cpu: '586' | '686', mode: 'real' | 'flat32', hex: string, setup: Record<string, number> = {}) {
  const r = { ...(mode === 'real' ? REAL : REGISTERS), ...setup, eip: 0x1000, eflags: 2 };
  const code = `${hex.replace(/\s/g, '')}f4`;
  const answer = conformance.answer({ id: 'x', mode, cpu, r, m: [[0x1000, code]], stop: { hlt: 1, n: 100 } });
  return answer.stop === 'hlt' ? answer.cyc : answer.stop;
}

describe('on a Pentium an instruction takes', () => {
  it.each<Case>([
    ['flat32', 'mov eax,ecx', '89c8', 1],
    ['flat32', 'mov eax,[ebx]', '8b03', 1],
    ['flat32', 'mov [ebx],eax', '8903', 1],
    ['flat32', 'mov eax,[ebx+1]: not aligned', '8b4301', 1 + 3],
    ['flat32', 'add [ebx],eax', '0103', 3],
    ['flat32', 'add eax,[ebx]', '0303', 2],
    ['flat32', 'add cx,1: a prefix', '6683c101', 2],
    ['flat32', 'movzx eax,cl', '0fb6c1', 3],
    ['flat32', 'xchg eax,ecx', '91', 2],
    ['flat32', 'mul ecx', 'f7e1', 10],
    ['flat32', 'mul cx', '66f7e1', 11 + 1],
    ['flat32', 'imul eax,ecx', '0fafc1', 10],
    ['flat32', 'div ecx', 'f7f1', 41],
    ['flat32', 'div cl', 'f6f1', 17],
    ['flat32', 'idiv ecx', 'f7f9', 46],
    ['flat32', 'shl eax,cl', 'd3e0', 4],
    ['flat32', 'rol eax,3', 'c1c003', 1],
    ['flat32', 'shld eax,ecx,3', '0fa4c803', 4],
    ['flat32', 'bsf eax,ecx: four bits', '0fbcc1', 6 + 4],
    ['flat32', 'bsr eax,ecx: 27 bits', '0fbdc1', 7 + 2 * 27],
    ['flat32', 'cmp eax,ecx; jz ahead, taken', '39c8 7400', 1 + 4],
    ['flat32', 'cmp eax,ecx; jz ahead, not taken', '39c8 7400', 1, { ecx: 17 }],
    ['flat32', 'loop, not taken', 'e200', 6, { ecx: 1 }],
    ['flat32', 'loop, taken', 'e200', 5],
    ['flat32', 'jecxz, taken', 'e300', 6, { ecx: 0 }],
    ['flat32', 'jecxz, not taken', 'e300', 5],
    ['flat32', 'call $+5', 'e800000000', 1],
    ['flat32', 'push 1006h; ret', '6806100000 c3', 1 + 2],
    ['flat32', 'movsd', 'a5', 4],
    ['flat32', 'lodsd', 'ad', 2],
    ['flat32', 'stosd', 'ab', 3],
    ['flat32', 'scasd', 'af', 4],
    ['flat32', 'cmpsd', 'a7', 5],
    ['flat32', 'rep movsd, 16', 'f3a5', 13 + 16],
    ['flat32', 'rep movsd, 1', 'f3a5', 13, { ecx: 1 }],
    ['flat32', 'rep movsd, 0', 'f3a5', 6, { ecx: 0 }],
    ['flat32', 'rep movsd behind a write of ESI', '46 f3a5', 1 + 13 + 16 + 3 * 16],
    ['flat32', 'pusha', '60', 5],
    ['flat32', 'enter 8,0', 'c8080000', 11],
    ['flat32', 'enter 8,3', 'c8080003', 15 + 6],
    ['flat32', 'leave', 'c9', 3],
    ['flat32', 'mov cr0,eax', '0f20c0 0f22c0', 4 + 22],
    ['flat32', 'mov cr3,eax', '0f22d8', 21],
    ['flat32', 'lgdt', '0f0113', 6],
    ['flat32', 'in al,dx', 'ec', 4],
    ['flat32', 'cpuid', '0fa2', 14],
    ['flat32', 'fld1', 'd9e8', 2],
    ['real', 'in al,60h', 'e460', 7],
    ['real', 'out 60h,al', 'e660', 12],
    ['real', 'jmp far', 'ea05100000', 3],
    ['real', 'mov ds,ax', '8ed8', 2],
    ['real', 'cli', 'fa', 7],
  ])('(%s) %s', (mode, _text, hex, clocks, setup = {}) => {
    expect(clocksOf('586', mode, hex, setup)).toBe(clocks);
  });
});

describe('on a P6 an instruction takes', () => {
  it.each<Case>([
    ['flat32', 'mov eax,[ebx]', '8b03', 1],
    ['flat32', 'add [ebx],eax', '0103', 2],
    ['flat32', 'mul ecx', 'f7e1', 4],
    ['flat32', 'div ecx', 'f7f1', 39],
    ['flat32', 'pusha: eight stores', '60', 8],
    ['flat32', 'rep movsd, 16', 'f3a5', 20 + 16],
    ['flat32', 'rep movsd, 0', 'f3a5', 5, { ecx: 0 }],
    ['flat32', 'loop, taken: 11 micro-ops', 'e200', 4 + 1 + 4],
    ['flat32', 'cpuid', '0fa2', 50],
    ['real', 'in al,60h', 'e460', 6],
  ])('(%s) %s', (mode, _text, hex, clocks, setup = {}) => {
    expect(clocksOf('686', mode, hex, setup)).toBe(clocks);
  });

  it('is counted exactly, though several pass in one clock', () => {
    for (const n of [1, 2, 39, 41, 100, 1001]) {
      const m = [[0x1000, '40'.repeat(2000)]] as const;
      const answer = conformance.answer({ id: 'x', mode: 'flat32', r: { eip: 0x1000 }, m, stop: { n } });
      expect(answer).toMatchObject({ stop: 'n', n, cyc: Math.ceil(n / 3), r: { eax: n } });
    }
  });
});
