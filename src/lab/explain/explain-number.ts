// Where a number comes from: what it is, which columns or phases it is made of, and what its cycles were for.
import type { Contribution, ExplainedPath, LeafCauses, PathRecord, PhaseRecord } from '../../emulator/index';
import { leafPhases } from '../../emulator/index';
import type { ExplainedTable } from './column-meanings';
import { columnMeaning } from './column-meanings';
import { spansInOrder } from './span-sets';

/** A number: its table, its column and its row. */
export interface NumberQuestion {
  readonly table: ExplainedTable;
  readonly column: string;
  /** The row's run; null for summary.csv, whose rows are of many. */
  readonly record: PathRecord | null;
  /** In phases.csv: `phase_index` of the rows meant, added up. */
  readonly phaseIndexes?: readonly number[];
}

/** A phase that a number sums, and how much of it is its. */
export interface PhaseShare {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
}

export interface NumberExplanation {
  readonly table: ExplainedTable;
  readonly column: string;
  readonly meaning: string;
  readonly computedFrom: readonly string[];
  /** Null where the row itself says it, or it does not apply. */
  readonly value: number | null;
  /** Phases in order of time, steps by themselves; those that add nothing are left out. */
  readonly phases: readonly PhaseShare[];
  /** Of cycles: what they were for, the largest first. Adds up to the phases' sum. */
  readonly causes: LeafCauses;
}

/**
 * Explains one number.
 * @param leaves causes of the record's leaves (ExplainedPath); null: the answer has no causes
 * @returns null for a column that the table does not have
 */
export function explainNumber(
  { table, column, record, phaseIndexes = [0] }: NumberQuestion,
  leaves: ExplainedPath['leaves'] | null,
): NumberExplanation | null {
  const meaning = columnMeaning(table, column);
  if (!meaning) return null;
  const head = { table, column, meaning: meaning.meaning, computedFrom: meaning.computedFrom };
  if (!record || !meaning.value) return { ...head, value: null, phases: [], causes: [] };

  const nodes = table === 'phases' ? nodesAt(record, phaseIndexes) : [record.root];
  const spans = nodes.map((node) => ({ record, node }));
  const values = spans.map((span) => meaning.value?.(span) ?? null);
  const summed = meaning.leaves ? spans.flatMap((span) => meaning.leaves?.(span) ?? []) : [];
  const { amount = () => 0, isMeant } = meaning;
  return {
    ...head,
    value: values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    phases: summed
      .map(({ id, name, costs }) => ({ id, name, amount: amount(costs) }))
      .filter((share) => share.amount !== 0),
    causes: leaves && isMeant ? mergeCauses(causesOf(record, summed, leaves).filter(isMeant)) : [],
  };
}

function nodesAt(record: PathRecord, indexes: readonly number[]): PhaseRecord[] {
  const spans = spansInOrder(record.root);
  return indexes.map((index) => {
    if (!spans[index]) throw new Error(`the record has no phase at index ${index}`);
    return spans[index];
  });
}

function causesOf(
  record: PathRecord,
  wanted: readonly PhaseRecord[],
  leaves: ExplainedPath['leaves'],
): readonly Contribution[] {
  const all = leafPhases(record.root);
  if (all.length !== leaves.length) throw new Error('the causes are of another record');
  return wanted.flatMap((leaf) => leaves[all.indexOf(leaf)]);
}

/** Adds up what has the same cause, the largest first; figures of all of them, each once. */
function mergeCauses(causes: readonly Contribution[]): Contribution[] {
  const merged = new Map<string, Contribution>();
  for (const cause of causes) {
    const { cost, chip, code } = cause;
    const key = `${cost} ${chip} ${code?.image} ${code?.symbol} ${code?.address}`;
    const known = merged.get(key);
    if (!known) {
      merged.set(key, cause);
      continue;
    }
    const names = new Set(known.figures.map(({ name }) => name));
    const figures = [...known.figures, ...cause.figures.filter(({ name }) => !names.has(name))];
    merged.set(key, { ...known, figures, cycles: known.cycles + cause.cycles });
  }
  return [...merged.entries()].sort(([a, x], [b, y]) => y.cycles - x.cycles || (a < b ? -1 : 1)).map(([, one]) => one);
}
