// Rows of the phase table: groups, their phases, and POST steps below a phase; a cell per path.
import type { Basis, Evidence, PathRecord, PhaseGroup, PhaseRecord, PhaseTotal } from '../../../lab/index';
import { formatCycles, GROUP_TITLES, phaseTotals } from '../../../lab/index';

export interface PhaseCell {
  readonly cycles: number;
  readonly milliseconds: number;
  /** Of the whole path. */
  readonly share: number;
  readonly basis: Basis | null;
  readonly evidence: readonly Evidence[];
  /** Null where they are not counted apart. */
  readonly instructions: number | null;
  readonly portAccesses: number | null;
}

export interface PhaseRow {
  readonly id: string;
  readonly name: string;
  readonly level: 1 | 2 | 3;
  readonly hasChildren: boolean;
  /** Ids of the rows above it; all of them must be open for it to be seen. */
  readonly ancestors: readonly string[];
  /** In the order of the records; null where the path has no such phase. */
  readonly cells: readonly (PhaseCell | null)[];
}

const GROUPS: readonly PhaseGroup[] = ['firmware', 'loader', 'kernel', 'userspace'];
const EVIDENCE_ORDER: readonly Evidence[] = ['S', 'D', 'K', 'model'];

/** The table of `records`: every group with at least one phase, its phases in the order of a reboot. */
export function phaseRows(records: readonly PathRecord[]): PhaseRow[] {
  const totals = records.map(({ root }) => phaseTotals(root));
  return GROUPS.flatMap((group) => {
    const kinds = mergeInOrder(
      totals.map((list) => list.filter(({ kind }) => kind.group === group).map(({ kind }) => kind)),
    );
    if (kinds.length === 0) return [];
    const groupId = `group:${group}`;
    const phases = kinds.flatMap((kind) => {
      const cells = records.map((record, index) => {
        const total = totals[index].find((candidate) => candidate.kind.id === kind.id);
        return total ? cellOf(record, total) : null;
      });
      const steps = stepRows(records, kind.id, [groupId, kind.id]);
      const row: PhaseRow = {
        id: kind.id,
        name: kind.name,
        level: 2,
        hasChildren: steps.length > 0,
        ancestors: [groupId],
        cells,
      };
      return [row, ...steps];
    });
    const ofGroup = phases.filter(({ level }) => level === 2);
    const cells = records.map((record, index) =>
      sumCells(
        record,
        ofGroup.map((row) => row.cells[index]),
      ),
    );
    return [{ id: groupId, name: GROUP_TITLES[group], level: 1, hasChildren: true, ancestors: [], cells }, ...phases];
  });
}

/** A count with three digits and a prefix, "2.36 G": every digit is in the CSV. Empty for null. */
export function formatCount(count: number | null): string {
  return count === null ? '' : formatCycles(count).replace(/ cycles?$/, '');
}

/** Rows that are seen when the rows in `closed` are shut. */
export function openRows(rows: readonly PhaseRow[], closed: ReadonlySet<string>): PhaseRow[] {
  return rows.filter(({ ancestors }) => !ancestors.some((id) => closed.has(id)));
}

/** One list of all kinds: what only a later list has comes after the kind it follows there. */
function mergeInOrder(lists: readonly (readonly PhaseTotal['kind'][])[]): PhaseTotal['kind'][] {
  const merged: PhaseTotal['kind'][] = [];
  for (const list of lists) {
    list.forEach((kind, index) => {
      if (merged.includes(kind)) return;
      merged.splice(index === 0 ? 0 : merged.indexOf(list[index - 1]) + 1, 0, kind);
    });
  }
  return merged;
}

function stepRows(records: readonly PathRecord[], phaseId: string, ancestors: readonly string[]): PhaseRow[] {
  const stepsOf = (record: PathRecord) => findAll(record.root, phaseId).flatMap(({ children }) => children);
  const names = new Map(records.flatMap((record) => stepsOf(record).map(({ id, name }) => [id, name])));
  return [...names].map(([id, name]) => ({
    id: `${phaseId}/${id}`,
    name,
    level: 3,
    hasChildren: false,
    ancestors,
    cells: records.map((record) => {
      const steps = stepsOf(record).filter((step) => step.id === id);
      return sumCells(
        record,
        steps.map((step) => stepCell(record, step)),
      );
    }),
  }));
}

function findAll(node: PhaseRecord, id: string): PhaseRecord[] {
  return node.id === id ? [node] : node.children.flatMap((child) => findAll(child, id));
}

function stepCell(record: PathRecord, { basis, evidence, costs }: PhaseRecord): PhaseCell {
  return cellOf(record, {
    basis,
    evidence,
    durationCycles: costs.durationCycles,
    instructions: costs.instructions,
    portAccesses: costs.portReads + costs.portWrites,
  });
}

interface Amounts {
  readonly durationCycles: number;
  readonly instructions: number;
  readonly portAccesses: number;
  readonly basis: Basis | null;
  readonly evidence: readonly Evidence[];
}

function cellOf(record: PathRecord, { durationCycles, ...amounts }: Amounts): PhaseCell {
  return { ...timesOf(record, durationCycles), ...amounts };
}

function timesOf(record: PathRecord, cycles: number): Pick<PhaseCell, 'cycles' | 'milliseconds' | 'share'> {
  return {
    cycles,
    milliseconds: (cycles / record.cpuHz) * 1000,
    share: record.totalCycles === 0 ? 0 : cycles / record.totalCycles,
  };
}

/** Null when the path has none of them. A sum has a basis only when all its parts agree. */
function sumCells(record: PathRecord, cells: readonly (PhaseCell | null)[]): PhaseCell | null {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0) return null;
  const sum = (name: 'cycles' | 'instructions' | 'portAccesses') =>
    present.reduce((total, cell) => total + (cell[name] ?? 0), 0);
  const bases = new Set(present.map(({ basis }) => basis));
  return cellOf(record, {
    durationCycles: sum('cycles'),
    instructions: sum('instructions'),
    portAccesses: sum('portAccesses'),
    basis: bases.size === 1 ? present[0].basis : null,
    evidence: EVIDENCE_ORDER.filter((tag) => present.some(({ evidence }) => evidence.includes(tag))),
  });
}

/** The last rows of the table: both headline metrics, and the whole path. */
export function summaryRows(records: readonly PathRecord[]): { title: string; cells: (PhaseCell | null)[] }[] {
  const partOf = (record: PathRecord, cycles: number | null): PhaseCell | null =>
    cycles === null ? null : { ...wholeOf(record), ...timesOf(record, cycles), instructions: null, portAccesses: null };
  return [
    { title: 'Outage', cells: records.map((record) => partOf(record, record.outageCycles)) },
    { title: 'Handover', cells: records.map((record) => partOf(record, record.handoverCycles)) },
    { title: 'Whole path', cells: records.map(wholeOf) },
  ];
}

function wholeOf(record: PathRecord): PhaseCell {
  return { ...stepCell(record, record.root), basis: null, evidence: [] };
}
