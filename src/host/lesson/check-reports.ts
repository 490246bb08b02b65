// Looks at students' reports: whether they are as they were made, whose they are, and what their answers are worth.
// A file that is no report is a row with a reason; nothing here ends the rest.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lessonReportSchema } from '../../contract/lesson-report-schema';
import { describeIssues } from '../../contract/schemas';
import type { Result } from '../../contract/api';
import type { ExperimentResults, Grade, Lesson, LessonKey, LessonReport } from '../../lab/index';
import {
  ENGINE_VERSION,
  experimentHash,
  grade,
  isSealIntact,
  lessonExperiment,
  makeLessonReport,
  measuredContent,
  takeApart,
} from '../../lab/index';
import { describeFileError, fail, succeed } from '../failure';
import { JsonError, readJsonDocument } from '../json-document';
import { sizeBeforeReading } from '../size-before-reading';

/**
 * `ok`: as it was made. `edited`: changed by hand. `other`: of a lesson, an edition or an experiment that is not the teacher's.
 * `damaged`: no report.
 */
export type ReportStatus = 'ok' | 'edited' | 'other' | 'damaged';

export interface CheckedReport {
  readonly file: string;
  readonly status: ReportStatus;
  /** Why it is not ok; what else is worth knowing. */
  readonly reasons: readonly string[];
  /** Null for what is damaged. */
  readonly report: LessonReport | null;
  /** Null where the lesson is unknown. Without a key, answers are collected and nothing is graded. */
  readonly grade: Grade | null;
  /** Whether the experiment, run again, gave the same; null where it was not. */
  readonly isReproduced: boolean | null;
}

export interface CheckOptions {
  readonly lessons: readonly Lesson[];
  /** By lesson. Without one nothing is graded. */
  readonly keys: ReadonlyMap<string, LessonKey>;
  /** Runs a lesson's experiment with a seed; left out when reports are taken as they are. */
  readonly rerun?: (lesson: Lesson, seed: number) => Promise<Result<ExperimentResults>>;
}

/** Far above any report. */
const MAX_REPORT_BYTES = 16 * 1024 * 1024;
/** Of the data in it: a thousand runs are a quarter of that. */
const MAX_DATA_LENGTH = 1024 * 1024;
const REPORT_NAMES = /\.(?:html?|json)$/i;

