// trace.json: Chrome's trace event format (Trace Event Format, Google, 2016: "Duration", "Metadata" and "Counter events"), for
// Perfetto and about:tracing. A process per path, a thread per owner; of several seeds the first that was done.
import type { PhaseRecord } from '../../emulator/index';
import { PATH_NAMES } from '../../emulator/index';
import type { ExperimentResults, PlannedRun } from '../experiment/experiment';
import { nanosecondsFromCycles } from '../format-cycles';
import { phaseStretches } from '../phase-totals';
import type { RunRecord } from '../run-record';
import { placedRuns } from './run-rows';

/** Fields of the format that are used here. Times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M' | 'C';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: Readonly<Record<string, string | number | readonly string[]>>;
}

/** Threads from above: the path with its groups, then whose code runs. */
const THREADS: readonly (readonly [owner: PhaseRecord['owner'], name: string])[] = [
  ['', 'Path and groups'],
  ['old_kernel', 'Old kernel'],
  ['firmware', 'Firmware'],
  ['option_rom', 'Expansion ROMs'],
  ['loader', 'Boot loader'],
  ['purgatory', 'Purgatory'],
  ['new_kernel', 'New kernel'],
];

/** The file in pieces, a piece for each path at each point. */
export function* traceJsonChunks(results: ExperimentResults): Generator<string> {
  const { experiment, experimentHash, engineVersion } = results;
  yield (
    '{"displayTimeUnit":"ms","otherData":' +
    JSON.stringify({
      experiment_id: experiment.id,
      experiment_hash: experimentHash,
      engine_version: engineVersion,
      time_base: 'guest cycles at the clock of each machine; exact cycles are in args',
      runs_shown: 'the first that was done of each path at each point',
    }) +
    ',"traceEvents":['
  );
  let separator = '\n';
  const shown = new Set<string>();
  for (const { planned, outcome } of placedRuns(results)) {
    const key = `${planned.point.pointIndex} ${planned.path}`;
    if (outcome.status !== 'done' || shown.has(key)) continue;
    shown.add(key);
    const pid = planned.point.pointIndex * experiment.paths.length + experiment.paths.indexOf(planned.path) + 1;
    for (const event of traceEvents(planned, outcome.record, pid)) {
      yield separator + JSON.stringify(event);
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}

function* traceEvents(planned: PlannedRun, record: RunRecord, pid: number): Generator<TraceEvent> {
  const { point, path, seed, runId } = planned;
  const settings = Object.entries(point.values).map(([name, value]) => `${name} ${value}`);
  const name = [PATH_NAMES[path], point.profileId, ...settings, `seed ${seed}`].join(' · ');
  const metadata = (tid: number, kind: string, args: TraceEvent['args']): TraceEvent => {
    return { name: kind, ph: 'M', pid, tid, args };
  };
  yield metadata(0, 'process_name', { name });
  yield metadata(0, 'process_labels', { labels: runId });
  yield metadata(0, 'process_sort_index', { sort_index: pid });
  const owners = new Set<string>();
  const note = (phase: PhaseRecord) => {
    owners.add(phase.owner);
    phase.children.forEach(note);
  };
  note(record.root);
  for (const [tid, [owner, title]] of THREADS.entries()) {
    if (!owners.has(owner)) continue;
    yield metadata(tid, 'thread_name', { name: title });
    yield metadata(tid, 'thread_sort_index', { sort_index: tid });
  }
  yield* spans(record.root, record.cpuHz, pid);
  yield* pagesLeft(record, pid);
}

function* spans(phase: PhaseRecord, cpuHz: number, pid: number): Generator<TraceEvent> {
  // Both ends are rounded alike, so that spans which meet do not overlap.
  const startNs = nanosecondsFromCycles(phase.startCycle, cpuHz);
  const endNs = nanosecondsFromCycles(phase.endCycle, cpuHz);
  yield {
    name: phase.name,
    cat: phase.basis,
    ph: 'X',
    pid,
    tid: THREADS.findIndex(([owner]) => owner === phase.owner),
    ts: startNs / 1000,
    dur: (endNs - startNs) / 1000,
    args: {
      phase_id: phase.id,
      start_cycle: phase.startCycle,
      end_cycle: phase.endCycle,
      duration_cycles: phase.costs.durationCycles,
      basis: phase.basis,
      evidence: phase.evidence,
      instructions: phase.costs.instructions,
      device_wait_cycles: phase.costs.deviceWaitCycles,
    },
  };
  for (const child of phase.children) yield* spans(child, cpuHz, pid);
}

/** A record knows how many pages the stub copied and when it began and ended: all are left at first, none at the end. */
function* pagesLeft({ root, cpuHz, pagesCopied }: RunRecord, pid: number): Generator<TraceEvent> {
  const copies = phaseStretches(root).filter(({ id }) => id === 'relocate-copy');
  if (pagesCopied === 0 || copies.length === 0) return;
  const at = (cycle: number, pages: number): TraceEvent => ({
    name: 'Pages left to copy',
    ph: 'C',
    pid,
    tid: 0,
    ts: nanosecondsFromCycles(cycle, cpuHz) / 1000,
    args: { pages },
  });
  yield at(copies[0].startCycle, pagesCopied);
  yield at(copies[copies.length - 1].endCycle, 0);
}
