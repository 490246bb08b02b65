// All that window and terminal need of this room, over one resources folder and one worker file.
import { join } from 'node:path';
import type { Comparison, ComparisonRequest, Result, SavedFiles } from '../contract/api';
import type { MachineSummary } from '../contract/records';
import type { ExplainedPath, GuestImages, LinuxGuest } from '../emulator/index';
import type { FigureMachine, MachineProfile, RebootPath } from '../lab/index';
import type { CompareInput, CompareOptions } from './compare-paths';
import { comparePaths, explainPathOf } from './compare-paths';
import type { EngineHost } from './engine-host';
import { createWorkerHost } from './engine-host';
import type { ExperimentHost } from './experiment/experiment-host';
import { createExperimentHost } from './experiment/experiment-host';
import { succeed } from './failure';
import { loadFigureMachines, refuseFigures } from './figure-machines';
import { loadGuestImages } from './guest-images';
import { findProfile, loadProfiles, summarizeProfile } from './profiles';
import { saveComparisonsCsv } from './save-csv';

/** Machines, comparisons, files. Nothing in it rejects. */
export interface LabHost {
  listMachines(): Promise<Result<readonly MachineSummary[]>>;
  /** Machines of figures: compared by `compareFigures`, never run. */
  listFigureMachines(): Promise<Result<readonly FigureMachine[]>>;
  /** A machine by its id or from a file of a person's own. */
  findMachine(idOrFile: string): Promise<Result<MachineProfile>>;
  /** Runs a comparison; `profile` when the machine is none of those listed, `linux` with the content of `request.linux`. */
  compare(
    request: ComparisonRequest,
    options?: CompareOptions,
    profile?: MachineProfile,
    linux?: LinuxGuest | null,
  ): Promise<Result<Comparison>>;
  /** Runs one path of a comparison again, with every cycle put down to its cause. */
  explain(
    request: ComparisonRequest,
    path: RebootPath,
    options?: CompareOptions,
    profile?: MachineProfile,
    linux?: LinuxGuest | null,
  ): Promise<Result<ExplainedPath>>;
  /** Writes runs.csv and phases.csv into `folder`. */
  saveCsv(comparison: Comparison, folder: string): Promise<Result<SavedFiles>>;
  /** The same for several, in one pair of files. */
  saveCsvOfMany(comparisons: readonly Comparison[], folder: string): Promise<Result<SavedFiles>>;
  readonly experiments: ExperimentHost;
  /** The folder of the lessons that come with Bootlab. */
  readonly lessonsDir: string;
  /** Ends all runs of comparisons. */
  close(): Promise<void>;
}

export interface LabHostOptions {
  /** The folder `resources` of the app. */
  readonly resourcesDir: string;
  /** The built worker (out/main/engine-worker.cjs). */
  readonly workerFile: string;
  /** Another way to run paths than worker threads over `workerFile`. */
  readonly engine?: EngineHost;
  /** What tells the records of such an engine from others. */
  readonly engineBuild?: string;
}

export function createLabHost({ resourcesDir, workerFile, engine, engineBuild = '' }: LabHostOptions): LabHost {
  const profilesDir = join(resourcesDir, 'profiles');
  const figuresDir = join(resourcesDir, 'figures');
  const imagesDir = join(resourcesDir, 'guest', 'build');
  const runner = engine ?? createWorkerHost({ workerFile });
  let images: Result<GuestImages> | undefined;

  /** Kept once they were good; a damaged file may be mended meanwhile. */
  async function loadImages(): Promise<Result<GuestImages>> {
    if (!images?.ok) images = await loadGuestImages(imagesDir);
    return images;
  }

  /** By its id, or from a file. */
  async function findMachine(idOrFile: string): Promise<Result<MachineProfile>> {
    const found = await findProfile(idOrFile, profilesDir);
    return found.ok ? found : ((await refuseFigures(idOrFile, figuresDir)) ?? found);
  }

  /** What both need: the machine, and the images. */
  async function inputOf(
    request: ComparisonRequest,
    profile: MachineProfile | undefined,
    linux: LinuxGuest | null,
  ): Promise<Result<CompareInput>> {
    const machine = profile ? succeed(profile) : await findProfile(request.profileId, profilesDir);
    if (!machine.ok) return machine;
    const loaded = await loadImages();
    if (!loaded.ok) return loaded;
    return succeed({ request, profile: machine.value, images: loaded.value, linux, engine: runner });
  }

  return {
    async listMachines() {
      const profiles = await loadProfiles(profilesDir);
      return profiles.ok ? succeed(profiles.value.map(summarizeProfile)) : profiles;
    },
    listFigureMachines: () => loadFigureMachines(figuresDir),
    findMachine,
    async compare(request, options, profile, linux = null) {
      const input = await inputOf(request, profile, linux);
      return input.ok ? comparePaths(input.value, options) : input;
    },
    async explain(request, path, options, profile, linux = null) {
      const input = await inputOf(request, profile, linux);
      return input.ok ? explainPathOf(input.value, path, options) : input;
    },
    saveCsv: (comparison, folder) => saveComparisonsCsv([comparison], folder),
    saveCsvOfMany: (comparisons, folder) => saveComparisonsCsv(comparisons, folder),
    lessonsDir: join(resourcesDir, 'exercises'),
    experiments: createExperimentHost({
      workerFile,
      findMachine,
      loadImages,
      standIn: engine && { engine, engineBuild },
    }),
    close: () => runner.close(),
  };
}
