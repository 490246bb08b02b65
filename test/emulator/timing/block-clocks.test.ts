// Sums over runs of instructions: a block of forty against a sum by hand, and the same sum wherever alarms cut a run.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClockTable } from '../../../src/emulator/timing/clock-table';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';
import { CpuBench } from '../cpu/cpu-bench';

const ECX = 1;
const EBX = 3;
const ESI = 6;
const EDI = 7;
const DATA_AT = 0x2_0000;
const COPY_AT = 0x5_0000;
const HLT = { '386': 5, '486': 4 } as const;

const tables = { '386': clockTableOf('i386'), '486': clockTableOf('i486') } as const;

/** Forty instructions; EBX points to sixteen doublewords of 0. */
const BLOCK: readonly (readonly [bytes: string, instruction: string, i386: number, i486: number])[] = [
  ['b805000000', 'mov eax,5', 2, 1],
  ['b907000000', 'mov ecx,7', 2, 1],
  ['89c2', 'mov edx,eax', 2, 1],
  ['8903', 'mov [ebx],eax', 2, 1],
  ['8b33', 'mov esi,[ebx]', 4, 1],
  ['01c8', 'add eax,ecx', 2, 1],
  ['0303', 'add eax,[ebx]', 6, 2],
  ['0103', 'add [ebx],eax', 7, 3],
  ['83e901', 'sub ecx,1', 2, 1],
  ['812b34120000', 'sub dword [ebx],1234h', 7, 3],
  ['39c8', 'cmp eax,ecx', 2, 1],
  ['3b03', 'cmp eax,[ebx]', 6, 2],
  ['3903', 'cmp [ebx],eax', 5, 2],
  ['85c0', 'test eax,eax', 2, 1],
  ['f60301', 'test byte [ebx],1', 5, 2],
  ['40', 'inc eax', 2, 1],
  ['fe4301', 'inc byte [ebx+1]', 6, 3],
  ['f7d0', 'not eax', 2, 1],
  ['f75b04', 'neg dword [ebx+4]', 6, 3],
  ['8d4304', 'lea eax,[ebx+4]', 2, 1],
  ['8d0c9504000000', 'lea ecx,[edx*4+4]', 2, 2],
  ['0fb6d0', 'movzx edx,al', 3, 3],
  ['0fbf13', 'movsx edx,word [ebx]', 6, 3],
  ['c1e003', 'shl eax,3', 3, 2],
  ['d1fa', 'sar edx,1', 3, 3],
  ['d323', 'shl dword [ebx],cl', 7, 4],
  ['0fa4c203', 'shld edx,eax,3', 3, 2],
  ['0fa3c2', 'bt edx,eax', 3, 3],
  ['0fba2b05', 'bts dword [ebx],5', 8, 8],
  ['50', 'push eax', 2, 1],
  ['ff33', 'push dword [ebx]', 5, 4],
  ['58', 'pop eax', 4, 1],
  ['5a', 'pop edx', 4, 1],
  ['99', 'cdq', 2, 3],
  ['f8', 'clc', 2, 2],
  ['13c1', 'adc eax,ecx', 2, 1],
  ['66b93412', 'mov cx,1234h', 2, 1 + 1],
  ['9c', 'pushf', 4, 3],
  ['58', 'pop eax', 4, 1],
  ['90', 'nop', 3, 1],
];

/** The columns above, added up ten at a time. */
const SUM_BY_HAND = { '386': 36 + 40 + 39 + 31, '486': 13 + 19 + 31 + 19 } as const;

describe('a block of forty instructions', () => {
  it.each(['386', '486'] as const)('takes on an i%s what its instructions take one by one', (model) => {
    expect(BLOCK).toHaveLength(40);
    expect(BLOCK.reduce((sum, row) => sum + row[model === '386' ? 2 : 3], 0)).toBe(SUM_BY_HAND[model]);
    const bench = new CpuBench({ model, timing: tables[model] });
    bench.code(`${BLOCK.map(([bytes]) => bytes).join('')} f4`).setRegister(EBX, DATA_AT);
    bench.run();
    expect(bench.counters.instructions).toBe(41);
    expect(bench.counters.cycles).toBe(SUM_BY_HAND[model] + HLT[model]);
  });
});

/** Runs until HLT, with an alarm every `period` cycles; cycles without the HLT. */
function cyclesWithAlarms(bench: CpuBench, model: '386' | '486', period: number): number {
  const alarm = bench.clock.createAlarm(() => alarm.scheduleAfter(period));
  alarm.scheduleAfter(period);
  while (!bench.cpu.isHalted) {
    bench.clock.runDueAlarms();
    bench.cpu.run();
  }
  return bench.counters.cycles - HLT[model];
}

