import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/lab/experiment/experiment';
import { ExperimentError } from '../../../src/lab/experiment/experiment-error';
import { experimentHash, planExperiment } from '../../../src/lab/experiment/plan';
import { applyOverlay, VARIATION_IDS } from '../../../src/emulator/index';
import { runConfigHash } from '../../../src/lab/config-hash';
import { FIGURE_NAMES, OPTION_NAMES } from '../../../src/lab/experiment/parameters';
import { testProfile } from '../../support/test-profile';

const MIB = 2 ** 20;
const A = { ...testProfile(), id: 'machine-a' };
const B = {
  ...testProfile(),
  id: 'machine-b',
  cpu: { ...testProfile().cpu, hz: { ...testProfile().cpu.hz, value: 2e8 } },
};

const EXPERIMENT: Experiment = {
  format: 'bootlab-experiment',
  version: 1,
  id: 'memory-sweep',
  name: 'Memory',
  machines: ['machine-a', 'machine-b'],
  paths: ['warm', 'kexec'],
  parameters: [
    { name: 'memory.ramBytes', values: [16 * MIB, 8 * MIB] },
    { name: 'hash', values: ['off', 'on'] },
  ],
  repetitions: 2,
  seed: 7,
};

const planOf = (changes: Partial<Experiment> = {}, machines = [A, B]) =>
  planExperiment({ ...EXPERIMENT, ...changes }, machines);

