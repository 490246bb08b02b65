// The history as text for a terminal.
import type { EntryComparison } from '../host/run-store/compare-entries';
import type { ExecutionSummary, HistoryEntry } from '../host/run-store/run-store';
import { SHORT_HASH_DIGITS } from '../lab/index';
import type { Alignment } from './text-table';
import { alignColumns } from './text-table';

/** "2026-11-23 22:41", of an ISO instant: the history's dates are UTC. */
const minuteOf = (instant: string) => instant.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ');

const short = (hash: string) => hash.slice(0, SHORT_HASH_DIGITS);

/** Entries as a table. */
export function entriesText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'There are no such experiments in the history.\n';
  const heads = ['', 'id', 'started (UTC)', 'status', 'runs', 'machines', 'paths', 'name', 'tags'];
  const alignments: Alignment[] = ['left', 'right', 'left', 'left', 'right', 'left', 'left', 'left', 'left'];
  const rows = entries.map((entry) => [
    entry.isStarred ? '*' : '',
    String(entry.entryId),
    minuteOf(entry.lastStartedAt),
    entry.status,
    runsText(entry),
    entry.machines.join(', '),
    entry.paths.join(', '),
    entry.name,
    entry.tags.join(', '),
  ]);
  return alignColumns([heads, ...rows], alignments);
}

/** One entry with its executions. */
export function entryText(entry: HistoryEntry, executions: readonly ExecutionSummary[]): string {
  const facts = [
    ['id', `${entry.entryId}${entry.isStarred ? ' *' : ''}`],
    ['name', entry.name],
    ['experiment', `${entry.experimentId} · ${short(entry.experimentHash)}`],
    ['configurations', short(entry.planHash)],
    ['engine', `${entry.engineVersion} · build ${short(entry.engineBuild)}`],
    ['machines', entry.machines.join(', ')],
    ['paths', entry.paths.join(', ')],
    ['runs', runsText(entry)],
    ['tags', entry.tags.join(', ')],
    ['notes', entry.notes],
  ].filter(([, value]) => value !== '');
  const heads = ['started (UTC)', 'ended', 'status', 'runs', 'by'];
  const rows = executions.map(({ startedAt, endedAt, status, runs, host }) => [
    minuteOf(startedAt),
    endedAt === null ? '-' : minuteOf(endedAt),
    status,
    String(runs),
    `${host.program}, ${host.workers} workers, ${host.platform}`,
  ]);
  return [
    alignColumns(facts, ['left', 'left']),
    alignColumns([heads, ...rows], ['left', 'left', 'left', 'right', 'left']),
  ].join('\n');
}

/** What differs between two entries. */
export function comparisonText(
  first: HistoryEntry,
  second: HistoryEntry,
  { isSameConfiguration, isSameEngine, differences }: EntryComparison,
): string {
  const heads = ['setting', `${first.entryId}: ${first.name}`, `${second.entryId}: ${second.name}`];
  const rows = differences.map((setting) => [setting.name, setting.first ?? '-', setting.second ?? '-']);
  const sentences = [
    isSameConfiguration ? 'Same configuration: every run has its counterpart.' : 'The configurations differ.',
    isSameEngine
      ? 'Same engine.'
      : `Engines differ: builds ${short(first.engineBuild)} and ${short(second.engineBuild)}.`,
  ];
  const table = rows.length > 0 ? alignColumns([heads, ...rows], ['left', 'left', 'left']) : 'No setting differs.\n';
  return `${table}\n${sentences.join('\n')}\n`;
}

/** "12", "8 of 12", "8 of 12, 1 failed". */
function runsText({ plannedRuns, doneRuns, failedRuns }: HistoryEntry): string {
  const done = doneRuns === plannedRuns ? String(plannedRuns) : `${doneRuns} of ${plannedRuns}`;
  return failedRuns === 0 ? done : `${done}, ${failedRuns} failed`;
}
