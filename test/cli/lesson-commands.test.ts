import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { createLabHost } from '../../src/host/lab-host';
import type { Lesson, LessonKey } from '../../src/lab/index';
import { fakeBootHost } from '../support/fake-boot-host';
import type { FakeRun } from '../support/fake-engine';
import { failWith, fakeEngine, runFake } from '../support/fake-engine';
import { FAKE_KEY, FAKE_LESSON } from '../support/fake-lesson';
import { fakeTerminal } from '../support/fake-terminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-lessons-'));
});

const inFolder = (...names: string[]) => join(folder, ...names);

async function bootlab(args: readonly string[], { run = runFake as FakeRun, terminal = fakeTerminal() } = {}) {
  const engine = fakeEngine(run);
  const host = createLabHost({ resourcesDir: resolve('resources'), workerFile: 'none', engine, engineBuild: 'fake' });
  const exitCode = await runCommandLine(args, terminal, host, fakeBootHost());
  return { exitCode, out: terminal.printed(), err: terminal.told(), requests: engine.requests };
}

const EXPERIMENT = { ...FAKE_LESSON.experiment, machines: ['486dx2-66'], repetitions: 1, parameters: [] };

/** A teacher's folder with one lesson, its text beside it, and its key. */
async function writeLesson(key: LessonKey | null = FAKE_KEY, changes: Partial<Lesson> = {}) {
  const lesson: Partial<Lesson> = { ...FAKE_LESSON, experiment: EXPERIMENT, ...changes };
  delete (lesson as { text?: string }).text;
  await mkdir(inFolder('own', 'keys'), { recursive: true });
  await writeFile(inFolder('own', '01-fake.lesson.json'), JSON.stringify(lesson));
  await writeFile(inFolder('own', '01-fake.md'), '# Read this\n');
  if (key) await writeFile(inFolder('own', 'keys', '01-fake.key.json'), JSON.stringify(key));
}

const OWN = () => ['--lessons', inFolder('own')];

async function writeReport(name: string, answers: object, seed = '7') {
  await writeFile(inFolder('answers.json'), JSON.stringify(answers));
  const words = ['--answers', inFolder('answers.json'), '--name', 'Ada', '--report', inFolder(name), '--seed', seed];
  return bootlab(['lesson', 'run', 'fake', ...OWN(), ...words, '--store', inFolder('runs.bootruns'), '--quiet']);
}

const RIGHT = { seconds: '10', pages: 3, which: 'b', word: 'kexec', essay: 'Because.' };

describe('bootlab lessons and lesson show', () => {
  it('list the lessons that come with it', async () => {
    const { exitCode, out } = await bootlab(['lessons']);
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(12);
    expect(out).toMatch(/^01 {2}where-the-time-goes +Where does the time go\? +5 questions\n/);
  });

  it('show one by number or id: text, questions with unit and choices; hints only when asked', async () => {
    const { out } = await bootlab(['lesson', 'show', '5']);
    expect(out).toContain('A PC of the nineties counted its memory');
    expect(out).toContain('[slope]\n   A number in cycles/B.');
    expect(out).not.toContain('Hint:');
    expect((await bootlab(['lesson', 'show', 'memory-test', '--hints'])).out).toContain('   Hint: ');
  });

  it('say which lessons there are when one is unknown', async () => {
    const { exitCode, err } = await bootlab(['lesson', 'show', '99']);
    expect(exitCode).toBe(2);
    expect(err).toContain('There is no lesson "99".\nChoose one of where-the-time-goes, page-list,');
    expect(err).toContain('[HOST-LESSON-UNKNOWN]');
  });

  it('say where a lesson of one’s own is wrong', async () => {
    await mkdir(inFolder('own'));
    const text = JSON.stringify({ ...FAKE_LESSON, experiment: EXPERIMENT }, null, 2);
    await writeFile(inFolder('own', 'x.lesson.json'), text.replace('"edition"', '"editon"'));
    const { exitCode, err } = await bootlab(['lessons', ...OWN()]);
    expect(exitCode).toBe(2);
    expect(err).toContain('x.lesson.json:5:13 ');
    expect(err).toContain('Unrecognized key: "editon"');
  });

  it('want a text in the lesson or beside it', async () => {
    await writeLesson();
    expect((await bootlab(['lesson', 'show', 'fake', ...OWN()])).out).toContain('# Read this');
    await mkdir(inFolder('bare'));
    await writeFile(inFolder('bare', 'a.lesson.json'), await readFile(inFolder('own', '01-fake.lesson.json')));
    const { exitCode, err } = await bootlab(['lessons', '--lessons', inFolder('bare')]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('a.md, cannot be read: there is no such file')]);
  });
});

