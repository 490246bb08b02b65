// bootlab check: reports of students, one or a folder, graded into a table.
import { basename, dirname, join } from 'node:path';
import { writeWholeFiles } from '../host/export/whole-files';
import type { CheckedReport } from '../host/lesson/check-reports';
import { checkReport, reportFiles } from '../host/lesson/check-reports';
import { readKeyFile, readKeys, readLessons } from '../host/lesson/read-lesson';
import { runLesson } from '../host/lesson/run-lesson';
import type { Failure, Result } from '../contract/api';
import type { ExperimentResults, Lesson, LessonKey } from '../lab/index';
import { gradesCsv } from '../host/lesson/grades-csv';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { createExperimentProgressLine } from './experiment-progress-line';

export interface CheckOptions {
  readonly lessons?: string;
  readonly key?: string;
  readonly keys?: string;
  readonly csv?: string;
  readonly json?: boolean;
  /** False with --no-grade. */
  readonly grade: boolean;
  readonly rerun?: boolean;
  readonly quiet?: boolean;
}

export async function checkCommand(
  names: readonly string[],
  options: CheckOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const files: string[] = [];
  for (const name of names) {
    const found = await reportFiles(name);
    if (!found.ok) return reportFailure(found.failure, terminal);
    files.push(...found.value);
  }
  if (files.length === 0) return reportFailure(nothingToCheck(names), terminal);
  const lessonsDir = options.lessons ?? context.host.lessonsDir;
  const lessons = await readLessons(lessonsDir);
  if (!lessons.ok) return reportFailure(lessons.failure, terminal);
  const keys = options.grade ? await keysOf(options, lessonsDir) : ({ ok: true, value: new Map() } as const);
  if (!keys.ok) return reportFailure(keys.failure, terminal);

  const rerun = options.rerun ? createRerun(options, context) : undefined;
  const checked: CheckedReport[] = [];
  for (const file of files) {
    if (terminal.cancel.aborted) return EXIT.CANCELLED;
    checked.push(
      await checkReport(file, { lessons: lessons.value.map(({ lesson }) => lesson), keys: keys.value, rerun }),
    );
  }
  if (terminal.cancel.aborted) return EXIT.CANCELLED;
  if (options.json) terminal.print(`${JSON.stringify(checked, null, 2)}\n`);
  else for (const one of checked) terminal.print(checkedText(one));
  if (options.csv !== undefined) {
    const chunks = () => [gradesCsv(checked)];
    const written = await writeWholeFiles(dirname(options.csv), [{ name: basename(options.csv), chunks }]);
    if (!written.ok) return reportFailure(written.failure, terminal);
    if (!options.json) terminal.print(`\nWritten: ${written.value.paths.join(', ')}\n`);
  }
  return checked.every(isAllRight) ? EXIT.OK : EXIT.FAILED;
}

/** --key is for one lesson, --keys for many. */
async function keysOf(
  { key, keys }: CheckOptions,
  lessonsDir: string,
): Promise<Result<ReadonlyMap<string, LessonKey>>> {
  if (key === undefined) return readKeys(keys ?? join(lessonsDir, 'keys'), keys === undefined);
  const read = await readKeyFile(key);
  return read.ok ? { ok: true, value: new Map([[read.value.lesson, read.value]]) } : read;
}

/** Reports of the same lesson and seed share a run. */
function createRerun({ quiet = false }: CheckOptions, { terminal, host }: CommandContext) {
  const known = new Map<string, Promise<Result<ExperimentResults>>>();
  return (lesson: Lesson, seed: number) => {
    const key = `${lesson.id} ${seed}`;
    let results = known.get(key);
    if (!results) {
      const progress = createExperimentProgressLine(terminal, quiet);
      const options = { seed, signal: terminal.cancel, onProgress: progress.show };
      results = runLesson(host.experiments, lesson, options).finally(progress.clear);
      known.set(key, results);
    }
    return results;
  };
}

function checkedText({ file, status, reasons, report, grade, isReproduced }: CheckedReport): string {
  const head = [
    basename(file),
    report ? report.student || 'no name' : '',
    report?.lesson ?? '',
    grade && grade.possiblePoints > 0 ? `${grade.points} of ${grade.possiblePoints} points` : '',
    status,
    isReproduced ? 'measurements reproduced' : '',
  ].filter((part) => part !== '');
  const questions = (grade?.questions ?? []).map(({ questionId, verdict, answer, feedback }) => {
    const words = [oneLine(answer), feedback].filter((part) => part !== '').join(': ');
    return `  ${questionId}: ${verdict}${words === '' ? '' : ` (${words})`}\n`;
  });
  return `${oneLine(head.join(' · '))}\n${reasons.map((reason) => `  ${oneLine(reason)}\n`).join('')}${questions.join('')}`;
}

const MAX_LINE = 300;

/** What students write reaches a terminal: no control characters. */
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_LINE);

/** What nobody grades is neither right nor wrong. */
function isAllRight({ status, grade }: CheckedReport): boolean {
  return (
    status === 'ok' && (grade?.questions ?? []).every(({ verdict, points }) => points === null || verdict === 'right')
  );
}

function nothingToCheck(names: readonly string[]): Failure {
  const message = `There is no report in ${names.join(', ')}.`;
  return { code: 'HOST-LESSON-FILE', message, nextStep: 'Reports end in .html or .json.' };
}
