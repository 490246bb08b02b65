// Rows of the phase table: groups, their phases, and POST steps below a phase; a cell per path.
import type { Basis, Evidence, PathRecord, PhaseGroup, PhaseRecord } from '../../../lab/index';
import { formatCycles, GROUP_TITLES, phaseTotals } from '../../../lab/index';

export interface PhaseCell {
  readonly cycles: number;
  readonly milliseconds: number;
  /** Of the whole path. */
  readonly share: number;
  readonly basis: Basis | null;
  readonly evidence: readonly Evidence[];
  readonly instructions: number;
  readonly portAccesses: number;
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
    const kinds = new Map(
      totals.flatMap((list) => list.filter(({ kind }) => kind.group === group).map(({ kind }) => [kind.id, kind])),
    );
    if (kinds.size === 0) return [];
    const groupId = `group:${group}`;
    const phases = [...kinds.values()].flatMap((kind) => {
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

/** A count with three digits and a prefix, "2.36 G": every digit is in the CSV. */
export function formatCount(count: number): string {
  return formatCycles(count).replace(/ cycles?$/, '');
}

/** Rows that are seen when the rows in `closed` are shut. */
export function openRows(rows: readonly PhaseRow[], closed: ReadonlySet<string>): PhaseRow[] {
  return rows.filter(({ ancestors }) => !ancestors.some((id) => closed.has(id)));
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

function cellOf(record: PathRecord, amounts: Amounts): PhaseCell {
  return {
    cycles: amounts.durationCycles,
    milliseconds: (amounts.durationCycles / record.cpuHz) * 1000,
    share: record.totalCycles === 0 ? 0 : amounts.durationCycles / record.totalCycles,
    basis: amounts.basis,
    evidence: amounts.evidence,
    instructions: amounts.instructions,
    portAccesses: amounts.portAccesses,
  };
}

/** Null when the path has none of them. A sum has a basis only when all its parts agree. */
function sumCells(record: PathRecord, cells: readonly (PhaseCell | null)[]): PhaseCell | null {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0) return null;
  const sum = (name: 'cycles' | 'instructions' | 'portAccesses') =>
    present.reduce((total, cell) => total + cell[name], 0);
  const bases = new Set(present.map(({ basis }) => basis));
  return cellOf(record, {
    durationCycles: sum('cycles'),
    instructions: sum('instructions'),
    portAccesses: sum('portAccesses'),
    basis: bases.size === 1 ? present[0].basis : null,
    evidence: EVIDENCE_ORDER.filter((tag) => present.some(({ evidence }) => evidence.includes(tag))),
  });
}
