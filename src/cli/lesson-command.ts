// bootlab lessons, lesson show, lesson run, key: lessons as text, their experiments carried out, reports and keys written.
import { basename, dirname } from 'node:path';
import { checkExperiment } from '../host/experiment/read-experiment';
import { writeWholeFiles } from '../host/export/whole-files';
import type { PlacedLesson } from '../host/lesson/read-lesson';
import { findLesson, keyFileOf, readAnswersFile, readKeyFile, readLessons } from '../host/lesson/read-lesson';
import { runLesson } from '../host/lesson/run-lesson';
import type { Failure, Result } from '../contract/api';
import type { Answers, ExperimentResults, LessonKey } from '../lab/index';
import { lessonExperiment, makeKey, makeLessonReport, MeasurementError } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import type { ExecutionOptions } from './experiment-execution';
import { runPlan } from './experiment-execution';
import { createExperimentProgressLine } from './experiment-progress-line';
import { experimentText } from './experiment-text';
import { lessonText } from './lesson-text';
import { openPersonalStore } from './personal-store';
import { alignColumns } from './text-table';

interface LessonsFolder {
  /** Instead of the lessons that come with Bootlab. */
  readonly lessons?: string;
}

export async function lessonsCommand(
  { lessons: folder, json }: LessonsFolder & { readonly json?: boolean },
  { terminal, host }: CommandContext,
): Promise<ExitCode> {
  const lessons = await readLessons(folder ?? host.lessonsDir);
  if (!lessons.ok) return reportFailure(lessons.failure, terminal);
  if (json) {
    terminal.print(
      `${JSON.stringify(
        lessons.value.map(({ lesson }) => lesson),
        null,
        2,
      )}\n`,
    );
    return EXIT.OK;
  }
  const rows = lessons.value.map(({ file, lesson: { id, title, questions } }) => {
    return [/^\d+/.exec(basename(file))?.[0] ?? '', id, title, `${questions.length} questions`];
  });
  terminal.print(alignColumns(rows, ['right', 'left', 'left', 'left']));
  return EXIT.OK;
}

export async function lessonShowCommand(
  idOrFile: string,
  { lessons, hints = false }: LessonsFolder & { readonly hints?: boolean },
  { terminal, host }: CommandContext,
): Promise<ExitCode> {
  const found = await findLesson(idOrFile, lessons ?? host.lessonsDir);
  if (!found.ok) return reportFailure(found.failure, terminal);
  terminal.print(lessonText(found.value.lesson, hints));
  return EXIT.OK;
}

export interface LessonRunOptions extends LessonsFolder, Pick<ExecutionOptions, 'workers' | 'store' | 'quiet'> {
  readonly answers?: string;
  readonly name: string;
  readonly report?: string;
  readonly seed?: number;
}

export async function lessonRunCommand(
  idOrFile: string,
  options: LessonRunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, host } = context;
  const found = await findLesson(idOrFile, options.lessons ?? host.lessonsDir);
  if (!found.ok) return reportFailure(found.failure, terminal);
  const answers = await answersOf(found.value, options.answers);
  if (!answers.ok) return reportFailure(answers.failure, terminal);
  // Before anything runs.
  if (options.report !== undefined && !/\.(?:html?|json)$/i.test(options.report)) {
    return reportFailure(usageFailure('A report ends in .html or .json.', 'Name it so.'), terminal);
  }
  const results = await resultsOf(found.value, options, context);
  if (!results.ok) return reportFailure(results.failure, terminal);
  terminal.print(experimentText(results.value));
  if (options.report === undefined) return EXIT.OK;
  const made = makeLessonReport(found.value.lesson, results.value, { student: options.name, answers: answers.value });
  const content = options.report.toLowerCase().endsWith('.json') ? made.json : made.html;
  return writeFileWhole(options.report, content, context);
}

