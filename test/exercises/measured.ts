// Measures for the exercises as a student has them: from records, and from the machine itself where the exercise looks closer.
import type { LabOptions } from '../../src/emulator/lab-options';
import type { PathRecord, PhaseCosts, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { ProfileOverlay, MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { runPath } from '../../src/emulator/run-path';
import { phaseCycles, phaseTotals } from '../../src/lab/phase-totals';
import type { RunOptions } from '../../src/lab/run-options';
import { applyRunOptions } from '../../src/lab/run-options';
import type { PhaseId } from '../../src/lab/index';
import { readGuestImages } from '../support/guest-images';
import { testProfile } from '../support/test-profile';

const IMAGES = readGuestImages();
export const MIB = 1024 * 1024;
export const PAGE_BYTES = 4096;

/** What only takes time, shortened. */
const SHORT: ProfileOverlay = { 'memory.ramBytes': 4 * MIB, 'firmware.memoryTest': 0, 'loader.promptTenths': 0 };

/** A setting of what `bootlab compare` takes. */
export interface Setting {
  readonly profile?: MachineProfile;
  readonly set?: ProfileOverlay;
  readonly option?: RunOptions;
  /** Further words of the command line. */
  readonly words?: string;
}

/** The request `bootlab compare --no-variation` makes of a path, on the test machine unless a setting says otherwise. */
export function requestOf(path: RebootPath, setting: Setting = {}): PathRunRequest {
  const { profile = applyOverlay(testProfile(), SHORT), set = {}, option = {}, words = '' } = setting;
  const run = applyRunOptions(applyOverlay(profile, set), option);
  const { kernel } = run.profile;
  const commandLine = `${kernel.commandLine} ${words}`.trim();
  return {
    profile: { ...run.profile, kernel: { ...kernel, commandLine } },
    path,
    seed: 1,
    variations: [],
    images: IMAGES,
    lab: run.lab satisfies Partial<LabOptions>,
    limitCycles: 1e12,
  };
}

/** Runs a path. */
export function measure(path: RebootPath, setting?: Setting): PathRecord {
  return runPath(requestOf(path, setting));
}

/** Cycles of all stretches of a phase. */
export function cyclesIn(record: PathRecord, id: PhaseId): number {
  return phaseCycles(phaseTotals(record.root), id);
}

/** One cost of all leaves that bear the name of a phase or POST step. */
export function costIn({ root }: PathRecord, id: string, cost: keyof PhaseCosts): number {
  return leafPhases(root).reduce((sum, leaf) => (leaf.id === id ? sum + leaf.costs[cost] : sum), 0);
}

/** Phases in the order of time, POST steps by their own names. */
export function leavesOf({ root }: PathRecord): string[] {
  return leafPhases(root).map(({ id }) => id);
}

/** Slope and intercept of the line of least squares, and the largest distance of a point from it. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const intercept = meanY - slope * meanX;
  const largestError = Math.max(...points.map(([x, y]) => Math.abs(y - slope * x - intercept)));
  return { slope, intercept, largestError };
}
