// The comparison: what is asked for, how far it is, what came of it. One runs at a time.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Comparison, ComparisonEnd, ComparisonProgress, Failure, LabApi, SavedFiles } from '../../contract/api';
import type { RebootPath } from '../../contract/records';
import { DEFAULT_PROFILE_ID } from '../../lab/index';
import { bridge } from '../bridge';
import { failureText } from './failure-text';
import { useMachines } from './machines';

/** idle: nothing ran yet. Any other says how the last run went; a result of an earlier run may still be shown. */
export type RunStatus = 'idle' | 'running' | 'done' | 'failed' | 'cancelled';

const PATHS_IN_ORDER: readonly RebootPath[] = ['cold', 'warm', 'kexec'];
export const MAX_SEED = 2 ** 32 - 1;

export const useComparison = defineStore('comparison', () => {
  const profileId = ref('');
  const selectedPaths = ref<RebootPath[]>(['warm', 'kexec']);
  const seed = ref<number | ''>(1);

  const status = ref<RunStatus>('idle');
  const isCancelling = ref(false);
  const progress = ref<ComparisonProgress | null>(null);
  const failure = ref<Failure | null>(null);
  /** The last finished comparison. Records are large: replaced whole, never watched deeply. */
  const result = shallowRef<Comparison | null>(null);
  /** What the last export said, for people. */
  const notice = ref('');

  const runningId = ref('');
  // An end can arrive before startComparison has answered with the id.
  let endBeforeStart: ComparisonEnd | null = null;

  const paths = computed(() => PATHS_IN_ORDER.filter((path) => selectedPaths.value.includes(path)));
  const seedProblem = computed(() => {
    const value = seed.value;
    const isValid = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SEED;
    return isValid ? '' : `Give a whole number from 0 to ${MAX_SEED}.`;
  });
  const pathsProblem = computed(() => (paths.value.length === 0 ? 'Choose at least one path.' : ''));
  const isRunning = computed(() => status.value === 'running');
  const canRun = computed(
    () => !isRunning.value && profileId.value !== '' && seedProblem.value === '' && pathsProblem.value === '',
  );

  /** Reads the machines; one is chosen when none is. */
  async function loadMachines(): Promise<void> {
    const machines = useMachines();
    await machines.load();
    profileId.value ||= (machines.find(DEFAULT_PROFILE_ID) ?? machines.machines[0])?.id ?? '';
  }

  /** Begins a run of what the form says; does nothing when it cannot. */
  async function run(): Promise<void> {
    if (!canRun.value) return;
    status.value = 'running';
    isCancelling.value = false;
    progress.value = null;
    failure.value = null;
    notice.value = '';
    endBeforeStart = null;
    runningId.value = '';
    const request = { profileId: profileId.value, paths: paths.value, seed: seed.value as number, overlay: {} };
    const started = await bridge().startComparison(request);
    if (!started.ok) {
      fail(started.failure);
      return;
    }
    runningId.value = started.value.comparisonId;
    if (endBeforeStart) finish(endBeforeStart);
    else if (isCancelling.value) void bridge().cancelComparison(runningId.value);
  }

  /** Asks the running comparison to end. */
  async function cancel(): Promise<void> {
    if (!isRunning.value || isCancelling.value) return;
    isCancelling.value = true;
    if (runningId.value !== '') await bridge().cancelComparison(runningId.value);
  }

  function fail(reason: Failure): void {
    status.value = 'failed';
    failure.value = reason;
  }

  function finish(end: ComparisonEnd): void {
    if (end.comparisonId !== runningId.value) {
      if (isRunning.value && runningId.value === '') endBeforeStart = end;
      return;
    }
    runningId.value = '';
    if (end.status === 'failed') {
      fail(end.failure);
      return;
    }
    status.value = end.status;
    if (end.status !== 'done') return;
    result.value = end.comparison;
    if (end.notKept) notice.value = `Not kept in the history: ${failureText(end.notKept)}`;
  }

  /** Puts a comparison of the history on the screen. */
  function show(opened: Comparison): void {
    notice.value = '';
    result.value = opened;
  }

  /** Listens to the main process; gives what ends it. */
  function listen(): () => void {
    const endProgress = bridge().onComparisonProgress((news) => {
      if (isRunning.value) progress.value = news;
    });
    const endEnds = bridge().onComparisonEnd(finish);
    return () => {
      endProgress();
      endEnds();
    };
  }

  async function exportCsv(): Promise<void> {
    if (!result.value) return;
    report(await bridge().exportCsv(result.value.id));
  }

  /** Saves a picture the window has made. */
  async function exportPng(png: Uint8Array): Promise<void> {
    if (!result.value) return;
    const { profileId: machine, seed: usedSeed } = result.value.request;
    const suggestedName = `bootlab-${machine.replace(/[^\w.-]/g, '-')}-seed-${usedSeed}.png`;
    report(await bridge().exportPng({ suggestedName, png }));
  }

  function report(saved: Awaited<ReturnType<LabApi['exportCsv']>>): void {
    if (!saved.ok) notice.value = failureText(saved.failure);
    else if (saved.value) notice.value = `Saved ${describeFiles(saved.value)}.`;
  }

  return {
    profileId,
    selectedPaths,
    seed,
    paths,
    seedProblem,
    pathsProblem,
    status,
    isRunning,
    isCancelling,
    canRun,
    progress,
    failure,
    result,
    notice,
    loadMachines,
    run,
    cancel,
    show,
    listen,
    exportCsv,
    exportPng,
  };
});

function describeFiles({ paths }: SavedFiles): string {
  return paths.join(' and ');
}
