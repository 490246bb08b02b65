// Reports over fake results: as they were made, edited, damaged; read again from files.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkReport, reportFiles } from '../../../src/host/lesson/check-reports';
import { gradesCsv } from '../../../src/host/lesson/grades-csv';
import { canonicalJson, sha256Hex } from '../../../src/lab/config-hash';
import type { LessonReport } from '../../../src/lab/lesson/report';
import { makeLessonReport, takeApart } from '../../../src/lab/lesson/report';
import { FAKE_KEY, FAKE_LESSON } from '../../support/fake-lesson';
import { valueOf } from '../../support/fake-experiment';
import { fakeResults } from '../../support/fake-results';
import { readWithPapaparse } from '../../support/read-table';

const resultsOf = (seed: number) => fakeResults({ repetitions: 1, seed });
const RESULTS = resultsOf(7);
const LESSON = { ...FAKE_LESSON, experiment: RESULTS.experiment };
const ANSWERS = { seconds: '10', pages: '3', which: 'b', word: 'kexec', essay: 'Because of "</script>".' };
const MADE = makeLessonReport(LESSON, RESULTS, { student: 'Ada <L.>', answers: ANSWERS });
const OPTIONS = { lessons: [LESSON], keys: new Map([['fake', FAKE_KEY]]) };
const RERUN = {
  ...OPTIONS,
  rerun: async (_: unknown, seed: number) => ({ ok: true, value: resultsOf(seed) }) as const,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-reports-'));
});

async function check(
  content: string,
  { name = 'report.html', options = OPTIONS as typeof OPTIONS | typeof RERUN } = {},
) {
  const file = join(folder, name);
  await writeFile(file, content);
  return checkReport(file, options);
}

/** A forger's work: other content under a checksum that fits. */
function resealed(report: LessonReport, changes: Partial<LessonReport>): string {
  const content: Partial<LessonReport> = { ...report, ...changes };
  delete (content as { checksum?: string }).checksum;
  return JSON.stringify({ ...content, checksum: sha256Hex(canonicalJson(content)) });
}

describe('a report as it was made', () => {
  it('is graded, as a page and as JSON', async () => {
    for (const [content, name] of [
      [MADE.html, 'a.html'],
      [MADE.json, 'a.json'],
    ]) {
      const checked = await check(content, { name });
      expect(checked).toMatchObject({ status: 'ok', reasons: [], isReproduced: null });
      expect(checked.grade).toMatchObject({ points: 5, possiblePoints: 5 });
      expect(checked.report).toMatchObject({ student: 'Ada <L.>', answers: ANSWERS, seed: 7 });
    }
  });

  it('is the same bytes from the same answers and runs, and another for another seed', () => {
    const again = makeLessonReport(LESSON, resultsOf(7), { student: 'Ada <L.>', answers: ANSWERS });
    expect(again.html).toBe(MADE.html);
    const other = makeLessonReport(LESSON, resultsOf(8), { student: 'Ada <L.>', answers: ANSWERS });
    expect(other.data.recordsHash).not.toBe(MADE.data.recordsHash);
  });

  it('is a page without a script that runs, whose data no answer can leave', () => {
    expect(MADE.html.match(/<script/g)).toEqual(['<script']);
    expect(MADE.html).toContain('<script type="application/json"');
    expect(MADE.html.match(/<\/script>/g)).toHaveLength(1);
    expect(MADE.html).toContain("default-src 'none'");
    expect(MADE.html).toContain('Ada &#60;L.');
    expect(JSON.parse(takeApart(MADE.html)!.data)).toEqual(MADE.data);
  });

  it('may have other line ends, or a byte order mark, as mail and editors leave them', async () => {
    expect((await check(`\uFEFF${MADE.html.replaceAll('\n', '\r\n')}`)).status).toBe('ok');
  });

  it('is reproduced by running again', async () => {
    expect(await check(MADE.html, { options: RERUN })).toMatchObject({ status: 'ok', isReproduced: true });
  });

  it('is not run again by another engine, which is said', async () => {
    const old = resealed({ ...MADE.data, pageHash: null }, { engineVersion: '0.0.1' });
    const checked = await check(old, { name: 'a.json', options: RERUN });
    expect(checked).toMatchObject({ status: 'ok', isReproduced: null });
    expect(checked.reasons[0]).toContain('measured by engine 0.0.1');
  });
});

