import { describe, expect, it } from 'vitest';
import { setEflags } from '../../../../src/emulator/cpu/flags';
import { CPL, CR0, CR0_AM, FLAG_AC, VECTOR_AC } from '../../../../src/emulator/cpu/state';
import { CpuBench } from '../cpu-bench';

/** The fault that one instruction at level 3 with CR0.AM and EFLAGS.AC raises; null for none. EBX is 20000h + `offset`. */
function faultOf(code: string, offset: number): number | null {
  const bench = new CpuBench().code(code).setRegister(3, 0x2_0000 + offset);
  const { cpu, memory } = bench;
  memory.i32[CR0] |= CR0_AM;
  memory.i32[CPL] = 3;
  setEflags(cpu, FLAG_AC | 2, -1);
  cpu.modeChanged();
  let vector: number | null = null;
  cpu.exceptionSink = { take: (raised) => ((vector = raised), true) };
  cpu.step();
  return vector;
}

describe('#AC', () => {
  // SDM vol. 3 table 6-7, "Alignment Requirements by Data Type"
  it.each([
    ['a word', '668b03', 2],
    ['a doubleword', '8b03', 4],
    ['a doubleword that is modified', 'ff03', 4],
    ['a far pointer of 16 bits', '66c403', 2],
    ['the quadword of CMPXCHG8B', '0fc70b', 8],
    ['the quadword of FILD', 'df2b', 8],
    ['an extended-precision number', 'db2b', 8],
  ])('asks of %s that it is aligned', (_name, code, alignment) => {
    for (let offset = 0; offset < 8; offset++) {
      expect([offset, faultOf(code, offset)]).toEqual([offset, offset % alignment === 0 ? null : VECTOR_AC]);
    }
  });
});
