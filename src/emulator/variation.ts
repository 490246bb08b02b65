// The seeded starting conditions that make repetitions differ. Each model can be off: then its figure is a fixed zero.
import type { MachineProfile } from './profile';
import { LONGEST_BAT_NS, LONGEST_DRIVE_ANSWER_NS } from './profile-checks';
import type { VariationId } from './phases';
import { createRandomStream } from './random';

/** What a run starts from. All of it is fixed by seed and the models that are on. */
export interface StartingConditions {
  /** How far the 8254's oscillator is into its period when power comes on (timer-phase): below 838 ns. */
  readonly timerPhaseNs: number;
  /** How far the clock's current second has gone (timer-phase): below 1 s. */
  readonly rtcPhaseNs: number;
  /** Where the platter stands, in turns (disk-rotation): 0 <= angle < 1. */
  readonly platterAngle: number;
  /** Seed of the lab kernel's page frame order (page-placement): 0 = lowest first. */
  readonly pageOrderSeed: number;
  /** Factor on the keyboard's and drive's answer times after a reset (device-answer): 0.9 to 1.1. */
  readonly answerFactor: number;
}

/** One period of the timer's oscillator, 1.193182 MHz. */
const TIMER_PERIOD_NS = 838;

/** Draws the starting conditions of a run. */
export function drawStartingConditions(seed: number, active: readonly VariationId[]): StartingConditions {
  const draw = (id: VariationId, bound: number, part = '') =>
    active.includes(id) ? createRandomStream(seed, id + part).nextInteger(bound) : 0;
  return {
    timerPhaseNs: draw('timer-phase', TIMER_PERIOD_NS),
    rtcPhaseNs: draw('timer-phase', 1e9, '/rtc'),
    platterAngle: draw('disk-rotation', 1 << 20) / (1 << 20),
    pageOrderSeed: active.includes('page-placement') ? 1 + draw('page-placement', 999_999) : 0,
    answerFactor: active.includes('device-answer') ? 0.9 + draw('device-answer', 2001) / 10_000 : 1,
  };
}

/** The profile with its answer times after a reset scaled, within what a profile may have; evidence and source stay. */
export function withAnswerTimes(profile: MachineProfile, factor: number): MachineProfile {
  if (factor === 1) return profile;
  const scaled = <F extends { readonly value: number }>(figure: F, longest: number): F => ({
    ...figure,
    value: Math.min(Math.round(figure.value * factor), longest),
  });
  return {
    ...profile,
    keyboard: { ...profile.keyboard, batNs: scaled(profile.keyboard.batNs, LONGEST_BAT_NS) },
    disk: { ...profile.disk, resetAnswerNs: scaled(profile.disk.resetAnswerNs, LONGEST_DRIVE_ANSWER_NS) },
  };
}
