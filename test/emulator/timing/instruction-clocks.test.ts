// The figures of test/fixtures/clocks/clocks.tsv are the manuals' (see src/emulator/timing): `opcode` and `form` name the
// row of the table; `note` says what else than that row decides. Each instruction runs alone, followed by a HLT that the
// answer leaves out and that jumps on the i386 pay one component for.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ConformBytes, ConformRequest } from '../../../src/emulator/conform';
import { Conformance } from '../../../src/emulator/conform';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';

const FIXTURE = fileURLToPath(new URL('../../fixtures/clocks/clocks.tsv', import.meta.url));
/** Transcription of Intel's tables; not part of the project. */
const MANUALS = fileURLToPath(new URL('../../../../shared/data/timing', import.meta.url));
const hasManuals = existsSync(MANUALS);
const WHY_SKIPPED = `clock tables not found at ${MANUALS}`;

type Model = '386' | '486';
const MODELS: readonly Model[] = ['386', '486'];
const conformance = new Conformance((model) => clockTableOf(model === '386' ? 'i386' : 'i486'));

type Line = Readonly<Record<string, string>>;

function readLines(path: string): readonly Line[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, n) => [names[n], value])));
}

const cases = readLines(FIXTURE);

function casesOf(model: Model): readonly Line[] {
  return cases.filter((line) => line[`i${model}`] !== '-');
}

// ---- running one instruction ----

const WORD_16 = '10000000'.repeat(64);
/** Flat: code and data descriptors, one of a byte-granular limit, an available TSS; 16 in every operand. */
const FLAT_MEMORY: readonly ConformBytes[] = [
  [0, '0000000000000000' + 'ffff0000009bcf00' + 'ffff00000093cf00' + 'ffff000000934000' + '6700004000890000'],
  [0x10000, WORD_16],
  [0x17f00, WORD_16 + WORD_16],
  [0x20000, WORD_16],
  [0x30000, WORD_16],
];
const FLAT_REGISTERS = {
  ...{ eax: 16, ecx: 16, edx: 0, ebx: 0x10000, esp: 0x18000, ebp: 0x18000, esi: 0x20000, edi: 0x30000 },
  ...{ eip: 0x1000, eflags: 2, cs: 8, ds: 16, es: 16, ss: 16, fs: 16, gs: 16 },
};
const REAL_MEMORY: readonly ConformBytes[] = [
  [0x2000, WORD_16],
  [0x3000, WORD_16],
];
const REAL_REGISTERS = {
  ...{ eax: 16, ecx: 16, edx: 0, ebx: 0x2000, esp: 0x3000, ebp: 0x3000, esi: 0, edi: 0x5000 },
  ...{ eip: 0x1000, eflags: 2, cs: 0, ds: 0, es: 0, ss: 0, fs: 0, gs: 0 },
};

function parseNumber(text: string): number {
  return text.endsWith('h') ? parseInt(text, 16) : Number(text);
}

/** `setup`: registers and bytes in memory, "ecx=1; at 10000h: 0210". */
function requestOf(line: Line, cpu: Model): ConformRequest {
  const isReal = line['mode'] === 'real';
  const r: Record<string, number> = { ...(isReal ? REAL_REGISTERS : FLAT_REGISTERS) };
  const m: ConformBytes[] = [...(isReal ? REAL_MEMORY : FLAT_MEMORY), [r['eip'], `${line['bytes']}f4`]];
  for (const part of line['setup'].split('; ').filter((text) => text !== '')) {
    const bytes = /^at (\w+): (\w+)$/.exec(part);
    const register = /^(\w+)=(\w+)$/.exec(part);
    if (bytes) m.push([parseNumber(bytes[1]), bytes[2]]);
    else if (register) r[register[1]] = parseNumber(register[2]);
    else throw new Error(`setup "${part}"`);
  }
  return { id: line['instruction'], mode: line['mode'], cpu, r, m, stop: { hlt: 1, n: 2000 } };
}

function measure(request: ConformRequest): number | string {
  const answer = conformance.answer(request);
  return answer.stop === 'hlt' ? answer.cyc : JSON.stringify(answer);
}

// ---- the manuals' notation ----

/**
 * Clocks in one row of a table for register or memory operands and a mode, where the row alone decides; `m` is 1.
 * undefined: something else decides.
 */
function clocksInRow(text: string, note: string, isMemory: boolean, isProtected: boolean): number | undefined {
  const [real, ...others] = text.replaceAll(' ', '').replaceAll('*', '').split(',');
  const inProtected = [real, ...others].find((part) => /^pm?=/.test(part))?.replace(/^pm?=/, '');
  const figures = (isProtected && inProtected !== undefined ? inProtected : real).split('/');
  const isByMode = note.includes('rv/p');
  const isByLevel = note.includes('CPL');
  const place = isByLevel ? 0 : Number(isByMode ? isProtected : isMemory);
  const match = /^(\d+)(\+m)?$/.exec(figures[Math.min(place, figures.length - 1)]);
  return match ? Number(match[1]) + (match[2] === undefined ? 0 : 1) : undefined;
}

describe.each(MODELS)('on an i%s an instruction takes the clocks of its manual', (model) => {
  it('in at least 120 forms', () => {
    expect(new Set(casesOf(model).map(({ opcode, form }) => `${opcode} ${form}`)).size).toBeGreaterThan(120);
  });

  it.each(casesOf(model).map((line) => [line['mode'], line['instruction'], line['setup'], line] as const))(
    '%s: %s %s',
    (_mode, _instruction, _setup, line) => {
      expect(measure(requestOf(line, model))).toBe(Number(line[`i${model}`]));
    },
  );

  it.skipIf(!hasManuals)(
    hasManuals ? 'and the fixture has the figures of the table' : `skipped: ${WHY_SKIPPED}`,
    () => {
      const rows = readLines(`${MANUALS}/i${model}-clocks.tsv`);
      const differences: string[] = [];
      const compared = new Set<string>();
      for (const line of casesOf(model).filter(({ note }) => note === '')) {
        const row = rows.find(({ opcode, form }) => opcode === line['opcode'] && form === line['form']);
        const isMemory = line['instruction'].includes('[');
        const printed = row && clocksInRow(row['clocks'], row['note'] ?? '', isMemory, line['mode'] !== 'real');
        if (printed !== Number(line[`i${model}`])) differences.push(`${line['instruction']}: ${row?.['clocks']}`);
        compared.add(`${line['opcode']} ${line['form']}`);
      }
      expect(differences).toEqual([]);
      expect(compared.size).toBeGreaterThan(120);
    },
  );
});

describe('a page copied by REP MOVSD, 1024 doublewords', () => {
  const copy = cases.find(({ instruction, setup }) => instruction === 'rep movsd' && setup === 'ecx=1024');

  it.each([
    ['386', 5 + 4 * 1024, 4101],
    ['486', 12 + 3 * 1024, 3084],
  ] as const)('takes %s %i clocks', (model, sum, printed) => {
    expect(sum).toBe(printed);
    expect(measure(requestOf(copy!, model))).toBe(sum);
  });
});