/** Answers to questions that the lesson does not have are a mistake worth telling at once. */
async function answersOf({ lesson }: PlacedLesson, file: string | undefined): Promise<Result<Answers>> {
  if (file === undefined) return { ok: true, value: {} };
  const answers = await readAnswersFile(file);
  if (!answers.ok) return answers;
  const strange = Object.keys(answers.value).find((id) => !lesson.questions.some((question) => question.id === id));
  if (strange === undefined) return answers;
  const ids = lesson.questions.map(({ id }) => id).join(', ');
  const message = `${file} answers "${strange.slice(0, 80)}", which the lesson does not ask.`;
  return { ok: false, failure: { code: 'HOST-LESSON-SHAPE', message, nextStep: `Its questions are ${ids}.` } };
}

/** By way of the store, so that what was run once is not run again. */
async function resultsOf(
  { lesson }: PlacedLesson,
  options: LessonRunOptions,
  context: CommandContext,
): Promise<Result<ExperimentResults>> {
  const source = checkExperiment(lessonExperiment(lesson, options.seed));
  if (!source.ok) return source;
  const plan = await context.host.experiments.plan(source.value);
  if (!plan.ok) return plan;
  const store = await openPersonalStore(options.store, context.terminal);
  if (!store.ok) return store;
  try {
    const end = await runPlan(plan.value, store.value, options, context);
    if (!end.ok) return end;
    if (end.value.status === 'cancelled') {
      const nextStep = 'Run the lesson again: it goes on where it ended.';
      return { ok: false, failure: { code: 'EMU-CANCELLED', message: 'The lesson was ended early.', nextStep } };
    }
    const results = store.value.resultsOf(end.value.entryId);
    return results.ok ? { ok: true, value: { ...results.value, runs: [...results.value.runs] } } : results;
  } finally {
    store.value.close();
  }
}

export interface KeyOptions extends LessonsFolder {
  readonly key?: string;
  readonly out?: string;
  readonly quiet?: boolean;
}

export async function keyCommand(idOrFile: string, options: KeyOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const found = await findLesson(idOrFile, options.lessons ?? host.lessonsDir);
  if (!found.ok) return reportFailure(found.failure, terminal);
  const { lesson, file } = found.value;
  const keyFile = options.key ?? keyFileOf(file);
  const key = await readKeyFile(keyFile);
  if (!key.ok) return reportFailure(key.failure, terminal);
  if (key.value.lesson !== lesson.id) {
    const message = `${keyFile} is the key of the lesson ${key.value.lesson}, not of ${lesson.id}.`;
    return reportFailure(usageFailure(message, 'Name the key of this lesson with --key.'), terminal);
  }
  const progress = createExperimentProgressLine(terminal, options.quiet ?? false);
  const results = await runLesson(host.experiments, lesson, {
    signal: terminal.cancel,
    onProgress: progress.show,
  }).finally(progress.clear);
  if (!results.ok) return reportFailure(results.failure, terminal);
  let made: LessonKey;
  try {
    made = makeKey(lesson, key.value, results.value);
  } catch (error) {
    if (!(error instanceof MeasurementError)) throw error;
    const nextStep = `Correct "measure" or "choose" in ${keyFile}; docs/lessons.md has the forms.`;
    return reportFailure({ code: 'HOST-LESSON-SHAPE', message: error.message, nextStep }, terminal);
  }
  for (const { id } of lesson.questions) {
    if (!Object.hasOwn(made.answers, id)) terminal.tell(`${id} has no answer in the key: it is graded by hand.\n`);
  }
  return writeFileWhole(options.out ?? keyFile, `${JSON.stringify(made, null, 2)}\n`, context);
}

/** Whole or not at all, and says where. */
async function writeFileWhole(file: string, content: string, { terminal }: CommandContext): Promise<ExitCode> {
  const written = await writeWholeFiles(dirname(file), [{ name: basename(file), chunks: () => [content] }]);
  if (!written.ok) return reportFailure(written.failure, terminal);
  terminal.print(`\nWritten: ${written.value.paths.join(', ')}\n`);
  return EXIT.OK;
}

function usageFailure(message: string, nextStep: string): Failure {
  return { code: 'CLI-USAGE', message, nextStep };
}
