import { describe, expect, it } from 'vitest';
import { compareEntries } from '../../../src/host/run-store/compare-entries';
import type { HistoryEntry } from '../../../src/host/run-store/run-store';
import type { Experiment } from '../../../src/lab/experiment/experiment';
import { fakeRequest } from '../../support/fake-plan';

const entry = (changes: Partial<HistoryEntry> = {}) =>
  ({ planHash: 'p', engineBuild: 'b', ...changes }) as HistoryEntry;
const side = (changes: Partial<Experiment>, entryChanges: Partial<HistoryEntry> = {}) => ({
  entry: entry(entryChanges),
  experiment: fakeRequest(changes).experiment,
});

describe('two entries', () => {
  it('that differ in names only have the same settings', () => {
    const comparison = compareEntries(side({ id: 'a', name: 'A' }), side({ id: 'b', name: 'B', notes: 'b' }));
    expect(comparison).toEqual({ isSameConfiguration: true, isSameEngine: true, differences: [] });
  });

  it('say which settings differ, by their place in the file', () => {
    const first = side({ seed: 1, overlay: { 'rom.widthBits': 8 }, paths: ['warm', 'kexec'] });
    const second = side(
      {
        seed: 2,
        paths: ['warm'],
        options: { stub: 'three' },
        parameters: [{ name: 'memory.ramBytes', values: [1, 2] }],
      },
      { planHash: 'q', engineBuild: 'c' },
    );
    const { isSameConfiguration, isSameEngine, differences } = compareEntries(first, second);
    expect([isSameConfiguration, isSameEngine]).toEqual([false, false]);
    expect(differences).toEqual(
      expect.arrayContaining([
        { name: 'seed', first: '1', second: '2' },
        { name: 'paths', first: 'warm, kexec', second: 'warm' },
        { name: 'overlay.rom.widthBits', first: '8', second: null },
        { name: 'options.stub', first: null, second: 'three' },
        { name: 'parameters[0].values', first: null, second: '1, 2' },
        { name: 'parameters[0].scale', first: 'linear', second: null },
      ]),
    );
    expect(differences.map(({ name }) => name)).not.toContain('repetitions');
  });
});
