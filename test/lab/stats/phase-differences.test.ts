import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval, phaseDifferences, phasedRun } from '../../../src/lab/index';
import { fakeRecord } from '../../support/fake-record';

const M = 1_000_000;
const counts = fc.integer({ min: 0, max: 2 ** 40 });

describe('what each phase saves', () => {
  it('adds up to what the outage saves, in the order of a reboot and without the load before it', () => {
    const [warm, kexec] = [fakeRecord('warm'), fakeRecord('kexec')];
    const { phases, savedMeanCycles, answer, pairing } = phaseDifferences(
      [phasedRun(warm)],
      [phasedRun(kexec)],
      'hash',
    );
    expect(pairing).toBe('by-seed');
    expect(savedMeanCycles).toBe(warm.outageCycles - kexec.outageCycles);
    expect(answer).toEqual({ runs: 1, interval: null, reason: 'too-few' });
    expect(phases.map(({ phaseId }) => phaseId)).not.toContain('kexec-load');
    const ids = phases.map(({ phaseId }) => phaseId);
    expect(ids.indexOf('ram-test')).toBeLessThan(ids.indexOf('relocate-copy'));
    expect(phases.find(({ phaseId }) => phaseId === 'ram-test')).toMatchObject({
      baselineMeanCycles: 10_900 * M,
      otherMeanCycles: 0,
      savedMeanCycles: 10_900 * M,
    });
    expect(phases.find(({ phaseId }) => phaseId === 'relocate-copy')).toMatchObject({ savedMeanCycles: -59 * M });
  });

  it('has an interval only for phases that vary, from the runs side by side', () => {
    const seeks = [0, 7, 3, 9, 1, 8, 4, 6, 2, 5];
    const baseline = seeks.map((seek, index) => ({
      seed: index,
      cyclesByPhase: { 'ram-test': 1000, 'loader-load': 500 + seek, kbc: 40 + seek },
    }));
    const other = seeks.map((seek, index) => ({ seed: index, cyclesByPhase: { 'relocate-copy': 20, kbc: 10 + seek } }));
    const { phases } = phaseDifferences(baseline, [...other].reverse(), 'hash');
    const byId = Object.fromEntries(phases.map((phase) => [phase.phaseId, phase]));
    expect(byId['ram-test'].answer).toEqual({ runs: 10, interval: null, reason: 'identical' });
    expect(byId['relocate-copy'].answer).toEqual({ runs: 10, interval: null, reason: 'identical' });
    // Both paths wait for the same controller in the same way: with the same seed nothing is left between them.
    expect(byId['kbc']).toMatchObject({ savedMeanCycles: 30, answer: { interval: null, reason: 'identical' } });
    expect(byId['loader-load']).toMatchObject({
      savedMeanCycles: 504.5,
      answer: meanInterval(
        seeks.map((seek) => 500 + seek),
        'hash loader-load',
      ),
    });
  });

  it('draws apart what did not run with the same seeds', () => {
    const seeks = [0, 7, 3, 9, 1, 8, 4, 6, 2, 5];
    const runs = (firstSeed: number, base: number) =>
      seeks.map((seek, index) => ({ seed: firstSeed + index, cyclesByPhase: { kbc: base + seek } }));
    const { pairing, phases } = phaseDifferences(runs(0, 40), runs(100, 10), 'hash');
    expect(pairing).toBe('independent');
    expect(phases[0].savedMeanCycles).toBe(30);
    const { interval } = phases[0].answer;
    // Two independent means of ten: wider by about √2 than one, and around 30.
    const alone = meanInterval(seeks, 'hash').interval!;
    expect(interval!.low).toBeLessThan(30 - (alone.high - alone.low) / 2);
    expect(interval!.high).toBeGreaterThan(30 + (alone.high - alone.low) / 2);
    expect(interval!.high - interval!.low).toBeLessThan((alone.high - alone.low) * 2);
  });

  it('adds up for any runs', () => {
    const run = fc.record({ 'ram-test': counts, kbc: counts, 'loader-load': counts }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(fc.tuple(run, run), { minLength: 1, maxLength: 6 }), (values) => {
        const baseline = values.map(([cyclesByPhase], seed) => ({ seed, cyclesByPhase }));
        const other = values.map(([, cyclesByPhase], seed) => ({ seed, cyclesByPhase }));
        const { phases, savedMeanCycles } = phaseDifferences(baseline, other, 'hash');
        expect(phases.reduce((sum, phase) => sum + phase.savedMeanCycles, 0)).toBe(savedMeanCycles);
        const total = (runs: typeof baseline) =>
          runs.flatMap(({ cyclesByPhase }) => Object.values(cyclesByPhase)).reduce((sum, cycles) => sum + cycles, 0);
        const exact = (total(baseline) - total(other)) / values.length;
        expect(Math.abs(savedMeanCycles - exact)).toBeLessThan(0.01);
      }),
    );
  });
});