describe('alarms that cut a run', () => {
  it.each(['386', '486'] as const)('change nothing about REP MOVSD on an i%s, aligned or not', (model) => {
    const { misaligned } = tables[model];
    const table = (count: number) =>
      model === '386' ? 5 + 4 * count : count === 0 ? 5 : count === 1 ? 13 : 12 + 3 * count;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.nat({ max: 80 }),
        fc.nat({ max: 3 }),
        (period, count, offset) => {
          const bench = new CpuBench({ model, timing: tables[model] }).code('f3a5 f4');
          bench
            .setRegister(ESI, DATA_AT)
            .setRegister(EDI, COPY_AT + offset)
            .setRegister(ECX, count);
          const extra = offset === 0 ? 0 : misaligned * count;
          expect(cyclesWithAlarms(bench, model, period)).toBe(table(count) + extra);
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each(['386', '486'] as const)(
    'change nothing about a block with conditions and misaligned data on an i%s',
    (model) => {
      // setz cl; setnz [ebx]; mov eax,[ebx+1]; mov [ebx+6],eax; cmp eax,eax; setz cl; inc eax; nop
      const code = '0f94c1 0f9503 8b4301 894306 39c0 0f94c1 40 90';
      const sum = {
        '386': 4 + 5 + (4 + 2) + (2 + 2) + 2 + 4 + 2 + 3,
        '486': 3 + 3 + (1 + 3) + (1 + 3) + 1 + 4 + 1 + 1,
      };
      for (let period = 1; period < 30; period++) {
        const bench = new CpuBench({ model, timing: tables[model] }).code(`${code} f4`).setRegister(EBX, DATA_AT);
        expect(cyclesWithAlarms(bench, model, period)).toBe(sum[model]);
      }
    },
  );

  it('come no later than one instruction, for all that operands add', () => {
    const timing: ClockTable = tables['486'];
    // Twenty misaligned loads and conditions, each of which may cost more than the block's sum says.
    const bench = new CpuBench({ model: '486', timing })
      .code(`${'8b4301 0f94c1'.repeat(20)} f4`)
      .setRegister(EBX, DATA_AT);
    for (let due = 3; !bench.cpu.isHalted; due += 7) {
      let firedAt = -1;
      const alarm = bench.clock.createAlarm(() => (firedAt = bench.clock.nowCycles));
      alarm.scheduleAt(Math.max(due, bench.clock.nowCycles + 1));
      const scheduled = Math.max(due, bench.clock.nowCycles + 1);
      bench.cpu.run();
      bench.clock.runDueAlarms();
      if (firedAt >= 0) expect(firedAt - scheduled).toBeLessThan(4);
      alarm.cancel();
    }
    expect(bench.counters.instructions).toBe(41);
  });
});

/** Beside `BLOCK`, what charges only when it runs. */
const OPERAND_DEPENDENT = [
  '0f94c1', // setz cl
  '0f9503', // setnz [ebx]
  '8b4301', // mov eax,[ebx+1]
  'f7e0', // mul eax
  '0fafc2', // imul eax,edx
  '0fbcd0', // bsf edx,eax
  '0fbd13', // bsr edx,[ebx]
  'd3d0', // rcl eax,cl
  'd25303', // rcl byte [ebx+3],cl
  '7400', // jz $+2
  'eb00', // jmp $+2
  'e300', // jecxz $+2
  'c8080003c9', // enter 8,3; leave
  'b902000000f3a5', // mov ecx,2; rep movsd
  'b903000000f3a6', // mov ecx,3; repe cmpsb
];

describe('random instructions', () => {
  it.each(['386', '486'] as const)('take on an i%s the same in blocks as one by one', (model) => {
    const instruction = fc.constantFrom(...BLOCK.map(([bytes]) => bytes), ...OPERAND_DEPENDENT);
    fc.assert(
      fc.property(fc.array(instruction, { minLength: 1, maxLength: 60 }), fc.nat(), (instructions, seed) => {
        const counts = [1_000_000, 1, 17].map((period) => {
          const bench = new CpuBench({ model, timing: tables[model] }).code(`${instructions.join('')} f4`);
          bench
            .setRegister(0, seed)
            .setRegister(2, ~seed)
            .setRegister(5, DATA_AT + 0x800);
          bench
            .setRegister(EBX, DATA_AT)
            .setRegister(ESI, COPY_AT)
            .setRegister(EDI, COPY_AT + 0x1000);
          return [cyclesWithAlarms(bench, model, period), bench.counters.instructions];
        });
        expect(counts[1]).toEqual(counts[0]);
        expect(counts[2]).toEqual(counts[0]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('JMP $ and LOOP $', () => {
  it.each([
    ['386', 11 + 2],
    ['486', 7],
  ] as const)('cost on an i%s the same whether counted one by one or at once', (model, perRound) => {
    const last = model === '386' ? 11 : 6;
    const bench = new CpuBench({ model, timing: tables[model] }).code('e2fe f4').setRegister(ECX, 5000);
    expect(cyclesWithAlarms(bench, model, 999)).toBe(4999 * perRound + last);
  });
});
