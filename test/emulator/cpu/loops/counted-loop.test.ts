import { describe, expect, it, vi } from 'vitest';
import { CpuBench } from '../cpu-bench';

const ECX = 1;
const LOOPS: readonly (readonly [name: string, hex: string])[] = [
  ['DEC ECX; JNZ', '49 75fd f4'],
  ['DEC ECX; JNS', '49 79fd f4'],
];

const benchWith = (hex: string, count: number) => new CpuBench().code(hex).setRegister(ECX, count);

/** Instruction by instruction, up to HLT or a cycle. */
function stepThrough(hex: string, count: number, limitCycles: number): CpuBench {
  const bench = benchWith(hex, count);
  while (!bench.cpu.isHalted && bench.clock.nowCycles < limitCycles) bench.cpu.step();
  return bench;
}

const stateOf = (bench: CpuBench) => ({
  counters: bench.counters,
  count: bench.register(ECX),
  eip: bench.eip,
  flags: bench.eflags,
});

describe.each(LOOPS)('%s', (_, hex) => {
  it.each([1, 2, 3, 4, 5, 100, 12_345])('from %i ends as one by one', (count) => {
    const bulk = benchWith(hex, count).run(1_000_000, true);
    expect(bulk.cpu.isHalted).toBe(true);
    expect(stateOf(bulk)).toEqual(stateOf(stepThrough(hex, count, 1_000_000)));
  });

  it.each([0, 1 << 31, -5])('from %i goes the way its sign says', (count) => {
    const bulk = benchWith(hex, count).run(20_000, true);
    expect(stateOf(bulk)).toEqual(stateOf(stepThrough(hex, count, 20_000)));
  });

  it('stops for an alarm at the same instruction as one by one', () => {
    for (let limitCycles = 1000; limitCycles < 1020; limitCycles++) {
      const bulk = benchWith(hex, 1_000_000).run(limitCycles, true);
      expect(stateOf(bulk)).toEqual(stateOf(stepThrough(hex, 1_000_000, limitCycles)));
    }
  });
});

it('two thousand million iterations are no wait', () => {
  const bench = benchWith('49 75fd f4', 2_000_000_000);
  const blocks = vi.spyOn(bench.cpu.code, 'findAfter');
  bench.run(1e10, true);
  expect(blocks.mock.calls.length).toBeGreaterThan(0);
  expect(blocks.mock.calls.length).toBeLessThan(100);
  expect(bench.counters.instructions).toBe(4_000_000_001);
  expect(bench.counters.pollCycles).toBe(0);
});
