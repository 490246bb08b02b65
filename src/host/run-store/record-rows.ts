// Records as rows: JSON that SQLite's own functions can read, the tree of phases as a list, for the generated columns of `runs` and
// the view `phases`. Why not a row per phase: docs/decisions/0022-run-store.md. What does not fit is kept whole.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PathRecord, PhaseCosts, PhaseRecord } from '../../emulator/index';
import { sumByPurpose } from '../../lab/export/purposes';
import type { Cell } from './check-sum';
import type { Row, Tables } from './store-session';

/** depth, kind_id, start, end, then the costs as `costsOf` reads them; the view `phases` counts on the order. */
type PhaseList = readonly number[];

/** Signs of text that SQLite cannot keep (plain-text.ts), in JSON. */
const UNFIT_JSON = /\\u0000|\\ud[89a-f]/;

const RUN_COLUMNS = [
  'config_hash',
  'key_seed',
  'engine_build',
  'record',
  'console_text',
  'phases',
  'computed_at',
  'worker',
  'wall_ms',
] as const;

type RunCells = Readonly<Record<(typeof RUN_COLUMNS)[number], Cell>>;
type RecordCells = Pick<RunCells, 'record' | 'console_text' | 'phases'>;

/** Column `record`: what of a record is no phase and no console text, and sums that only other tools read. */
interface RecordJson {
  /** With `root` only where its phases do not fit the column `phases`, with `serialText` only where SQLite cannot keep it. */
  readonly own: Omit<PathRecord, 'root' | 'serialText'> & Partial<Pick<PathRecord, 'root' | 'serialText'>>;
  readonly purposes: Readonly<Record<string, number>>;
}

export const RUN_SELECTION = [...RUN_COLUMNS, 'check_sum'].map((name) => `runs.${name}`).join(', ');

/** What a phase has in common with others. */
type PhaseKindCells = Readonly<Pick<PhaseRecord, 'id' | 'name' | 'group' | 'owner' | 'basis' | 'evidence'>>;

const KIND_COLUMNS = ['phase_id', 'phase_name', 'group', 'owner', 'basis', 'evidence'] as const;

/** Records to rows and back. Remembers kinds of phases and console texts, which never change once they are written. */
export class RecordRows {
  private readonly kinds = new Map<number, PhaseKindCells>();
  private readonly kindIds = new Map<string, number>();
  private lastText: { readonly textId: number; readonly text: string } | null = null;

  /** @returns the `run` of the new row */
  insert(tables: Tables, cells: Omit<RunCells, keyof RecordCells>, record: PathRecord): number {
    return tables.insert('runs', RUN_COLUMNS, { ...cells, ...this.encode(tables, record) });
  }

  /** The record of a row selected with RUN_SELECTION, checked. */
  read(tables: Tables, row: Row): PathRecord {
    tables.verify('runs', RUN_COLUMNS, row);
    return this.decode(tables, row as RunCells);
  }

  /** After a transaction was undone, what it added is not there. */
  forget(): void {
    this.kinds.clear();
    this.kindIds.clear();
    this.lastText = null;
  }

  private encode(tables: Tables, record: PathRecord): RecordCells {
    const { root, serialText, ...own } = record;
    const purposes = sumByPurpose(root);
    const isFit = !UNFIT_JSON.test(JSON.stringify(record));
    if (isFit) {
      const phases = JSON.stringify(this.flatten(tables, root));
      const cells = {
        record: JSON.stringify({ own, purposes } satisfies RecordJson),
        console_text: this.textId(tables, serialText),
        phases,
      };
      if (isDeepStrictEqual(this.decode(tables, cells), record)) return cells;
    }
    const whole = JSON.stringify({ own: record, purposes } satisfies RecordJson);
    const cells = { record: whole, console_text: this.textId(tables, ''), phases: '[]' };
    if (isDeepStrictEqual(this.decode(tables, cells), record)) return cells;
    throw new TypeError('a record holds what JSON cannot say');
  }

  private decode(tables: Tables, { record, console_text, phases }: RecordCells): PathRecord {
    const { own } = JSON.parse(record as string) as RecordJson;
    return {
      ...own,
      root: own.root ?? this.buildTree(tables, JSON.parse(phases as string) as PhaseList[]),
      serialText: own.serialText ?? this.text(tables, console_text as number),
    };
  }

