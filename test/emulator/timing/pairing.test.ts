// The two pipes of the Pentium against pairs known from Intel's AP-526 and from Agner Fog's manual (chapters 9 and 10), and
// a block of twenty against a sum by hand.
import { describe, expect, it } from 'vitest';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';
import { CpuBench, DATA_AT } from '../cpu/cpu-bench';

const HLT = 4;

/** Clocks of a piece of code up to the HLT behind it; EBX, ESI and EDI point to zeros. */
function clocksOf(hex: string): number {
  const bench = new CpuBench({ model: '586', timing: clockTableOf('pentium') }).code(`${hex} f4`);
  bench
    .setRegister(3, DATA_AT)
    .setRegister(6, DATA_AT + 0x100)
    .setRegister(7, DATA_AT + 0x200);
  bench.run(1_000_000, true);
  return bench.counters.cycles - HLT;
}

describe('on a Pentium', () => {
  it.each([
    ['two loads', 'mov eax,[esi]; mov ecx,[edi]', '8b06 8b0f', 1],
    ['two additions', 'add eax,1; add ecx,2', '83c001 83c102', 1],
    ['a load and an addition of others', 'mov eax,[esi]; add ecx,edx', '8b06 01d1', 1],
    ['reading what the second writes', 'mov eax,ecx; mov ecx,edx', '89c8 89d1', 1],
    ['register, then load and operate', 'inc ecx; add eax,[esi]', '41 0306', 2],
    ['two that load and operate', 'add eax,[esi]; add ecx,[edi]', '0306 030f', 2],
    ['read-modify-write, then load and operate', 'add [esi],eax; add ecx,[edi]', '0106 030f', 4],
    ['load and operate, then read-modify-write', 'add eax,[esi]; add [edi],ecx', '0306 010f', 3],
    ['two read-modify-writes', 'add [esi],eax; add [edi],ecx', '0106 010f', 5],
    ['two PUSHes', 'push eax; push ecx', '50 51', 1],
    ['PUSHes, and POPs', 'push eax; push ecx; pop edx; pop eax', '50 51 5a 58', 2],
    ['PUSH and near CALL', 'push eax; call $+5', '50 e800000000', 1],
    ['a shift by a count in U', 'shl eax,3; inc ecx', 'c1e003 41', 1],
    ['ADC in U', 'adc eax,ecx; inc edx', '11c8 42', 1],
    ['CMP and a jump that falls through as foreseen', 'cmp eax,1; jz $+2+1', '83f801 7401 90', 2],
    ['a near jump with a long displacement', 'cmp eax,1; jz near', '83f801 0f8400000000', 1],
    ['a prefix in U', 'add cx,1 | inc eax', '6683c101 40', 2],
    ['LEA with displacement, no immediate', 'lea eax,[esi+8]; lea ecx,[edi+8]', '8d4608 8d4f08', 1],
    ['TEST of two registers and a jump', 'test ecx,ecx; jnz', '85c9 7500', 1],
  ])('%s pair: %s', (_name, _text, hex, clocks) => {
    expect(clocksOf(hex)).toBe(clocks);
  });

  it.each([
    ['the second reads what the first writes', 'mov eax,1; add ecx,eax', 'b801000000 01c1', 2],
    ['both write the same', 'mov eax,1; mov eax,[esi]', 'b801000000 8b06', 2],
    ['parts of one register are the same', 'mov al,1; mov ah,2', 'b001 b402', 2],
    ['a shift in V', 'inc ecx; shl eax,3', '41 c1e003', 2],
    ['ADC in V', 'inc edx; adc eax,ecx', '42 11c8', 2],
    ['a jump in U', 'jz $+2; inc ecx', '7400 41', 2],
    ['displacement and immediate in one instruction', 'mov dword [esi+4],1; inc ecx', 'c7460401000000 41', 2],
    ['displacement and immediate in V', 'inc ecx; mov dword [esi+4],1', '41 c7460401000000', 2],
    ['a prefix in V', 'inc eax; add cx,1', '40 6683c101', 1 + 2],
    ['what never pairs: NOT', 'inc eax; not ecx; inc edx', '40 f7d1 42', 3],
    ['what never pairs: TEST with immediate', 'inc eax; test ecx,1; inc edx', '40 f7c101000000 42', 3],
    ['what never pairs: MOVZX', 'inc eax; movzx ecx,dl; inc edx', '40 0fb6ca 42', 5],
    ['PUSH beside an explicit use of ESP', 'push eax; mov ecx,[esp+4]', '50 8b4c2404', 2],
    ['POP beside PUSH', 'pop eax; push ecx', '58 51', 2],
  ])('nothing pairs where %s: %s', (_name, _text, hex, clocks) => {
    expect(clocksOf(hex)).toBe(clocks);
  });

  it.each([
    ['a base written in the clock before', 'add esi,4; mov eax,[esi]', '83c604 8b06', 1 + 1 + 1],
    ['an index written in the clock before', 'inc ecx; lea eax,[ebx+ecx*4]', '41 8d048b', 1 + 1 + 1],
    [
      'a base written by the V of the pair before',
      'inc eax; add esi,4; inc eax; mov ecx,[esi]',
      '40 83c604 40 8b0e',
      1 + 1 + 1,
    ],
    ['both of a pair, once', 'inc esi; inc edi; mov al,[esi]; mov cl,[edi]', '46 47 8a06 8a0f', 1 + 1 + 1],
    ['ESP written by ADD, then POP', 'add esp,-4; pop ecx', '83c4fc 59', 1 + 1 + 1],
    ['what does not pair, too', 'add esi,4; movzx eax,byte [esi]', '83c604 0fb606', 1 + 1 + 3],
    ['a register from an instruction that does not pair', 'movzx esi,cl; mov eax,[esi]', '0fb6f1 8b06', 3 + 1 + 1],
  ])('an address waits for %s: %s', (_name, _text, hex, clocks) => {
    expect(clocksOf(hex)).toBe(clocks);
  });

  it.each([
    ['two clocks before', 'add esi,4; inc eax; inc ecx; inc edx; mov eax,[esi]', '83c604 40 41 42 8b06', 3],
    ['by PUSH and POP', 'push eax; pop ecx', '50 59', 2],
  ])('no address waits for a register written %s: %s', (_name, _text, hex, clocks) => {
    expect(clocksOf(hex)).toBe(clocks);
  });

  it('foresees that jumps back are taken and jumps ahead are not', () => {
    // mov ecx,5; l: dec ecx; jnz l: pair of 1 clock, the last time 4 more in V.
    expect(clocksOf('b905000000 49 75fd')).toBe(1 + 5 * 1 + 4);
    // Two NOPs: the jump is alone in U, 3 more.
    expect(clocksOf('39c0 7400')).toBe(1 + 4);
    expect(clocksOf('39c0 90 7400')).toBe(1 + 1 + 3);
    expect(clocksOf('85e4 7400')).toBe(1);
  });

  it('takes for twenty instructions what the pairs below add up to', () => {
    const block: readonly (readonly [hex: string, text: string, clocks: number])[] = [
      ['b805000000', 'mov eax,5', 1],
      ['b907000000', 'mov ecx,7', 0],
      ['89c2', 'mov edx,eax', 1],
      ['8903', 'mov [ebx],eax', 0],
      ['0303', 'add eax,[ebx]', 2],
      ['83e901', 'sub ecx,1', 0],
      ['0113', 'add [ebx],edx', 3],
      ['13c1', 'adc eax,ecx', 1], // U only
      ['8d7304', 'lea esi,[ebx+4]', 0],
      ['8b3e', 'mov edi,[esi]', 1 + 1], // waits for ESI
      ['c1e202', 'shl edx,2', 1], // U only
      ['0fb6c9', 'movzx ecx,cl', 3],
      ['f7d8', 'neg eax', 1],
      ['50', 'push eax', 1],
      ['51', 'push ecx', 0],
      ['59', 'pop ecx', 1],
      ['5a', 'pop edx', 0],
      ['c7430801000000', 'mov dword [ebx+8],1', 1],
      ['99', 'cdq', 2],
      ['90', 'nop', 1],
    ];
    expect(block).toHaveLength(20);
    const byHand = 1 + 1 + 2 + 3 + 1 + 2 + 1 + 3 + 1 + 1 + 1 + 1 + 2 + 1;
    expect(block.reduce((sum, [, , clocks]) => sum + clocks, 0)).toBe(byHand);
    expect(clocksOf(block.map(([hex]) => hex).join(''))).toBe(byHand);
  });
});
