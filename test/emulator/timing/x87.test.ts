import { describe, expect, it } from 'vitest';
import { Conformance } from '../../../src/emulator/conform';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { ESCAPE_ROWS } from '../../../src/emulator/cpu/fpu/escape-rows';
import { findClockRule } from '../../../src/emulator/timing/clock-table';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';

const conformance = new Conformance((model) => clockTableOf(model === '386' ? 'i386' : 'i486'));

/** Clocks of one instruction behind `before`. */
function clocksOf(code: string, before: string, cpu: CpuModel, mode: 'flat32' | 'real' = 'flat32'): number {
  const cycles = [before, `${before}${code}`].map((bytes) => {
    const r: Record<string, number> = mode === 'real' ? { eip: 0, cs: 0x100, ds: 0x200 } : { eip: 0x1000, edi: 0x2000 };
    const answer = conformance.answer({ id: 'x', mode, cpu, r, m: [[0x1000, `${bytes}f4`]], stop: { hlt: 1, n: 100 } });
    if (answer.stop !== 'hlt') throw new Error(`stopped by ${answer.stop}`);
    return answer.cyc;
  });
  return cycles[1] - cycles[0];
}

const TWO_LOADED = 'dbe3d9e8d9e8';

describe('x87 clocks', () => {
  it.each(['i386', 'i486'] as const)('of the %s have a figure for every instruction it has', (id) => {
    const table = clockTableOf(id);
    for (const row of ESCAPE_ROWS) {
      if (id === 'i386' && row.firstModel === '686') continue;
      expect(findClockRule(table, row.form).register).toBeGreaterThan(0);
    }
  });

  // Intel 387 DX data sheet and i486 PRM appendix E: form, bytes, i387, i486.
  it.each([
    ['FLD1', 'd9e8', 24, 4],
    ['FLDPI', 'd9eb', 40, 8],
    ['FLD m32', 'd907', 20, 3],
    ['FLD m64', 'dd07', 25, 3],
    ['FLD m80', 'db2f', 44, 6],
    ['FILD m16', 'df07', 61, 13],
    ['FBLD', 'df27', 266, 70],
    ['FST m64', 'dd17', 45, 8],
    ['FSTP m80', 'db3f', 53, 6],
    ['FISTP m32', 'db1f', 79, 28],
    ['FBSTP', 'df37', 512, 172],
    ['FXCH', 'd9c9', 18, 4],
    ['FADD ST,ST(1)', 'd8c1', 23, 8],
    ['FADD m32', 'd807', 24, 8],
    ['FIADD m16', 'de07', 71, 20],
    ['FMUL m64', 'dc0f', 32, 14],
    ['FMULP', 'dec9', 29, 16],
    ['FDIV ST,ST(1)', 'd8f1', 88, 73],
    ['FIDIV m32', 'da37', 120, 84],
    ['FCOMPP', 'ded9', 26, 5],
    ['FUCOM', 'dde1', 24, 4],
    ['FXAM', 'd9e5', 30, 8],
    ['FSQRT', 'd9fa', 122, 83],
    ['FRNDINT', 'd9fc', 66, 21],
    ['FSIN', 'd9fe', 122, 257],
    ['FPATAN', 'd9f3', 314, 218],
    ['FNSTSW AX', 'dfe0', 13, 3],
    ['FLDCW', 'd92f', 19, 4],
    ['FNINIT', 'dbe3', 33, 17],
    ['FNSAVE, protected mode', 'dd37', 375, 143],
  ])('%s', (_name, code, i387, i486) => {
    expect([clocksOf(code, TWO_LOADED, '386'), clocksOf(code, TWO_LOADED, '486')]).toEqual([i387, i486]);
  });

  it('FNSTENV and FLDENV are dearer in real mode on the i486', () => {
    expect([clocksOf('d935', TWO_LOADED, '486', 'real'), clocksOf('d935d925', TWO_LOADED, '486', 'real')]).toEqual([
      67,
      67 + 44,
    ]);
  });
});
