// Runs the paths of a comparison side by side and puts the records together: the same for window and terminal.
import type { Comparison, ComparisonProgress, ComparisonRequest, Result } from '../contract/api';
import { comparisonRequestSchema, describeIssues } from '../contract/schemas';
import type { ExplainedPath, GuestImages, LinuxGuest, PathRunRequest, RunProgress } from '../emulator/index';
import { applyOverlay, checkProfile } from '../emulator/index';
import type { OptionedRun, PathRecord, MachineProfile, RebootPath } from '../lab/index';
import {
  answerSentence,
  applyRunOptions,
  comparisonConfigHash,
  nameRuns,
  sortVariations,
  VARIATION_IDS,
} from '../lab/index';
import type { EngineHost } from './engine-host';
import { attempt, CANCELLED_CODE, fail, succeed } from './failure';
import { createThrottle } from './throttle';
import { PROGRESS_INTERVAL_MS } from './worker-protocol';

/** A run that has not ended by then is given up: an hour at 2.8 GHz, far above any reboot of a profile. */
export const LIMIT_CYCLES = 1e13;

/** Progress without the id, which only the window knows. */
export type PathsProgress = Omit<ComparisonProgress, 'comparisonId'>;

export interface CompareOptions {
  /** At most ten times a second. */
  readonly onProgress?: (progress: PathsProgress) => void;
  /** Aborting ends the comparison with EMU-CANCELLED. */
  readonly signal?: AbortSignal;
}

export interface CompareInput {
  readonly request: ComparisonRequest;
  /** The machine of `request.profileId`, without the overlay. */
  readonly profile: MachineProfile;
  readonly images: GuestImages;
  /** The content of `request.linux`, where there is one. */
  readonly linux?: LinuxGuest | null;
  readonly engine: EngineHost;
}

/** Runs all paths at once. The first that fails ends the others and is the comparison's failure. Never rejects. */
export async function comparePaths(input: CompareInput, options: CompareOptions = {}): Promise<Result<Comparison>> {
  const checked = checkRequest(input);
  if (!checked.ok) return checked;
  const { request, run } = checked.value;
  const records = await runAll(input, request, run, options);
  if (!records.ok) return records;

  const variations = variationsOf(request);
  const { profile, lab } = run;
  const runs = nameRuns(profile, records.value, request.linux ?? null, lab);
  const configHash = comparisonConfigHash(profile, request.paths, variations, request.linux ?? null, lab);
  return succeed({
    id: `${configHash.slice(0, 12)}-s${request.seed}`,
    request,
    configHash,
    records: runs,
    answer: answerSentence(runs),
  });
}

/**
 * Runs one path of a comparison again and puts every cycle of it down to its cause: runs are deterministic, so it is the
 * run that was compared. Never rejects.
 */
export async function explainPathOf(
  input: CompareInput,
  path: RebootPath,
  { signal, onProgress }: CompareOptions = {},
): Promise<Result<ExplainedPath>> {
  const checked = checkRequest(input);
  if (!checked.ok) return checked;
  const { request, run } = checked.value;
  const progress = trackProgress([path], run.profile.cpu.hz.value, onProgress);
  try {
    return await input.engine.explain(orderOf(input, request, run, path), {
      signal,
      onProgress: (report) => progress.report(path, report),
    });
  } finally {
    progress.stop();
  }
}

interface CheckedRequest {
  readonly request: ComparisonRequest;
  readonly run: OptionedRun;
}

function checkRequest(input: CompareInput): Result<CheckedRequest> {
  const parsed = comparisonRequestSchema.safeParse(input.request);
  if (!parsed.success) {
    return fail('HOST-REQUEST', `This comparison makes no sense:\n${describeIssues(parsed.error)}`, 'Correct it.');
  }
  const request = parsed.data;
  if (request.linux && Object.keys(request.options ?? {}).length > 0) {
    return fail('HOST-REQUEST', 'Options are for the lab kernel, not for a Linux of your own.', 'Leave them away.');
  }
  return attempt(() => {
    const run = applyRunOptions(applyOverlay(input.profile, request.overlay), request.options ?? {});
    checkProfile(run.profile);
    return { request, run };
  });
}

function orderOf(
  { images, linux }: CompareInput,
  request: ComparisonRequest,
  { profile, lab }: OptionedRun,
  path: RebootPath,
): PathRunRequest {
  const variations = variationsOf(request);
  return { profile, path, seed: request.seed, variations, images, linux, lab, limitCycles: LIMIT_CYCLES };
}

function variationsOf(request: ComparisonRequest) {
  return sortVariations(request.variations ?? VARIATION_IDS);
}

async function runAll(
  input: CompareInput,
  request: ComparisonRequest,
  run: OptionedRun,
  options: CompareOptions,
): Promise<Result<PathRecord[]>> {
  const stopper = new AbortController();
  const onAbort = () => stopper.abort();
  if (options.signal?.aborted) stopper.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const progress = trackProgress(request.paths, run.profile.cpu.hz.value, options.onProgress);
  try {
    const results = await Promise.all(
      request.paths.map(async (path) => {
        const result = await input.engine.run(orderOf(input, request, run, path), {
          signal: stopper.signal,
          onProgress: (report) => progress.report(path, report),
        });
        if (result.ok) progress.finish(path);
        else stopper.abort();
        return result;
      }),
    );
    return firstFailureOf(results) ?? succeed(results.map((result) => (result as { value: PathRecord }).value));
  } finally {
    progress.stop();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** The cause, not the cancellations it brought upon the others. */
function firstFailureOf(results: readonly Result<PathRecord>[]) {
  const failures = results.filter((result) => !result.ok);
  return failures.find(({ failure }) => failure.code !== CANCELLED_CODE) ?? failures[0];
}

/** Half of a path's bar is filled when the machine has lived this long; how long it will live nobody knows. */
const HALF_WAY_SECONDS = 10;

function trackProgress(
  paths: readonly RebootPath[],
  cpuHz: number,
  onProgress: ((progress: PathsProgress) => void) | undefined,
) {
  const fractions = new Map(paths.map((path) => [path, 0]));
  const throttle = createThrottle<PathsProgress>(PROGRESS_INTERVAL_MS, (progress) => onProgress?.(progress));
  let pathsDone = 0;
  const offer = (text: string) => {
    const sum = [...fractions.values()].reduce((total, fraction) => total + fraction, 0);
    throttle.offer({ fraction: sum / paths.length, pathsDone, pathsTotal: paths.length, text });
  };
  return {
    /** Cycles only grow, so this approaches 1 and never falls. */
    report(path: RebootPath, { cycles, phaseName }: RunProgress) {
      const seconds = cycles / cpuHz;
      fractions.set(path, seconds / (seconds + HALF_WAY_SECONDS));
      offer(`${path}: ${phaseName}`);
    },
    finish(path: RebootPath) {
      fractions.set(path, 1);
      pathsDone++;
      offer(`${path}: done`);
    },
    stop: () => throttle.stop(),
  };
}
