// Exercise 3 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../src/emulator/profile';
import { testProfile } from '../support/test-profile';
import type { Setting } from './measured';
import { MIB, costIn, measure } from './measured';

describe('exercise 3: clocks to copy N pages', () => {
  const FILLER = { 'kernel.fillerBytes': 512 * 1024 };
  const perPage = (setting: Setting, cost: 'instructions' | 'durationCycles') => {
    const [small, large] = [
      measure('kexec', setting),
      measure('kexec', { ...setting, set: { ...setting.set, ...FILLER } }),
    ];
    const pages = large.pagesCopied - small.pagesCopied;
    expect(pages).toBeGreaterThan(40);
    return (costIn(large, 'relocate-copy', cost) - costIn(small, 'relocate-copy', cost)) / pages;
  };
  const as386 = { ...testProfile(), cpu: { ...testProfile().cpu, model: '386', clockTable: 'i386' } } as const;
  const short = { 'memory.ramBytes': 4 * MIB, 'firmware.memoryTest': 0, 'loader.promptTenths': 0 };
  const FREE = { 'memory.streamMoveNsPerDword': 0 };

  it.each([
    ['386', applyOverlay(as386, short), 4101],
    ['486', applyOverlay(testProfile(), short), 3084],
  ] as const)(
    'is %s: core clocks of REP MOVS and a short walk of the list; with DRAM of 200 ns a dword, the bus',
    (_, profile, core) => {
      const coreCycles = perPage({ profile: applyOverlay(profile, FREE) }, 'durationCycles');
      // Nine instructions find the next word and its tag.
      expect(coreCycles).toBeGreaterThan(core);
      expect(coreCycles).toBeLessThan(core + 60);
      const measured = perPage({ profile }, 'durationCycles');
      const busCycles = 1024 * 20; // 200 ns at 100 MHz
      expect(measured).toBeGreaterThan(busCycles);
      expect(measured).toBeLessThan(busCycles * 1.02);
    },
  );

  it('is three times the moved dwords with the stub that exchanges pages', () => {
    const three = perPage({ option: { stub: 'three' } }, 'durationCycles');
    expect(three / perPage({}, 'durationCycles')).toBeCloseTo(3, 1);
  });
});
