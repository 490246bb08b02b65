import { describe, expect, it } from 'vitest';
import { VARIATION_IDS } from '../../src/emulator/phases';
import { applyOverlay } from '../../src/emulator/profile';
import { checkProfile } from '../../src/emulator/profile-checks';
import { drawStartingConditions, withAnswerTimes } from '../../src/emulator/variation';
import { testProfile } from '../support/test-profile';

describe('starting conditions', () => {
  it('are fixed and the same for every seed while no model is on', () => {
    const fixed = { timerPhaseNs: 0, rtcPhaseNs: 0, platterAngle: 0, pageOrderSeed: 0, answerFactor: 1 };
    for (const seed of [0, 1, 2, -5, 2 ** 40]) expect(drawStartingConditions(seed, [])).toEqual(fixed);
  });

  it('lie within their limits and are drawn again by the same seed', () => {
    for (let seed = 0; seed < 500; seed++) {
      const drawn = drawStartingConditions(seed, VARIATION_IDS);
      expect(drawn).toEqual(drawStartingConditions(seed, VARIATION_IDS));
      expect(drawn.timerPhaseNs).toBeLessThan(838);
      expect(drawn.rtcPhaseNs).toBeLessThan(1e9);
      expect(drawn.platterAngle).toBeLessThan(1);
      expect(drawn.pageOrderSeed).toBeGreaterThanOrEqual(1);
      expect(drawn.answerFactor).toBeGreaterThanOrEqual(0.9);
      expect(drawn.answerFactor).toBeLessThanOrEqual(1.1);
    }
  });

  it.each(VARIATION_IDS)('%s does not shift what another model draws', (id) => {
    const alone = drawStartingConditions(7, [id]);
    const all = drawStartingConditions(7, VARIATION_IDS);
    const none = drawStartingConditions(7, []);
    for (const key of Object.keys(alone) as (keyof typeof alone)[]) {
      if (alone[key] !== none[key]) expect(alone[key]).toBe(all[key]);
    }
  });
});

describe('scaled answer times', () => {
  it('keep evidence and source, and leave everything else alone', () => {
    const profile = testProfile();
    const scaled = withAnswerTimes(profile, 1.1);
    expect(scaled.disk.resetAnswerNs).toEqual({ ...profile.disk.resetAnswerNs, value: 55_000_000 });
    expect(scaled.keyboard.batNs.value).toBe(22_000_000);
    expect({ ...scaled, disk: 0, keyboard: 0 }).toEqual({ ...profile, disk: 0, keyboard: 0 });
  });

  it('never leave what a profile may have', () => {
    const longest = applyOverlay(testProfile(), { 'disk.resetAnswerNs': 31e9, 'keyboard.batNs': 10e9 });
    expect(() => checkProfile(withAnswerTimes(longest, 1.1))).not.toThrow();
  });
});

it('a command line that a kexec jump could not carry is refused', () => {
  const profile = testProfile();
  const kernel = { ...profile.kernel, commandLine: `console=tty0 ${'x'.repeat(83)}` };
  expect(() => checkProfile({ ...profile, kernel })).toThrow(/96 characters/);
});