  private flatten(tables: Tables, root: PhaseRecord): PhaseList[] {
    const lists: PhaseList[] = [];
    const visit = (phase: PhaseRecord, depth: number) => {
      const { startCycle, endCycle, costs } = phase;
      lists.push([depth, this.kindId(tables, phase), startCycle, endCycle, ...listOfCosts(costs)]);
      for (const child of phase.children) visit(child, depth + 1);
    };
    visit(root, 0);
    return lists;
  }

  private buildTree(tables: Tables, lists: readonly PhaseList[]): PhaseRecord {
    /** The last phase of each depth: the next deeper one is its child. */
    let root: PhaseRecord | null = null;
    const open: { readonly children: PhaseRecord[] }[] = [];
    for (const list of lists) {
      const [depth, kindId, startCycle, endCycle] = list;
      const { id, name, group, owner, basis, evidence } = this.kind(tables, kindId);
      const costs = costsOf(list);
      const children: PhaseRecord[] = [];
      const phase = { id, name, group, owner, basis, evidence: [...evidence], startCycle, endCycle, costs, children };
      open[depth] = phase;
      root ??= phase;
      if (depth > 0) open[depth - 1].children.push(phase);
    }
    return root ?? tables.throwDamaged('a record has no phases');
  }

  private kindId(tables: Tables, phase: PhaseRecord): number {
    const key = JSON.stringify([phase.id, phase.name, phase.group, phase.owner, phase.basis, phase.evidence]);
    const known = this.kindIds.get(key) ?? this.loadKinds(tables).get(key);
    if (known !== undefined) return known;
    const kindId = tables.insert('phase_kinds', KIND_COLUMNS, {
      phase_id: phase.id,
      phase_name: phase.name,
      group: phase.group,
      owner: phase.owner,
      basis: phase.basis,
      evidence: JSON.stringify(phase.evidence),
    });
    this.loadKinds(tables);
    return kindId;
  }

  private kind(tables: Tables, kindId: number): PhaseKindCells {
    if (!this.kinds.has(kindId)) this.loadKinds(tables);
    return this.kinds.get(kindId) ?? tables.throwDamaged(`phase kind ${kindId} is missing`);
  }

  private loadKinds(tables: Tables): ReadonlyMap<string, number> {
    for (const row of tables.all('SELECT * FROM phase_kinds')) {
      tables.verify('phase_kinds', KIND_COLUMNS, row);
      const [id, name, group, owner, basis, evidence] = KIND_COLUMNS.map((column) => row[column] as string);
      const kind = { id, name, group, owner, basis, evidence: JSON.parse(evidence) } as PhaseKindCells;
      this.kinds.set(row.kind_id as number, kind);
      this.kindIds.set(JSON.stringify([id, name, group, owner, basis, kind.evidence]), row.kind_id as number);
    }
    return this.kindIds;
  }

  private textId(tables: Tables, text: string): number {
    const sha256 = sha256Of(text);
    const row = tables.first('SELECT text_id FROM texts WHERE sha256 = ?', sha256);
    if (row) return row.text_id as number;
    return tables.run('INSERT INTO texts (text, sha256) VALUES (?, ?)', text, sha256).lastRowId;
  }

  /** Runs of an experiment say mostly the same on their consoles: the last one is remembered. */
  private text(tables: Tables, textId: number): string {
    if (this.lastText?.textId === textId) return this.lastText.text;
    const row = tables.first('SELECT text, sha256 FROM texts WHERE text_id = ?', textId);
    if (!row) return tables.throwDamaged(`console text ${textId} is missing`);
    if (sha256Of(row.text as string) !== row.sha256)
      tables.throwDamaged(`console text ${textId} is not what was written`);
    this.lastText = { textId, text: row.text as string };
    return this.lastText.text;
  }
}

function listOfCosts(costs: PhaseCosts): number[] {
  return [
    costs.durationCycles,
    costs.instructions,
    costs.portReads,
    costs.portWrites,
    costs.interrupts,
    costs.deviceWaitCycles,
    costs.forcedDelayCycles,
    costs.portCycles,
    costs.modelledCycles,
    costs.memoryCycles,
    costs.bytesRead,
    costs.bytesWritten,
  ];
}

function costsOf(list: PhaseList): PhaseCosts {
  return {
    durationCycles: list[4],
    instructions: list[5],
    portReads: list[6],
    portWrites: list[7],
    interrupts: list[8],
    deviceWaitCycles: list[9],
    forcedDelayCycles: list[10],
    portCycles: list[11],
    modelledCycles: list[12],
    memoryCycles: list[13],
    bytesRead: list[14],
    bytesWritten: list[15],
  };
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
