// Clocks of instructions that overlap do not depend on where runs are cut: by watches, alarms, single steps, page ends,
// slow accesses or decoded code thrown away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EIP } from '../../../src/emulator/cpu/state';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';
import { CODE_AT, CpuBench, DATA_AT } from '../cpu/cpu-bench';

const MODELS = { '586': clockTableOf('pentium'), '686': clockTableOf('p6') } as const;

/** Straight code, short jumps both ways, stack, data beside code; EBX, ESI and EDI point to zeros. */
const INSTRUCTIONS = [
  '40', // inc eax
  '83c102', // add ecx,2
  '8b06', // mov eax,[esi]
  '8b0f', // mov ecx,[edi]
  '0103', // add [ebx],eax
  '0306', // add eax,[esi]
  '894304', // mov [ebx+4],eax
  'c7430801000000', // mov dword [ebx+8],1
  '83c604', // add esi,4
  '8d7304', // lea esi,[ebx+4]
  '8b4301', // mov eax,[ebx+1], not aligned
  '66b93412', // mov cx,1234h
  '13c1', // adc eax,ecx
  'c1e003', // shl eax,3
  '0fb6d0', // movzx edx,al
  '0f94c1', // setz cl
  '50', // push eax
  '5a', // pop edx
  '85c0', // test eax,eax
  '740140', // jz over inc eax
  '90', // nop
  '39c9', // cmp ecx,ecx
  'f7e1', // mul ecx
  'ec', // in al,dx
  '9c', // pushf
  '58', // pop eax
  'b92800000049 75fd', // mov ecx,40; l: dec ecx; jnz l
  'b902000000f3a4', // mov ecx,2; rep movsb
  'b905000000f3ab', // mov ecx,5; rep stosd
  'b928000000e2fe', // mov ecx,40; loop $
  'e80000000083c404', // call $+5; add esp,4
  'd9e8', // fld1
].map((hex) => hex.replace(/\s/g, ''));

interface Cut {
  /** An alarm so many cycles apart, which does nothing. */
  readonly period?: number;
  /** Watched bytes, from the start of the code. */
  readonly watched?: readonly number[];
  /** Executes one instruction after the other. */
  readonly isStepped?: boolean;
  /** Throws decoded code away at each alarm. */
  readonly dropsCode?: boolean;
  readonly skipsLoops?: boolean;
}

interface Outcome {
  readonly result: unknown;
  /** Instructions executed when each alarm came. */
  readonly atAlarms: readonly number[];
}

function run(model: '586' | '686', code: string, at: number, cut: Cut): Outcome {
  const bench = new CpuBench({ model, timing: MODELS[model] }).load(at, `${code}f4`);
  const { cpu, clock, memory } = bench;
  bench.ports(0, 0xffff, {}, 100);
  bench
    .setRegister(3, DATA_AT)
    .setRegister(6, DATA_AT + 0x100)
    .setRegister(7, DATA_AT + 0x400);
  // Data within the page of the code, so that stores look at it.
  if (code.length % 4 === 0) bench.setRegister(3, at + 0x800);
  memory.i32[EIP] = at;
  cpu.skipIdleLoops = cut.skipsLoops ?? true;
  const atAlarms: number[] = [];
  for (const offset of cut.watched ?? []) cpu.watchExecution(at + offset, () => {});
  const { period } = cut;
  if (period !== undefined) {
    const alarm = clock.createAlarm(() => {
      atAlarms.push(bench.counters.instructions);
      if (cut.dropsCode) cpu.onMemoryMapChanged();
      alarm.scheduleAfter(period);
    });
    alarm.scheduleAfter(period);
  }
  for (let n = 0; !cpu.isHalted && n < 100_000; n++) {
    clock.runDueAlarms();
    if (cut.isStepped) cpu.step();
    else cpu.run();
  }
  expect(cpu.isHalted).toBe(true);
  const registers = Array.from({ length: 8 }, (_, n) => bench.register(n));
  return { result: { ...bench.countersApartFromPolls, registers }, atAlarms };
}

const program = fc.array(fc.constantFrom(...INSTRUCTIONS), { minLength: 1, maxLength: 70 }).map((all) => all.join(''));
/** Within a page, and over the end of one. */
const place = fc.constantFrom(CODE_AT, CODE_AT + 0xfd0, CODE_AT + 0xfff);

describe.each(['586', '686'] as const)('code of a %s costs the same', (model) => {
  it('whatever is watched', () => {
    const everywhere = Array.from({ length: 256 }, (_, n) => n);
    fc.assert(
      fc.property(program, place, fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 12 }), (code, at, watched) => {
        const plain = run(model, code, at, {});
        expect(run(model, code, at, { watched })).toEqual(plain);
        expect(run(model, code, at, { watched: everywhere })).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  it('whenever alarms are due, which come at the same instruction with watches and without', () => {
    fc.assert(
      fc.property(program, place, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 100 }), (code, at, period, offset) => {
        const { result } = run(model, code, at, {});
        const withAlarms = run(model, code, at, { period });
        expect(withAlarms.result).toEqual(result);
        expect(run(model, code, at, { period, watched: [offset, offset + 7] })).toEqual(withAlarms);
        expect(run(model, code, at, { period, isStepped: true })).toEqual(withAlarms);
        expect(run(model, code, at, { period: 1 }).result).toEqual(result);
      }),
      { numRuns: 50 },
    );
  });

  it('with loops run one by one, and with code decoded anew', () => {
    fc.assert(
      fc.property(program, place, fc.integer({ min: 1, max: 40 }), (code, at, period) => {
        const { result } = run(model, code, at, {});
        expect(run(model, code, at, { skipsLoops: false, period }).result).toEqual(result);
        expect(run(model, code, at, { dropsCode: true, period }).result).toEqual(result);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['for memory to change', '41 a100000200 39c2 74f7'],
    ['with JMP to itself', '41 ebfe'],
    ['at a port', '41 ec a801 74fb'],
  ])('waiting %s, whether jumped over or run', (_name, hex) => {
    const cuts = [{ skipsLoops: false }, { skipsLoops: true }, { skipsLoops: true, watched: 1 }];
    const waits = cuts.map(({ skipsLoops, watched }) => {
      const bench = new CpuBench({ model, timing: MODELS[model] }).code(`${hex}f4`).setRegister(2, 0).setFlags(0x202);
      bench.cpu.skipIdleLoops = skipsLoops;
      if (watched !== undefined) bench.cpu.watchExecution(CODE_AT + watched, () => {});
      bench.ports(0, 0xffff, { readPort: () => bench.memory.u8[bench.memory.ramOffset + DATA_AT] });
      const alarm = bench.clock.createAlarm(() => bench.load(DATA_AT, '01'));
      alarm.scheduleAt(7777);
      bench.run(20_000, true);
      return { ...bench.countersApartFromPolls, eip: bench.eip };
    });
    expect(waits[1]).toEqual(waits[0]);
    expect(waits[2]).toEqual(waits[0]);
  });
});