/** The reports a name stands for: itself, or those of a folder, sorted. Folders within are not looked into. */
export async function reportFiles(name: string): Promise<Result<readonly string[]>> {
  try {
    if (!(await stat(name)).isDirectory()) return succeed([name]);
    const names = (await readdir(name, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
    const files = names.map((entry) => entry.name).filter((one) => REPORT_NAMES.test(one));
    return succeed(files.sort().map((one) => join(name, one)));
  } catch (error) {
    const message = `${name} cannot be read: ${describeFileError(error)}.`;
    return fail('HOST-LESSON-FILE', message, 'Name a report, or a folder of them.');
  }
}

/** Looks at one report. Never rejects for anything in it. */
export async function checkReport(file: string, options: CheckOptions): Promise<CheckedReport> {
  const read = await readReport(file);
  if ('reason' in read) {
    return { file, status: 'damaged', reasons: [read.reason], report: null, grade: null, isReproduced: null };
  }
  const { report, edits } = read;
  const lesson = options.lessons.find(({ id }) => id === report.lesson);
  if (!lesson) {
    const reasons = [...edits, `There is no lesson ${report.lesson}.`];
    const status = edits.length > 0 ? 'edited' : 'other';
    return { file, status, reasons, report, grade: null, isReproduced: null };
  }
  const key = options.keys.get(lesson.id) ?? null;
  const strangeness = complaintsAboutLesson(report, lesson, key);
  const rerun =
    options.rerun && strangeness.length === 0 ? await compareWithRerun(report, lesson, options.rerun) : null;
  const changes = [...edits, ...(rerun?.changes ?? [])];
  return {
    file,
    status: changes.length > 0 ? 'edited' : strangeness.length > 0 ? 'other' : 'ok',
    reasons: [...changes, ...strangeness, ...(rerun?.notes ?? [])],
    report,
    grade: grade(lesson, key?.edition === lesson.edition ? key : null, report.answers),
    isReproduced: rerun?.isReproduced ?? null,
  };
}

type ReadReport = { readonly report: LessonReport; readonly edits: readonly string[] } | { readonly reason: string };

async function readReport(file: string): Promise<ReadReport> {
  let text: string;
  try {
    if ((await sizeBeforeReading(file)) > MAX_REPORT_BYTES) return { reason: 'It is too large to be a report.' };
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { reason: `It cannot be read: ${describeFileError(error)}.` };
  }
  const isPage = /^\s*</.test(text.replace(/^\uFEFF/, ''));
  const parts = isPage ? takeApart(text) : null;
  if (isPage && !parts) return { reason: 'This page has no data of a report, or several.' };
  const value = parseValue(parts?.data ?? text.replace(/^\uFEFF/, ''));
  if ('reason' in value) return value;
  const parsed = lessonReportSchema.safeParse(value.value);
  if (!parsed.success) return { reason: `This is no report: ${describeIssues(parsed.error).replaceAll('\n', '; ')}.` };
  const report = parsed.data;
  const edits: string[] = [];
  if (!isSealIntact(report)) edits.push('The checksum does not fit: the data was changed by hand.');
  if ((parts?.pageHash ?? null) !== report.pageHash) edits.push('The page around the data was changed by hand.');
  return { report, edits };
}

function parseValue(text: string): { readonly value: unknown } | { readonly reason: string } {
  if (text.length > MAX_DATA_LENGTH) return { reason: 'Its data is too long to be that of a report.' };
  try {
    return { value: readJsonDocument(text).value };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { reason: `Its data is no JSON: ${error.message}.` };
  }
}

/** What of the report does not belong to the teacher's lesson. */
function complaintsAboutLesson(report: LessonReport, lesson: Lesson, key: LessonKey | null): string[] {
  const complaints: string[] = [];
  if (report.edition !== lesson.edition) {
    complaints.push(`It answers edition ${report.edition} of the lesson; this is edition ${lesson.edition}.`);
  }
  if (key && key.edition !== lesson.edition) {
    complaints.push(
      `The key is of edition ${key.edition}; this lesson is edition ${lesson.edition}: nothing is graded.`,
    );
  }
  if (experimentHash(lessonExperiment(lesson, report.seed)) !== report.experimentHash) {
    complaints.push('Its experiment is not that of the lesson.');
  }
  return complaints;
}

interface Comparison {
  readonly isReproduced: boolean | null;
  readonly changes: readonly string[];
  readonly notes: readonly string[];
}

async function compareWithRerun(
  report: LessonReport,
  lesson: Lesson,
  rerun: NonNullable<CheckOptions['rerun']>,
): Promise<Comparison> {
  const notComparable = (note: string) => ({ isReproduced: null, changes: [], notes: [note] });
  if (report.engineVersion !== ENGINE_VERSION) {
    return notComparable(
      `It was measured by engine ${report.engineVersion}; this is ${ENGINE_VERSION}: not run again.`,
    );
  }
  const results = await rerun(lesson, report.seed);
  if (!results.ok) return notComparable(`The experiment could not be run again: ${results.failure.message}`);
  const { measured, recordsHash } = measuredContent(results.value);
  if (JSON.stringify(measured) !== JSON.stringify(report.measured) || recordsHash !== report.recordsHash) {
    const change = 'Its measurements are not what the experiment gives with this seed.';
    return { isReproduced: false, changes: [change], notes: [] };
  }
  const { student, answers, pageHash } = report;
  const made = makeLessonReport(lesson, results.value, { student, answers });
  if (pageHash !== null && pageHash !== made.data.pageHash) {
    const change = 'The page is not the one that belongs to its answers and measurements.';
    return { isReproduced: false, changes: [change], notes: [] };
  }
  return { isReproduced: true, changes: [], notes: [] };
}
