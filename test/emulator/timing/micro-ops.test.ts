// The micro-op budget of the P6: sums by hand of what its three limits allow, and where it says nothing overlaps.
import { describe, expect, it } from 'vitest';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';
import { CpuBench, DATA_AT } from '../cpu/cpu-bench';

const HLT = 10;

/** Clocks of a piece of code up to the HLT behind it; EBX, ESI and EDI point to zeros. */
function clocksOf(hex: string): number {
  const bench = new CpuBench({ model: '686', timing: clockTableOf('p6') }).code(`${hex} f4`);
  bench
    .setRegister(3, DATA_AT)
    .setRegister(6, DATA_AT + 0x100)
    .setRegister(7, DATA_AT + 0x200);
  bench.run(1_000_000, true);
  return bench.counters.cycles - HLT;
}

describe('on a P6', () => {
  it.each([
    ['three operations on registers', '40 41 42', 1],
    ['four of them', '40 41 42 40', 2],
    ['thirty of them', '40'.repeat(30), 10],
    ['two loads, one a clock', '8b06 8b0f', 2],
    ['a load with two operations', '8b06 41 42', 1],
    ['two stores, one a clock', '8906 890f', 2],
    ['a store and an operation', '8906 41', 1],
    ['a load and an operation on it: two micro-ops', '0306 41', 1],
    ['read-modify-write: four', '0106', 2],
    ['read-modify-write and two operations', '0106 41 42', 2],
    ['PUSH: three', '50', 1],
    ['LEAVE behind PUSH EBP and MOV EBP,ESP: 3 + 1 + 3', '55 89e5 c9', 3],
    ['four loads, then eight operations that fit in beside them', '8b06 8b06 8b06 8b06 4041424041424041', 4],
  ])('%s', (_name, hex, clocks) => {
    expect(clocksOf(hex)).toBe(clocks);
  });

  it('does not run ahead of its loads without end', () => {
    // 30 loads leave 60 places for micro-ops, of which the reservation station keeps 20.
    expect(clocksOf('8b06'.repeat(30) + '40'.repeat(20))).toBe(30);
    expect(clocksOf('8b06'.repeat(30) + '40'.repeat(21))).toBe(31);
  });

  it('lets nothing overlap with a multiplication, a division or microcode', () => {
    expect(clocksOf('40 f7e1 40')).toBe(1 + 4 + 1);
    expect(clocksOf('31d2 41 f7f1 40')).toBe(1 + 39 + 1);
    expect(clocksOf('40 0fa2 40')).toBe(1 + 50 + 1);
  });

  it('loses a clock behind a jump that is taken, and four where it was not foreseen', () => {
    expect(clocksOf('eb00')).toBe(1 + 1);
    // mov ecx,5; l: dec ecx; jnz l: the first three are one clock.
    expect(clocksOf('b905000000 49 75fd')).toBe(4 * (1 + 1) + (1 + 4));
    expect(clocksOf('39c0 7400')).toBe(1 + 1 + 4);
    expect(clocksOf('85e4 7400')).toBe(1);
  });

  it('takes for twenty instructions what the sum by hand allows', () => {
    const block: readonly (readonly [hex: string, text: string, microOps: number, loads: number, stores: number])[] = [
      ['b805000000', 'mov eax,5', 1, 0, 0],
      ['b907000000', 'mov ecx,7', 1, 0, 0],
      ['89c2', 'mov edx,eax', 1, 0, 0],
      ['8903', 'mov [ebx],eax', 2, 0, 1],
      ['0303', 'add eax,[ebx]', 2, 1, 0],
      ['83e901', 'sub ecx,1', 1, 0, 0],
      ['0113', 'add [ebx],edx', 4, 1, 1],
      ['13c1', 'adc eax,ecx', 2, 0, 0],
      ['8d7304', 'lea esi,[ebx+4]', 1, 0, 0],
      ['8b3e', 'mov edi,[esi]', 1, 1, 0],
      ['c1e202', 'shl edx,2', 1, 0, 0],
      ['0fb6c9', 'movzx ecx,cl', 1, 0, 0],
      ['f7d8', 'neg eax', 1, 0, 0],
      ['50', 'push eax', 3, 0, 1],
      ['51', 'push ecx', 3, 0, 1],
      ['59', 'pop ecx', 2, 1, 0],
      ['5a', 'pop edx', 2, 1, 0],
      ['c7430801000000', 'mov dword [ebx+8],1', 2, 0, 1],
      ['99', 'cdq', 1, 0, 0],
      ['90', 'nop', 1, 0, 0],
    ];
    expect(block).toHaveLength(20);
    const sum = (column: 2 | 3 | 4) => block.reduce((total, row) => total + row[column], 0);
    expect([sum(2), sum(3), sum(4)]).toEqual([33, 5, 5]);
    expect(clocksOf(block.map(([hex]) => hex).join(''))).toBe(33 / 3);
  });

  it('moves a page in the clocks of its microcode where memory costs nothing', () => {
    const bench = new CpuBench({ model: '686', timing: clockTableOf('p6') }).code('f3a5 f4');
    bench
      .setRegister(1, 1024)
      .setRegister(6, DATA_AT)
      .setRegister(7, DATA_AT + 0x1000)
      .run(1_000_000, true);
    expect(bench.counters.cycles - HLT).toBe(20 + 1024);
  });
});
