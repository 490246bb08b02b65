// Runs the paths of a comparison side by side and puts the records together: the same for window and terminal.
import type { Comparison, ComparisonProgress, ComparisonRequest, Result } from '../contract/api';
import { comparisonRequestSchema, describeIssues } from '../contract/schemas';
import type { GuestImages, LinuxGuest, RunProgress } from '../emulator/index';
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

/** A run that has not ended by then is given up: an hour at 277 MHz, far above any reboot of a profile. */
export const LIMIT_CYCLES = 1e12;

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
  const parsed = comparisonRequestSchema.safeParse(input.request);
  if (!parsed.success) {
    return fail('HOST-REQUEST', `This comparison makes no sense:\n${describeIssues(parsed.error)}`, 'Correct it.');
  }
  const request = parsed.data;
  if (request.linux && Object.keys(request.options ?? {}).length > 0) {
    return fail('HOST-REQUEST', 'Options are for the lab kernel, not for a Linux of your own.', 'Leave them away.');
  }
  const optioned = attempt(() => {
    const run = applyRunOptions(applyOverlay(input.profile, request.overlay), request.options ?? {});
    checkProfile(run.profile);
    return run;
  });
  if (!optioned.ok) return optioned;

  const records = await runAll(input, request, optioned.value, options);
  if (!records.ok) return records;

  const variations = variationsOf(request);
  const { profile, lab } = optioned.value;
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

function variationsOf(request: ComparisonRequest) {
  return sortVariations(request.variations ?? VARIATION_IDS);
}

async function runAll(
  { images, linux, engine }: CompareInput,
  request: ComparisonRequest,
  { profile, lab }: OptionedRun,
  options: CompareOptions,
): Promise<Result<PathRecord[]>> {
  const stopper = new AbortController();
  const onAbort = () => stopper.abort();
  if (options.signal?.aborted) stopper.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const progress = trackProgress(request.paths, profile.cpu.hz.value, options.onProgress);
  try {
    const results = await Promise.all(
      request.paths.map(async (path) => {
        const result = await engine.run(
          {
            profile,
            path,
            seed: request.seed,
            variations: variationsOf(request),
            images,
            linux,
            lab,
            limitCycles: LIMIT_CYCLES,
          },
          { signal: stopper.signal, onProgress: (report) => progress.report(path, report) },
        );
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