describe('a report edited by hand', () => {
  it('is noticed by its checksum when data was changed', async () => {
    for (const [from, to] of [
      ['"seconds": "10"', '"seconds": "11"'],
      ['"seed": 7', '"seed": 8'],
      ['"student": "Ada', '"student": "Bob'],
    ]) {
      const edited = MADE.html.replace(from, to);
      expect(edited).not.toBe(MADE.html);
      expect((await check(edited)).status).toBe('edited');
    }
    const cycles = MADE.json.replace(/"outageCycles": (\d+)/, '"outageCycles": 1');
    const checked = await check(cycles, { name: 'a.json' });
    expect(checked.status).toBe('edited');
    expect(checked.reasons).toEqual(['The checksum does not fit: the data was changed by hand.']);
  });

  it('is noticed when the page was changed around the data', async () => {
    const edited = MADE.html.replace('<td>10</td>', '<td>11</td>');
    expect(edited).not.toBe(MADE.html);
    expect((await check(edited)).reasons).toEqual(['The page around the data was changed by hand.']);
  });

  it('is noticed by running again when measurements were changed and the checksum mended', async () => {
    const [first, ...rest] = MADE.data.measured;
    const measured = [{ ...first, outageCycles: 1 }, ...rest];
    const forged = resealed({ ...MADE.data, pageHash: null }, { measured });
    expect((await check(forged, { name: 'a.json' })).status).toBe('ok');
    expect(await check(forged, { name: 'a.json', options: RERUN })).toMatchObject({
      status: 'edited',
      isReproduced: false,
    });
    const records = resealed({ ...MADE.data, pageHash: null }, { recordsHash: 'a'.repeat(64) });
    expect((await check(records, { name: 'b.json', options: RERUN })).status).toBe('edited');
  });

  it('is noticed by running again when the page was changed and both hashes mended', async () => {
    const page = takeApart(MADE.html)!;
    const forgedPage = MADE.html.replace('<td>10</td>', '<td>11</td>');
    const pageHash = takeApart(forgedPage)!.pageHash;
    const data = resealed(MADE.data, { pageHash }).replaceAll('<', '\\u003c');
    const forged = forgedPage.replace(page.data, () => data);
    expect((await check(forged)).status).toBe('ok');
    expect(await check(forged, { options: RERUN })).toMatchObject({ status: 'edited', isReproduced: false });
  });
});

describe('a report of something else', () => {
  it.each([
    ['an unknown lesson', { lesson: 'nobody' }, 'There is no lesson nobody.'],
    ['another edition', { edition: 1 }, 'It answers edition 1 of the lesson; this is edition 2.'],
    ['another experiment', { experimentHash: 'b'.repeat(64) }, 'Its experiment is not that of the lesson.'],
    ['another seed than its experiment', { seed: 8 }, 'Its experiment is not that of the lesson.'],
  ])('is said: %s', async (_, changes, reason) => {
    const checked = await check(resealed({ ...MADE.data, pageHash: null }, changes), { name: 'a.json' });
    expect(checked).toMatchObject({ status: 'other', reasons: [reason] });
  });
});

describe('a damaged file', () => {
  const cut = MADE.html.slice(0, MADE.html.length - 600);
  it.each([
    ['nothing', ''],
    ['text', 'Hello'],
    ['a number', '7'],
    ['a page without data', '<html><body>Hi</body></html>'],
    ['a page cut off', cut],
    ['data cut off', MADE.json.slice(0, 500)],
    ['data twice', MADE.html + MADE.html],
    ['a member too many', MADE.json.replace('{', '{"grade": "A",')],
    ['a member twice', MADE.json.replace('{', '{"seed": 7,')],
    ['numbers that are none', MADE.json.replace('"seed": 7', '"seed": 1e999')],
    ['bytes', '\u0000\u0001\u0002'],
    ['deep nesting', '['.repeat(100_000)],
    ['endless data', `[${'0,'.repeat(6_000_000)}0]`],
  ])('is a row with a reason: %s', async (_, content) => {
    const checked = await check(content, { name: 'a.json' });
    expect(checked.status).toBe('damaged');
    expect(checked.reasons[0].length).toBeGreaterThan(10);
    expect(checked.grade).toBeNull();
  });

  it('is one that is not there, too', async () => {
    expect(await checkReport(join(folder, 'none.html'), OPTIONS)).toMatchObject({
      status: 'damaged',
      reasons: ['It cannot be read: there is no such file or folder.'],
    });
  });
});

describe('a folder of reports', () => {
  it('is gone through in order of names; other files and folders are passed over', async () => {
    await mkdir(join(folder, 'old.html'));
    for (const name of ['b.html', 'a.JSON', 'notes.txt', 'c.htm']) await writeFile(join(folder, name), '');
    expect(valueOf(await reportFiles(folder))).toEqual(['a.JSON', 'b.html', 'c.htm'].map((name) => join(folder, name)));
    expect(await reportFiles(join(folder, 'none'))).toMatchObject({ ok: false, failure: { code: 'HOST-LESSON-FILE' } });
  });

  it('becomes a table with a row for each, typed and safe in a spreadsheet', async () => {
    const rude = makeLessonReport(LESSON, RESULTS, {
      student: '=HYPERLINK("x")',
      answers: { ...ANSWERS, word: '@SUM(1)\n+2' },
    });
    const text = gradesCsv([
      await check(MADE.html),
      await check(rude.html, { name: 'b.html' }),
      await check('x', { name: 'c.json' }),
    ]);
    const [head, ...cells] = readWithPapaparse(text);
    const rows = cells.map((row) => Object.fromEntries(row.map((cell, i) => [head[i], cell])));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ status: 'ok', points: '5', answer_seconds: '10', verdict_essay: 'ungraded' });
    expect(rows[1]).toMatchObject({ student: `'=HYPERLINK("x")`, answer_word: `'@SUM(1) +2`, verdict_word: 'wrong' });
    expect(rows[2]).toMatchObject({ file: 'c.json', status: 'damaged', points: '', verdict_word: '' });
  });
});
