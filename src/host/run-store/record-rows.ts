// Records as rows: what is one figure a run is a column, the tree of phases is a JSON list that SQLite's own functions and the view
// `phases` can read. Why not a row per phase: docs/decisions/0020-run-store.md. What does not fit is kept whole, as JSON.
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

const RECORD_COLUMNS = [
  'schema_version',
  'engine_version',
  'machine_profile',
  'reboot_path',
  'seed',
  'variations',
  'cpu_hz',
  'memory_model',
  'total_cycles',
  'outage_cycles',
  'handover_cycles',
  'firmware_cycles',
  'shutdown_cycles',
  'load_cycles',
  'copy_cycles',
  'verify_cycles',
  'loader_cycles',
  'kernel_cycles',
  'userspace_cycles',
  'forced_delay_cycles',
  'instructions',
  'interrupts',
  'io_reads',
  'io_writes',
  'device_wait_cycles',
  'bytes_copied',
  'pages_copied',
  'post_codes',
  'warnings',
  'console_text',
  'phases',
  'whole_record',
] as const;

const KEY_COLUMNS = ['config_hash', 'key_seed', 'engine_build'] as const;
const HOST_COLUMNS = ['computed_at', 'worker', 'wall_ms'] as const;

/** In the order of the check sum. */
const RUN_COLUMNS: readonly string[] = [...KEY_COLUMNS, ...RECORD_COLUMNS, ...HOST_COLUMNS];

export const RUN_SELECTION = `${RUN_COLUMNS.map((name) => `runs.${name}`).join(', ')}, runs.check_sum`;

type RecordCells = Readonly<Record<(typeof RECORD_COLUMNS)[number], Cell>>;
type KeyCells = Readonly<Record<(typeof KEY_COLUMNS)[number], Cell>>;
type HostCells = Readonly<Record<(typeof HOST_COLUMNS)[number], Cell>>;

/** What a phase has in common with others. */
type PhaseKindCells = Readonly<Pick<PhaseRecord, 'id' | 'name' | 'group' | 'owner' | 'basis' | 'evidence'>>;

const KIND_COLUMNS = ['phase_id', 'phase_name', 'group', 'owner', 'basis', 'evidence'] as const;

/** Records to rows and back. Remembers kinds of phases and console texts, which never change once they are written. */
export class RecordRows {
  private readonly kinds = new Map<number, PhaseKindCells>();
  private readonly kindIds = new Map<string, number>();
  private lastText: { readonly textId: number; readonly text: string } | null = null;

  /** @returns the `run` of the new row */
  insert(tables: Tables, key: KeyCells, record: PathRecord, host: HostCells): number {
    return tables.insert('runs', RUN_COLUMNS, { ...key, ...this.encode(tables, record), ...host });
  }

  /** The record of a row selected with RUN_SELECTION, checked. */
  read(tables: Tables, row: Row): PathRecord {
    tables.verify('runs', RUN_COLUMNS, row);
    if (row.whole_record !== null) return JSON.parse(row.whole_record as string) as PathRecord;
    return this.decode(tables, row as RecordCells);
  }

  /** After a transaction was undone, what it added is not there. */
  forget(): void {
    this.kinds.clear();
    this.kindIds.clear();
    this.lastText = null;
  }

  private encode(tables: Tables, record: PathRecord): RecordCells {
    const whole = JSON.stringify(record);
    if (!UNFIT_JSON.test(whole)) {
      const phases = JSON.stringify(this.flatten(tables, record.root));
      const cells = {
        ...figuresOf(record),
        console_text: this.textId(tables, record.serialText),
        phases,
        whole_record: null,
      };
      if (isDeepStrictEqual(this.decode(tables, cells), record)) return cells;
    }
    if (!isDeepStrictEqual(JSON.parse(whole), record)) throw new TypeError('a record holds what JSON cannot say');
    return { ...figuresOf(record), console_text: this.textId(tables, ''), phases: '[]', whole_record: whole };
  }

  private decode(tables: Tables, cells: RecordCells): PathRecord {
    const text = (name: keyof RecordCells) => cells[name] as string;
    const figure = (name: keyof RecordCells) => cells[name] as number;
    return {
      schemaVersion: figure('schema_version') as PathRecord['schemaVersion'],
      engineVersion: text('engine_version'),
      profileId: text('machine_profile'),
      path: text('reboot_path') as PathRecord['path'],
      seed: figure('seed'),
      variations: JSON.parse(text('variations')) as PathRecord['variations'],
      cpuHz: figure('cpu_hz'),
      memoryModel: text('memory_model') as PathRecord['memoryModel'],
      totalCycles: figure('total_cycles'),
      outageCycles: figure('outage_cycles'),
      handoverCycles: cells.handover_cycles as number | null,
      root: this.buildTree(tables, JSON.parse(text('phases')) as PhaseList[]),
      pagesCopied: figure('pages_copied'),
      bytesCopied: figure('bytes_copied'),
      postCodes: JSON.parse(text('post_codes')) as number[],
      serialText: this.text(tables, figure('console_text')),
      warnings: JSON.parse(text('warnings')) as string[],
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

/** The columns of runs.csv that a record has, and what else of it is one figure or a short list. */
function figuresOf(record: PathRecord): Omit<RecordCells, 'console_text' | 'phases' | 'whole_record'> {
  const { root } = record;
  const purposes = sumByPurpose(root);
  return {
    schema_version: record.schemaVersion,
    engine_version: record.engineVersion,
    machine_profile: record.profileId,
    reboot_path: record.path,
    seed: record.seed,
    variations: JSON.stringify(record.variations),
    cpu_hz: record.cpuHz,
    memory_model: record.memoryModel,
    total_cycles: record.totalCycles,
    outage_cycles: record.outageCycles,
    handover_cycles: record.handoverCycles,
    firmware_cycles: purposes.firmware,
    shutdown_cycles: purposes.shutdown,
    load_cycles: purposes.load,
    copy_cycles: purposes.copy,
    verify_cycles: purposes.verify,
    loader_cycles: purposes.loader,
    kernel_cycles: purposes.kernel,
    userspace_cycles: purposes.userspace,
    forced_delay_cycles: root.costs.forcedDelayCycles,
    instructions: root.costs.instructions,
    interrupts: root.costs.interrupts,
    io_reads: root.costs.portReads,
    io_writes: root.costs.portWrites,
    device_wait_cycles: root.costs.deviceWaitCycles,
    bytes_copied: record.bytesCopied,
    pages_copied: record.pagesCopied,
    post_codes: JSON.stringify(record.postCodes),
    warnings: JSON.stringify(record.warnings),
  };
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
