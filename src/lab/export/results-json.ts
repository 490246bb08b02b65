// results.json: an experiment with everything that was measured, one run a line. Members are sorted by name, so
// that a record gives the same bytes whether it comes from a worker or from a store. Schema: resources/schemas/results.schema.json.
import type { ExperimentResults } from '../experiment/experiment';
import { placedRuns } from './run-rows';

/** Raised when a file that was right before would be read differently; fields are only added. */
export const RESULTS_VERSION = 1;

/** Facts that differ from host to host and from time to time. Nothing else in any export does. */
export type HostFacts = Readonly<Record<string, unknown>>;

/**
 * The file in pieces. Without `host` its bytes depend on the experiment and its records alone.
 * @param host JSON values only
 */
export function* resultsJsonChunks(results: ExperimentResults, host: HostFacts | null = null): Generator<string> {
  const { experiment, experimentHash, engineVersion } = results;
  yield (
    '{\n' +
    `"format": "bootlab-results",\n` +
    `"version": ${RESULTS_VERSION},\n` +
    `"engineVersion": ${sortedJson(engineVersion)},\n` +
    `"experiment": ${sortedJson(experiment)},\n` +
    `"experimentHash": ${sortedJson(experimentHash)},\n` +
    `"runs": [`
  );
  let separator = '\n';
  for (const run of placedRuns(results)) {
    yield separator + sortedJson(run);
    separator = ',\n';
  }
  yield host ? `\n],\n"host": ${sortedJson(host)}\n}\n` : '\n]\n}\n';
}

/** JSON whose members stand in the order of their names, whatever order they were made in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(withSortedMembers(value));
}

/** A copy, for JSON.stringify writes members in the order they were made, and puts text together faster than we could. */
function withSortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(members).sort()) sorted[name] = withSortedMembers(members[name]);
  return sorted;
}
