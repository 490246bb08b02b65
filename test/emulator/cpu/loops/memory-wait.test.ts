import { describe, expect, it } from 'vitest';
import { CpuBench } from '../cpu-bench';

const EAX = 0;
const ECX = 1;
const EDX = 2;
const TICKS = 0x3_0000;

/** Loops that end once the word at TICKS is no longer zero. */
const WAITS: readonly (readonly [name: string, hex: string])[] = [
  ['MOV EAX,[m]; CMP EDX,EAX; JZ', 'a100000300 39c2 74f7'],
  ['CMP DWORD [m],0; JZ', '833d0000030000 74f7'],
  ['MOV ECX,[m]; TEST ECX,ECX; JZ', '8b0d00000300 85c9 74f6'],
];
/** Loops that look alike but do something else each time, until EAX has counted ten or memory changes. */
const NO_WAITS: readonly (readonly [name: string, hex: string])[] = [
  ['with a count', '40 83f80a 75fa'],
  ['with a store', '890500000300 833d0000030000 74f1'],
  ['with a pointer it loads itself', '8b00 3d00000300 75f7'],
];

function benchWith(hex: string, changeAt: number, skips: boolean): CpuBench {
  const bench = new CpuBench().code(`${hex} f4`);
  bench.cpu.skipIdleLoops = skips;
  bench.clock.createAlarm(() => bench.load(TICKS, '01000000')).scheduleAt(changeAt);
  return bench.setRegister(EDX, 0).setRegister(EAX, 0);
}

const outcome = (bench: CpuBench) => {
  const { pollCycles, ...counters } = bench.counters;
  const registers = [EAX, ECX, EDX].map((n) => bench.register(n));
  return { pollCycles, state: { counters, registers, eip: bench.eip, flags: bench.eflags } };
};

describe.each(WAITS)('%s', (_, hex) => {
  it('ends at the same cycle, with the same state, as run through, and nearly all of it was skipped', () => {
    for (let changeAt = 10_000; changeAt < 10_012; changeAt++) {
      const skipped = outcome(benchWith(hex, changeAt, true).run(100_000, true));
      const through = outcome(benchWith(hex, changeAt, false).run(100_000, true));
      expect(skipped.state).toEqual(through.state);
      expect(through.pollCycles).toBe(0);
      expect(skipped.pollCycles).toBeGreaterThan(9_900);
      expect(skipped.pollCycles).toBeLessThan(changeAt);
    }
  });
});

describe.each(NO_WAITS)('a loop %s', (_, hex) => {
  it('is run through', () => {
    const bench = benchWith(hex, 5_000, true).setRegister(EAX, hex.startsWith('8b00') ? 0x3_0004 : 0);
    bench.load(0x3_0004, '08000300').load(0x3_0008, '00000300').run(10_000, true);
    expect(bench.counters.pollCycles).toBe(0);
  });
});