function refusal(changes: Partial<Experiment>, machines = [A, B]): ExperimentError {
  try {
    planOf(changes, machines);
  } catch (error) {
    if (error instanceof ExperimentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the grid', () => {
  it('has the machines outermost and lets the last parameter change fastest', () => {
    expect(
      planOf().points.map(({ point }) => [point.pointIndex, point.profileId, ...Object.values(point.values)]),
    ).toEqual([
      [0, 'machine-a', 16 * MIB, 'off'],
      [1, 'machine-a', 16 * MIB, 'on'],
      [2, 'machine-a', 8 * MIB, 'off'],
      [3, 'machine-a', 8 * MIB, 'on'],
      [4, 'machine-b', 16 * MIB, 'off'],
      [5, 'machine-b', 16 * MIB, 'on'],
      [6, 'machine-b', 8 * MIB, 'off'],
      [7, 'machine-b', 8 * MIB, 'on'],
    ]);
  });

  it('puts the values into the machine and its kernel, over what is set for every point', () => {
    const { points } = planOf({ overlay: { 'loader.promptTenths': 3 }, options: { console: '9600' } });
    const { profile, lab } = points[7];
    expect(profile.memory.ramBytes).toMatchObject({ value: 8 * MIB, evidence: 'model' });
    expect(profile.loader.promptTenths.value).toBe(3);
    expect(profile.kernel.commandLine).toContain('console=ttyS0,9600');
    expect(lab).toEqual({ hash: 'on' });
  });

  it('is one point per machine where nothing is swept', () => {
    expect(planOf({ parameters: undefined }).points.map(({ point }) => point.values)).toEqual([{}, {}]);
  });
});

describe('the runs', () => {
  it('go through all points and paths before a repetition begins', () => {
    const { runs } = planOf();
    expect(runs).toHaveLength(2 * 8 * 2);
    expect(runs.map(({ runOrder }) => runOrder)).toEqual(runs.map((_, index) => index));
    const inOrder = runs.map(({ repetition, seed, point, path }) => [repetition, seed, point.pointIndex, path]);
    expect(inOrder.slice(0, 3)).toEqual([
      [0, 7, 0, 'warm'],
      [0, 7, 0, 'kexec'],
      [0, 7, 1, 'warm'],
    ]);
    expect(inOrder[16]).toEqual([1, 8, 0, 'warm']);
  });

  it('have the first path as baseline, and are named by configuration and seed', () => {
    const { runs } = planOf();
    expect(runs.slice(0, 2).map(({ isBaseline }) => isBaseline)).toEqual([true, false]);
    const profile = applyOverlay(A, { 'memory.ramBytes': 16 * MIB });
    expect(runs[0].configHash).toBe(runConfigHash(profile, 'warm', VARIATION_IDS));
    expect(runs[0].runId).toBe(`${runs[0].configHash.slice(0, 12)}-s7`);
  });

  it('of the same machine under two names have the same configuration', () => {
    const { runs } = planOf({ parameters: [], repetitions: 1 }, [A, { ...A, id: 'machine-c' }]);
    expect(runs[0].configHash).toBe(runs[2].configHash);
    expect(runs[0].point.profileId).not.toBe(runs[2].point.profileId);
  });

  it('of a point that two grids share have the same configuration', () => {
    const small = planOf({ parameters: [{ name: 'memory.ramBytes', values: [8 * MIB] }] });
    const large = planOf({
      parameters: [{ name: 'memory.ramBytes', from: 8 * MIB, to: 10 * MIB, steps: 3, scale: 'linear' }],
    });
    expect(large.runs.map(({ runId }) => runId)).toEqual(expect.arrayContaining(small.runs.map(({ runId }) => runId)));
  });

  it('depend on the models that vary', () => {
    const hashOf = (variations?: Experiment['variations']) => planOf({ variations }).runs[0].configHash;
    expect(hashOf([])).not.toBe(hashOf());
    expect(hashOf(VARIATION_IDS)).toBe(hashOf());
  });
});

describe('the hash of an experiment', () => {
  it('is not changed by name, notes and what is said that holds anyway', () => {
    const hash = experimentHash(EXPERIMENT);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(experimentHash({ ...EXPERIMENT, name: 'Another', notes: 'x' })).toBe(hash);
    expect(experimentHash({ ...EXPERIMENT, overlay: {}, options: {}, variations: [...VARIATION_IDS].reverse() })).toBe(
      hash,
    );
  });

  it.each<Partial<Experiment>>([
    { seed: 8 },
    { repetitions: 3 },
    { paths: ['kexec', 'warm'] },
    { machines: ['machine-b', 'machine-a'] },
    { id: 'another' },
    { variations: [] },
    { overlay: { 'rom.widthBits': 16 } },
  ])('is changed by %j', (changes) => {
    expect(experimentHash({ ...EXPERIMENT, ...changes })).not.toBe(experimentHash(EXPERIMENT));
  });
});

describe('what makes no plan', () => {
  it.each<[Partial<Experiment>, string, (string | number)[]]>([
    [
      { parameters: [{ name: 'scsi.byteNs', values: [1] }] },
      'Point 0 (machine-a, scsi.byteNs 1) is no machine',
      ['parameters', 0],
    ],
    [{ overlay: { 'video.memoryBytes': 768 * 1024 } }, 'it must be a power of two', ['overlay', 'video.memoryBytes']],
    [
      {
        parameters: [
          { name: 'hash', values: ['on'] },
          { name: 'hash', values: ['off'] },
        ],
      },
      'there twice',
      ['parameters', 1, 'name'],
    ],
    [{ overlay: { 'memory.ramBytes': MIB * 4 } }, 'swept and also set', ['parameters', 0, 'name']],
    [{ options: { hash: 'on' } }, 'swept and also set', ['parameters', 1, 'name']],
    [{ seed: 0xffff_ffff }, 'The last seed would be 4294967296', ['seed']],
    [
      {
        repetitions: 1000,
        parameters: [{ name: 'loader.promptTenths', from: 0, to: 99, steps: 100, scale: 'linear' }],
      },
      'These are 400000 runs',
      ['repetitions'],
    ],
    [
      {
        parameters: ['keyboard.byteNs', 'keyboard.commandNs'].map((name) => ({
          name,
          from: 1,
          to: 200,
          steps: 200,
          scale: 'linear' as const,
        })),
      },
      'The grid has 80000 points',
      ['parameters'],
    ],
  ])('%j is refused with its place', (changes, part, path) => {
    const { message, nextStep, path: place } = refusal(changes);
    expect([message, place]).toEqual([expect.stringContaining(part), path]);
    expect(nextStep).not.toBe('');
  });

  it('says which point is no machine when only some are not', () => {
    const { message, path } = refusal({ parameters: [{ name: 'video.memoryBytes', values: [MIB, 0.75 * MIB] }] });
    expect(message).toMatch(/^Point 1 \(machine-a, video.memoryBytes 786432\) is no machine: /);
    expect(path).toEqual(['parameters', 0]);
  });

  it('is a machine that is there twice', () => {
    expect(refusal({}, [A, A]).path).toEqual(['machines', 1]);
  });
});

it('plans or refuses any experiment of the right shape, and never fails otherwise', () => {
  const names = fc.oneof(
    fc.constantFrom(
      'memory.ramBytes',
      'scsi.byteNs',
      'console',
      'video.memoryBytes',
      'toString',
      '__proto__',
      'kernel',
    ),
    fc.constantFrom(...FIGURE_NAMES, ...OPTION_NAMES),
    fc.string(),
  );
  const numbers = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(0, 1, MIB, 2 ** 53, -1));
  const values = fc.oneof(numbers, fc.constantFrom('on', 'off', 'none', '9600'), fc.string());
  const parameters = fc.array(
    fc.oneof(
      fc.record({ name: names, values: fc.array(values, { minLength: 1, maxLength: 4 }) }),
      fc.record({
        name: names,
        from: numbers,
        to: numbers,
        steps: fc.integer({ min: 2, max: 20 }),
        scale: fc.constantFrom('linear' as const, 'log' as const),
      }),
    ),
    { maxLength: 3 },
  );
  const changes = fc.record({
    parameters,
    overlay: fc.dictionary(names, numbers, { maxKeys: 2 }),
    options: fc.dictionary(names, fc.constantFrom('on', '9600', ''), { maxKeys: 2 }),
    repetitions: fc.integer({ min: 1, max: 1000 }),
    seed: fc.nat(0xffff_ffff),
  });
  fc.assert(
    fc.property(changes, (given) => {
      try {
        const { points, runs } = planOf(given);
        expect(runs).toHaveLength(points.length * 2 * given.repetitions);
      } catch (error) {
        if (!(error instanceof ExperimentError)) throw error;
        expect(error.message).not.toBe('');
      }
    }),
    { numRuns: 300 },
  );
});
