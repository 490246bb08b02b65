// Grades as a table: a row per report, two columns per question. Columns: docs/lessons.md, "grades.csv".
import { basename } from 'node:path';
import type { Columns } from '../../lab/index';
import { csvText } from '../../lab/index';
import type { CheckedReport } from './check-reports';

/** The table. Questions of several lessons stand side by side, in the order they come up. */
export function gradesCsv(checked: readonly CheckedReport[]): string {
  const ids = new Set(checked.flatMap(({ grade }) => (grade?.questions ?? []).map(({ questionId }) => questionId)));
  const countOf = (verdict: string) => (one: CheckedReport) =>
    one.grade ? one.grade.questions.filter((question) => question.verdict === verdict).length : null;
  const gradeOf = ({ grade }: CheckedReport, id: string) =>
    grade?.questions.find(({ questionId }) => questionId === id) ?? null;
  const columns: Columns<CheckedReport> = [
    ['schema_version', 'integer', () => 1],
    ['file', 'text', ({ file }) => basename(file)],
    ['student', 'text?', ({ report }) => oneLine(report?.student ?? '')],
    ['lesson', 'text?', ({ report }) => report?.lesson ?? null],
    ['edition', 'integer?', ({ report }) => report?.edition ?? null],
    ['status', 'text', ({ status }) => status],
    ['reasons', 'text?', ({ reasons }) => oneLine(reasons.join(' '))],
    ['is_reproduced', 'boolean?', ({ isReproduced }) => isReproduced],
    ['seed', 'integer?', ({ report }) => report?.seed ?? null],
    ['engine_version', 'text?', ({ report }) => report?.engineVersion ?? null],
    ['experiment_hash', 'text?', ({ report }) => report?.experimentHash ?? null],
    ['points', 'number?', ({ grade }) => (grade && grade.possiblePoints > 0 ? grade.points : null)],
    ['possible_points', 'number?', ({ grade }) => (grade && grade.possiblePoints > 0 ? grade.possiblePoints : null)],
    ['right', 'integer?', countOf('right')],
    ['wrong', 'integer?', countOf('wrong')],
    ['missing', 'integer?', countOf('missing')],
    ['ungraded', 'integer?', countOf('ungraded')],
    ...[...ids].flatMap((id): Columns<CheckedReport> => {
      const name = id.replaceAll('-', '_');
      return [
        [`answer_${name}`, 'text?', (one) => oneLine(gradeOf(one, id)?.answer ?? '')],
        [`verdict_${name}`, 'text?', (one) => gradeOf(one, id)?.verdict ?? null],
      ];
    }),
  ];
  return csvText(columns, checked);
}

/** One row is one line for every reader. */
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ').trim();
