import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { LAYOUT, MIB } from '../../../src/emulator/memory';
import { CODE_AT, CpuBench } from './cpu-bench';

const MODELS: readonly CpuModel[] = ['386', '486', '586', '686'];

const ZEROS = Buffer.alloc(2 * MIB);

/** Whether linear memory outside of RAM, CPU block, page flags and TLB is still all 0. */
function isRestUntouched({ memory }: CpuBench): boolean {
  const { u8, romOffset } = memory;
  const gaps = [
    [LAYOUT.CPU_BLOCK_BYTES, LAYOUT.PAGE_FLAGS],
    [LAYOUT.PAGE_FLAGS + LAYOUT.PAGE_FLAGS_BYTES, LAYOUT.TLB],
    [romOffset, u8.length],
  ];
  return gaps.every(([from, to]) => ZEROS.compare(u8, from, to, 0, to - from) === 0);
}

describe.each(MODELS)('random bytes on a %s', (model) => {
  it.each(['flat', 'real'] as const)('never break the core or reach beyond RAM (%s)', (mode) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 400 }),
        fc.array(fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), { minLength: 8, maxLength: 8 }),
        (bytes, registers) => {
          const bench = new CpuBench({ model, mode, ramMib: 1 });
          registers.forEach((value, n) => n !== 4 && bench.setRegister(n, value));
          bench.load(CODE_AT, Buffer.from(bytes).toString('hex')).run(2000);
          expect(isRestUntouched(bench)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

it('the same random bytes leave the same state whether executed in blocks or one by one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), fc.constantFrom('flat', 'real'), (bytes, mode) => {
      const states = [false, true].map((isStepped) => {
        const bench = new CpuBench({ mode: mode as 'flat' | 'real', ramMib: 1 });
        bench.load(CODE_AT, Buffer.from(bytes).toString('hex'));
        // An alarm every cycle makes every instruction a run of its own.
        const alarm = bench.clock.createAlarm(() => alarm.scheduleAfter(1));
        if (isStepped) alarm.scheduleAfter(1);
        bench.run(1500, true);
        const counters = bench.countersApartFromPolls;
        const registers = Array.from({ length: 8 }, (_, n) => bench.register(n));
        return {
          counters,
          registers,
          eip: bench.eip,
          flags: bench.eflags,
          ram: bench.bytes(0, 0x1000).toString('hex'),
        };
      });
      expect(states[0]).toEqual(states[1]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
