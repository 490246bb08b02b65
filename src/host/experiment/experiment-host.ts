// Experiments over one resources folder and one worker file: planning them and carrying them out.
import { arch, platform } from 'node:process';
import type { Result } from '../../contract/api';
import type { GuestImages } from '../../emulator/index';
import type { ExperimentPlan } from '../../lab/index';
import { ENGINE_VERSION } from '../../lab/index';
import type { EngineHost } from '../engine-host';
import { createWorkerHost } from '../engine-host';
import { succeed } from '../failure';
import type { RunStore } from '../run-store/run-store';
import { hashEngineBuild } from './engine-build';
import type { ExperimentSource, FindMachine } from './read-experiment';
import { planFrom } from './read-experiment';
import type { ExperimentOptions, RunningExperiment } from './run-experiment';
import { startExperiment } from './run-experiment';

/** Who runs it, for people. */
export interface ExperimentRunner {
  /** Runs at a time. */
  readonly workers: number;
  /** "cli", "app". */
  readonly program: string;
}

export interface ExperimentHost {
  /** Finds the machines of an experiment and plans it. */
  plan(source: ExperimentSource): Promise<Result<ExperimentPlan>>;
  /** Begins a plan, or goes on with one the store knows. The store stays open until the end has come. */
  start(
    plan: ExperimentPlan,
    store: RunStore,
    runner: ExperimentRunner,
    options?: ExperimentOptions,
  ): Promise<Result<RunningExperiment>>;
}

export interface ExperimentHostParts {
  readonly workerFile: string;
  readonly findMachine: FindMachine;
  readonly loadImages: () => Promise<Result<GuestImages>>;
  /** Another way to run paths than worker threads, and what its build is called. */
  readonly standIn?: { readonly engine: EngineHost; readonly engineBuild: string };
}

export function createExperimentHost({
  workerFile,
  findMachine,
  loadImages,
  standIn,
}: ExperimentHostParts): ExperimentHost {
  return {
    plan: (source) => planFrom(source, findMachine),
    async start(plan, store, { workers, program }, options) {
      const images = await loadImages();
      if (!images.ok) return images;
      const build = standIn ? succeed(standIn.engineBuild) : await hashEngineBuild(workerFile, images.value);
      if (!build.ok) return build;
      const engine = standIn?.engine ?? createWorkerHost({ workerFile, maxParallel: workers, keepsWorkers: true });
      const running = startExperiment(
        {
          plan,
          images: images.value,
          engine,
          engineBuild: build.value,
          engineVersion: ENGINE_VERSION,
          store,
          host: {
            platform: `${platform}-${arch}`,
            program: `${program} ${ENGINE_VERSION}, Node ${process.versions.node}`,
            workers,
          },
        },
        options,
      );
      if (!standIn) void running.end.then(() => engine.close());
      return succeed(running);
    },
  };
}
