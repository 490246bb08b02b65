// A student's report: answers and what was measured, as data with a checksum, and as a page around that data. docs/lessons.md.
// The checksum tells careless edits; measurements that were changed with it are told by running the experiment again.
import type { RebootPath } from '../../emulator/index';
import { canonicalJson, sha256Hex } from '../config-hash';
import type { Experiment, ExperimentResults, ExperimentRun } from '../experiment/experiment';
import { makeReport } from '../export/report';
import type { ReportBlock } from '../export/report';
import { reportHtml } from '../export/report-html';
import type { Answers, Lesson, Question } from './lesson';

/** Raised when a report that was right before would be read differently; fields are only added. */
export const LESSON_REPORT_VERSION = 1;

export interface LessonReport {
  readonly format: 'bootlab-lesson-report';
  readonly version: typeof LESSON_REPORT_VERSION;
  readonly lesson: string;
  readonly edition: number;
  /** SHA-256 of the lesson as the student had it. */
  readonly lessonHash: string;
  readonly student: string;
  /** As typed, by question. */
  readonly answers: Readonly<Record<string, string>>;
  readonly engineVersion: string;
  readonly experimentHash: string;
  readonly seed: number;
  readonly measured: readonly MeasuredRun[];
  /** SHA-256 over all records, every phase of them. */
  readonly recordsHash: string;
  /** SHA-256 of the page around this data; null where there is none. */
  readonly pageHash: string | null;
  /** SHA-256 of the canonical JSON of everything above. */
  readonly checksum: string;
}

/** What a run gave, shortly. */
export interface MeasuredRun {
  readonly runId: string;
  readonly machine: string;
  readonly pointIndex: number;
  readonly path: RebootPath;
  readonly seed: number;
  /** "done", "not-run", or the code of a failure. */
  readonly outcome: string;
  readonly totalCycles: number | null;
  readonly outageCycles: number | null;
  readonly handoverCycles: number | null;
}

/** A report, and the page that shows it. */
export interface MadeReport {
  readonly data: LessonReport;
  /** The data alone, without a page. */
  readonly json: string;
  readonly html: string;
}

const DATA_HEAD = '<script type="application/json" id="bootlab-report">\n';
const DATA_TAIL = '\n</script>\n';

/** The lesson's experiment with a student's own seed. */
export function lessonExperiment({ experiment }: Lesson, seed: number = experiment.seed): Experiment {
  return { ...experiment, seed };
}

/** Makes the report of a student: the same from the same answers and records. */
export function makeLessonReport(
  lesson: Lesson,
  results: ExperimentResults,
  { student, answers }: { readonly student: string; readonly answers: Answers },
): MadeReport {
  const known = lesson.questions.filter(({ id }) => Object.hasOwn(answers, id));
  const content = {
    format: 'bootlab-lesson-report',
    version: LESSON_REPORT_VERSION,
    lesson: lesson.id,
    edition: lesson.edition,
    lessonHash: lessonHash(lesson),
    student,
    answers: Object.fromEntries(known.map(({ id }) => [id, String(answers[id] ?? '')])),
    ...measuredContent(results),
  } as const;
  const title = `${lesson.title}: ${student === '' ? 'report without a name' : student}`;
  const page = reportHtml({ title, blocks: [...ownBlocks(lesson, content), ...makeReport(results).blocks] });
  const data = sealed({ ...content, pageHash: sha256Hex(page) });
  const at = page.lastIndexOf('</body>');
  const block = `${DATA_HEAD}${JSON.stringify(data, null, 1).replaceAll('<', '\\u003c')}${DATA_TAIL}`;
  return {
    data,
    json: `${JSON.stringify(sealed({ ...content, pageHash: null }), null, 1)}\n`,
    html: `${page.slice(0, at)}${block}${page.slice(at)}`,
  };
}

/** What of a report comes from the runs. */
export function measuredContent(results: ExperimentResults) {
  const { engineVersion, experimentHash, experiment } = results;
  const measured: MeasuredRun[] = [];
  const hashes: string[] = [];
  for (const run of results.runs) {
    measured.push(measuredRun(run));
    hashes.push(sha256Hex(canonicalJson({ runId: run.planned.runId, outcome: run.outcome })));
  }
  return { engineVersion, experimentHash, seed: experiment.seed, measured, recordsHash: sha256Hex(hashes.join('\n')) };
}

function measuredRun({ planned, outcome }: ExperimentRun): MeasuredRun {
  const { runId, point, path, seed } = planned;
  const record = outcome.status === 'done' ? outcome.record : null;
  return {
    runId,
    machine: point.profileId,
    pointIndex: point.pointIndex,
    path,
    seed,
    outcome: outcome.status === 'failed' ? outcome.code : outcome.status,
    totalCycles: record?.totalCycles ?? null,
    outageCycles: record?.outageCycles ?? null,
    handoverCycles: record?.handoverCycles ?? null,
  };
}

/** SHA-256 of a lesson's canonical JSON. */
export function lessonHash(lesson: Lesson): string {
  return sha256Hex(canonicalJson(lesson));
}

function sealed(content: Omit<LessonReport, 'checksum'>): LessonReport {
  return { ...content, checksum: sha256Hex(canonicalJson(content)) };
}

/** Whether the data is as it was made. */
export function isSealIntact({ checksum, ...content }: LessonReport): boolean {
  return sha256Hex(canonicalJson(content)) === checksum;
}

/** The data in a page, and the page without it; null where there is none, or more than one. */
export function takeApart(html: string): { readonly data: string; readonly pageHash: string } | null {
  const text = html.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const from = text.indexOf(DATA_HEAD);
  const to = text.indexOf(DATA_TAIL, from);
  if (from < 0 || to < 0 || text.indexOf(DATA_HEAD, to) >= 0) return null;
  const page = text.slice(0, from) + text.slice(to + DATA_TAIL.length);
  return { data: text.slice(from + DATA_HEAD.length, to), pageHash: sha256Hex(page) };
}

function ownBlocks(lesson: Lesson, report: Omit<LessonReport, 'pageHash' | 'checksum'>): ReportBlock[] {
  const { student, answers, experimentHash, seed } = report;
  return [
    { kind: 'text', text: `${student === '' ? 'No name was given' : student}. ${lesson.aim}` },
    {
      kind: 'list',
      items: [
        `Lesson ${lesson.id}, edition ${lesson.edition}`,
        `Experiment hash ${experimentHash}, seed ${seed}`,
        `Records ${report.recordsHash}`,
        `${report.measured.length} ${report.measured.length === 1 ? 'run' : 'runs'} by Bootlab ${report.engineVersion}`,
      ],
    },
    { kind: 'heading', text: 'Answers' },
    {
      kind: 'table',
      caption: '',
      head: ['Question', 'Answer', 'Unit'],
      rows: lesson.questions.map((question) => [
        question.text,
        shownAnswer(question, answers[question.id] ?? ''),
        question.kind === 'number' ? question.unit : '',
      ]),
      numeric: new Set(),
    },
    { kind: 'heading', text: 'What was measured' },
  ];
}

/** A choice by its words. */
function shownAnswer(question: Question, answer: string): string {
  if (question.kind !== 'choice') return answer;
  return question.choices.find(({ id }) => id === answer.trim())?.text ?? answer;
}
