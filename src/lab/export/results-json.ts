// results.json: an experiment with everything that was measured, one run a line. Members are sorted by name (RFC 8785), so
// that a record gives the same bytes whether it comes from a worker or from a store. Schema: resources/schemas/results.schema.json.
import { canonicalJson } from '../config-hash';
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
    `"engineVersion": ${canonicalJson(engineVersion)},\n` +
    `"experiment": ${canonicalJson(experiment)},\n` +
    `"experimentHash": ${canonicalJson(experimentHash)},\n` +
    `"runs": [`
  );
  let separator = '\n';
  for (const run of placedRuns(results)) {
    yield separator + canonicalJson(run);
    separator = ',\n';
  }
  yield host ? `\n],\n"host": ${canonicalJson(host)}\n}\n` : '\n]\n}\n';
}
