import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Conformance } from '../../../src/emulator/conform';
import { createPlaceholderClocks } from '../../../src/emulator/timing/clock-table';
import { differences, readVectors, requestOf, vectorFiles } from './vectors';

const n32 = fileURLToPath(new URL('../../fixtures/n32', import.meta.url));
/** Captures of a real 80C286 (public: SingleStepTests/80286); too large to be part of the project. */
const sst286 = fileURLToPath(new URL('../../../../shared/data/vectors/sst286', import.meta.url));
const hasSst286 = existsSync(sst286);
const conformance = new Conformance(createPlaceholderClocks);
const WHY_SKIPPED = `80286 captures not found at ${sst286}`;

/** Runs a file's vectors; returns how many ran, and what differed in the first few that failed. */
function run(folder: string, file: string) {
  const failures: string[] = [];
  let count = 0;
  for (const vector of readVectors(folder, file)) {
    count++;
    const found = differences(vector, conformance.answer(requestOf(vector)));
    if (found.length > 0 && failures.length < 10) failures.push(`${vector.id} ${vector.name}: ${found.join('; ')}`);
  }
  return { count, failures };
}

describe('32-bit flat code leaves what a real CPU left', () => {
  let total = 0;

  it.each(vectorFiles(n32))('%s', (file) => {
    const { count, failures } = run(n32, file);
    expect(failures).toEqual([]);
    total += count;
  });

  it('in all 8360 cases', () => {
    expect(total).toBe(8360);
  });
});

describe('real-mode code leaves what an 80C286 left', () => {
  it.skipIf(!hasSst286)(hasSst286 ? 'in all captured cases' : `skipped: ${WHY_SKIPPED}`, () => {
    const failures: string[] = [];
    let count = 0;
    for (const file of vectorFiles(sst286)) {
      const result = run(sst286, file);
      failures.push(...result.failures);
      count += result.count;
    }
    expect(failures).toEqual([]);
    expect(count).toBe(72524);
  });
});

describe('the conformance core', () => {
  const request = {
    id: 'x/1',
    mode: 'flat32',
    r: { eip: 0x1000, esp: 0x9000 },
    m: [],
    stop: { hlt: 1, n: 100 },
  } as const;

  it('skips modes it does not offer', () => {
    expect(conformance.answer({ ...request, mode: 'long64' })).toEqual({ id: 'x/1', stop: 'skip' });
  });

  it('stops behind HLT and does not count it', () => {
    const answer = conformance.answer({ ...request, m: [[0x1000, '40f4']] }); // inc eax; hlt
    expect(answer).toMatchObject({ stop: 'hlt', n: 1, cyc: 1, r: { eax: 1, eip: 0x1002 } });
  });

  it('stops after n instructions of a loop that never ends', () => {
    const answer = conformance.answer({ ...request, m: [[0x1000, '40ebfd']] }); // inc eax; jmp $-1
    expect(answer).toMatchObject({ stop: 'n', n: 100, r: { eax: 50, eip: 0x1000 } });
  });

  it('leaves a fault in flat mode undelivered, with the registers as at the fault', () => {
    const answer = conformance.answer({ ...request, m: [[0x1000, '4031d2f7f2']] }); // inc eax; xor edx,edx; div edx
    expect(answer).toMatchObject({ stop: 'fault', vec: 0, r: { eax: 1, eip: 0x1003 } });
  });

  it.each([
    ['INT3', 'cc', 3, 1],
    ['INTO with OF', 'ce', 4, 1],
    ['INT 21h', 'cd21', 0x21, 2],
    ['INT1', 'f1', 1, 1],
  ])('ends at %s in flat mode, behind it, whatever lies at the IDT', (_name, code, vec, length) => {
    const answer = conformance.answer({
      ...request,
      r: { ...request.r, eflags: 0x802 },
      m: [
        [0, '00'.repeat(0x400)],
        [0x1000, code],
      ],
    });
    expect(answer).toMatchObject({ stop: 'fault', vec, r: { eip: 0x1000 + length, esp: 0x9000 } });
  });

  it('delivers a fault in real mode through the vector table and names it', () => {
    const answer = conformance.answer({
      ...request,
      mode: 'real',
      r: { eip: 0, cs: 0x100, ss: 0x800, esp: 0x100 },
      m: [
        [0, '00004000'],
        [0x400, 'f4'],
        [0x1000, 'd400'],
      ], // vector 0 -> 0040:0000 hlt; aam 0
    });
    expect(answer).toMatchObject({ stop: 'hlt', vec: 0, r: { cs: 0x40, eip: 1, esp: 0xfa } });
  });

  it('answers port reads as asked and reports port writes', () => {
    const answer = conformance.answer({ ...request, io: '5a', m: [[0x1000, 'e560e680f4']] }); // in eax,60h; out 80h,al
    expect(answer).toMatchObject({ r: { eax: 0x5a5a5a5a }, out: [[0x80, 1, 0x5a]] });
  });

  it('gives wanted bytes as they are behind the run', () => {
    const answer = conformance.answer({
      ...request,
      m: [
        [0x1000, 'c6050020000077f4'],
        [0x2000, '1122'],
      ], // mov byte [2000h],77h
      want: [[0x2000, 2]],
    });
    expect(answer).toMatchObject({ m: [[0x2000, '7722']] });
  });

  it('raises #UD on a 386 for what came later', () => {
    for (const [code, first] of [
      ['0fc8', '486'],
      ['0fa2', '586'],
      ['0f42c0', '686'],
    ] as const) {
      const models = ['386', '486', '586', '686'] as const;
      for (const cpu of models) {
        const answer = conformance.answer({ ...request, cpu, m: [[0x1000, `${code}f4`]] });
        expect([code, cpu, answer.stop]).toEqual([code, cpu, cpu < first ? 'fault' : 'hlt']);
      }
    }
  });
});