describe('bootlab lesson run', () => {
  it('runs the experiment and writes a report that check grades', async () => {
    await writeLesson();
    const { exitCode, out, requests } = await writeReport('ada.html', RIGHT);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Written: ${inFolder('ada.html')}`);
    expect(requests.map(({ path, seed }) => [path, seed])).toEqual([
      ['warm', 7],
      ['kexec', 7],
    ]);
    const checked = await bootlab(['check', inFolder('ada.html'), ...OWN()]);
    expect(checked.exitCode).toBe(0);
    expect(checked.out).toContain('ada.html · Ada · fake · 5 of 5 points · ok\n');
    expect(checked.out).toContain('  essay: ungraded (Because.)\n');
  });

  it('computes nothing twice, and writes the same bytes again', async () => {
    await writeLesson();
    await writeReport('a.html', RIGHT);
    const again = await writeReport('b.html', RIGHT);
    expect(again.requests).toEqual([]);
    expect(await readFile(inFolder('b.html'), 'utf8')).toBe(await readFile(inFolder('a.html'), 'utf8'));
  });

  it('refuses what could not be handed in before anything runs', async () => {
    await writeLesson();
    const strange = await writeReport('a.html', { speed: '1' });
    expect([strange.exitCode, strange.requests]).toEqual([2, []]);
    expect(strange.err).toContain('answers "speed", which the lesson does not ask');
    const named = await writeReport('a.pdf', RIGHT);
    expect([named.exitCode, named.requests]).toEqual([2, []]);
  });
});

describe('bootlab check', () => {
  beforeEach(async () => {
    await writeLesson();
    await mkdir(inFolder('in'));
    await writeReport('in/right.html', RIGHT);
    await writeReport('in/wrong.json', { ...RIGHT, seconds: '99', pages: '' });
    await writeFile(inFolder('in', 'broken.html'), '<html>');
    const html = await readFile(inFolder('in', 'right.html'), 'utf8');
    await writeFile(inFolder('in', 'edited.html'), html.replace('"seconds": "10"', '"seconds": "12"'));
  });

  it('grades a folder into a table: right, wrong, edited and broken', async () => {
    const { exitCode, out } = await bootlab(['check', inFolder('in'), ...OWN(), '--csv', inFolder('grades.csv')]);
    expect(exitCode).toBe(1);
    expect(out).toContain('  seconds: wrong (99: Look again.)\n  pages: missing\n');
    const rows = (await readFile(inFolder('grades.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows[0]).toMatch(/^schema_version,file,student,lesson,edition,status,reasons,/);
    expect(rows.map((row) => row.split(',').slice(1, 6).join(' '))).toEqual([
      'file student lesson edition status',
      'broken.html    damaged',
      'edited.html Ada fake 2 edited',
      'right.html Ada fake 2 ok',
      'wrong.json Ada fake 2 ok',
    ]);
  });

  it.each([
    [['right.html'], 0],
    [['wrong.json'], 1],
    [['edited.html'], 1],
    [['broken.html'], 1],
    [['wrong.json', '--no-grade'], 0],
    [['right.html', '--no-grade'], 0],
    [['right.html', '--key', 'none.key.json'], 2],
    [['right.html', '--keys', 'no-folder'], 2],
    [['none-such-file.html'], 2],
  ])('ends %j with %d', async ([name, ...options], code) => {
    expect((await bootlab(['check', inFolder('in', name), ...OWN(), ...options])).exitCode).toBe(code);
  });

  it('runs again with --rerun, each lesson and seed once, and tells what was reproduced', async () => {
    const { out, requests } = await bootlab(['check', inFolder('in'), ...OWN(), '--rerun', '--quiet']);
    expect(requests).toHaveLength(2);
    expect(out).toContain('right.html · Ada · fake · 5 of 5 points · ok · measurements reproduced\n');
  });

  it('gives one JSON value with --json', async () => {
    const { out } = await bootlab(['check', inFolder('in'), ...OWN(), '--json']);
    expect(JSON.parse(out).map(({ status }: { status: string }) => status)).toEqual(['damaged', 'edited', 'ok', 'ok']);
  });

  it('collects answers where a lesson is not graded', async () => {
    await writeLesson(FAKE_KEY, { isGraded: false });
    const { exitCode, out } = await bootlab(['check', inFolder('in', 'right.html'), ...OWN()]);
    expect(exitCode).toBe(0);
    expect(out).toContain('right.html · Ada · fake · ok\n');
  });

  it('keeps control characters of a report off the terminal', async () => {
    await writeReport('in/rude.html', { ...RIGHT, essay: 'a\u001b[2Jb\nc' });
    const { out } = await bootlab(['check', inFolder('in', 'rude.html'), ...OWN()]);
    expect(out).toContain('  essay: ungraded (a [2Jb c)\n');
  });
});

describe('bootlab key', () => {
  const measured: LessonKey = {
    ...FAKE_KEY,
    answers: { ...FAKE_KEY.answers, seconds: { measure: { metric: 'outage_cycles', path: 'warm', in: 's' } } },
  };

  it('measures answers by a reference run and leaves those that are given', async () => {
    await writeLesson(measured);
    const { exitCode, err } = await bootlab(['key', 'fake', ...OWN(), '--quiet']);
    expect(exitCode).toBe(0);
    expect(err).toContain('essay has no answer in the key: it is graded by hand.');
    const key = JSON.parse(await readFile(inFolder('own', 'keys', '01-fake.key.json'), 'utf8')) as LessonKey;
    const seconds = 20e9 / 66_666_667;
    expect(key.answers.seconds.value).toBeCloseTo(seconds, 6);
    expect(key.answers.seconds.high).toBeCloseTo(seconds * 1.02, 6);
    expect(key.answers.which).toEqual({ choice: 'b' });
    expect(key.reference).not.toBeNull();
  });

  it('says which answer cannot be measured, and leaves the key as it was', async () => {
    await writeLesson(measured);
    const failing = failWith({ code: 'EMU-X', message: 'No.', nextStep: 'None.' });
    const { exitCode, err } = await bootlab(['key', 'fake', ...OWN(), '--quiet'], { run: failing });
    expect(exitCode).toBe(2);
    expect(err).toContain('The answer to seconds of fake cannot be measured: No run of warm was done');
    const key = JSON.parse(await readFile(inFolder('own', 'keys', '01-fake.key.json'), 'utf8')) as LessonKey;
    expect(key).toEqual(measured);
  });

  it('refuses the key of another lesson', async () => {
    await writeLesson({ ...measured, lesson: 'other' });
    const { exitCode, requests } = await bootlab(['key', 'fake', ...OWN()]);
    expect([exitCode, requests]).toEqual([2, []]);
  });
});
