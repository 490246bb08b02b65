// Experiments over one resources folder and one worker file: planning them and carrying them out.
import { arch, platform } from 'node:process';
import type { Comparison, Result } from '../../contract/api';
import type { GuestImages } from '../../emulator/index';
import type { ExperimentPlan } from '../../lab/index';
import { ENGINE_VERSION } from '../../lab/index';
import type { EngineHost } from '../engine-host';
import { createWorkerHost } from '../engine-host';
import { succeed } from '../failure';
import type { ExecutionHost, RunStore } from '../run-store/run-store';
import { experimentOf, keepRecords } from './comparison-entries';
import { hashEngineBuild } from './engine-build';
import type { ExperimentSource, FindMachine } from './read-experiment';
import { checkExperiment, planFrom } from './read-experiment';
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
  /** Keeps what a comparison has computed, as if its runs had been started one by one. */
  keep(
    comparison: Comparison,
    machineName: string,
    store: RunStore,
    program: string,
  ): Promise<Result<{ readonly entryId: number }>>;
  /** What records of this engine are kept under (docs/run-store.md). */
  engineBuild(): Promise<Result<string>>;
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
  const buildOf = (images: GuestImages): Promise<Result<string>> =>
    standIn ? Promise.resolve(succeed(standIn.engineBuild)) : hashEngineBuild(workerFile, images);

  async function engineBuild(): Promise<Result<string>> {
    const images = await loadImages();
    return images.ok ? buildOf(images.value) : images;
  }

  return {
    plan: (source) => planFrom(source, findMachine),
    engineBuild,
    async keep(comparison, machineName, store, program) {
      const source = checkExperiment(experimentOf(comparison.request, machineName));
      if (!source.ok) return source;
      const plan = await planFrom(source.value, findMachine);
      if (!plan.ok) return plan;
      const build = await engineBuild();
      if (!build.ok) return build;
      const host = executionHost(program, comparison.records.length);
      return keepRecords(plan.value, comparison.records, store, {
        engineVersion: ENGINE_VERSION,
        engineBuild: build.value,
        host,
      });
    },
    async start(plan, store, { workers, program }, options) {
      const images = await loadImages();
      if (!images.ok) return images;
      const build = await buildOf(images.value);
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
          host: executionHost(program, workers),
        },
        options,
      );
      if (!standIn) void running.end.then(() => engine.close());
      return succeed(running);
    },
  };
}

function executionHost(program: string, workers: number): ExecutionHost {
  const version = `${program} ${ENGINE_VERSION}, Node ${process.versions.node}`;
  return { platform: `${platform}-${arch}`, program: version, workers };
}
