// Exports of an experiment into a folder: which files is the lab's to say, how they reach the disk is whole-files.ts.
import type { Result } from '../../contract/api';
import type { ExperimentResults, ExportChoice, ExportFiles, HostFacts } from '../../lab/index';
import { exportFiles } from '../../lab/index';
import { succeed } from '../failure';
import { RunStoreError } from '../run-store/run-store';
import { ResultsError } from './results-file';
import type { WriteOptions } from './whole-files';
import { writeWholeFiles } from './whole-files';

export interface WrittenExports {
  readonly paths: readonly string[];
  /** Charts that cannot be drawn, with the reason. */
  readonly leftOut: ExportFiles['leftOut'];
}

export interface ExportOptions extends WriteOptions {
  /** For results.json alone. */
  readonly host?: HostFacts | null;
}

/** Writes the chosen files, all of them or none; files of these names are replaced. Never rejects. */
export async function writeExports(
  results: ExperimentResults,
  choice: ExportChoice,
  folder: string,
  { host = null, ...options }: ExportOptions = {},
): Promise<Result<WrittenExports>> {
  const prepared = prepareExports(results, choice, host);
  if (!prepared.ok) return prepared;
  const { files, leftOut } = prepared.value;
  const written = await writeWholeFiles(folder, files, options);
  return written.ok ? succeed({ paths: written.value.paths, leftOut }) : written;
}

/** The chosen files, charts drawn; a source that fails meanwhile is a failure. */
export function prepareExports(
  results: ExperimentResults,
  choice: ExportChoice,
  host: HostFacts | null = null,
): Result<ExportFiles> {
  try {
    return succeed(exportFiles(results, choice, host));
  } catch (error) {
    return failureOfSource(error);
  }
}

/** The failure of a source that was being read. */
export function failureOfSource(error: unknown): Result<never> {
  if (error instanceof RunStoreError) return { ok: false, failure: error.failure };
  if (error instanceof ResultsError) return error.failed;
  throw error;
}
