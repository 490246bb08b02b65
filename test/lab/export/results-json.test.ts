import { describe, expect, it } from 'vitest';
import { resultsJsonChunks } from '../../../src/lab/export/results-json';
import type { ExperimentRun } from '../../../src/lab/experiment/experiment';
import { fakeResults } from '../../support/fake-results';

const textOf = (...input: Parameters<typeof resultsJsonChunks>) => [...resultsJsonChunks(...input)].join('');

/** The same value with the members of every object made in the opposite order. */
function turnedAround<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turnedAround) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, member]) => [name, turnedAround(member)])) as T;
}

describe('results.json', () => {
  it('holds the experiment and all runs as they were', () => {
    const results = fakeResults();
    const read = JSON.parse(textOf(results)) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['format', 'version', 'engineVersion', 'experiment', 'experimentHash', 'runs']);
    expect(read.experiment).toEqual(results.experiment);
    expect(read.runs).toEqual([...results.runs]);
  });

  it('has one run a line', () => {
    const runs = textOf(fakeResults())
      .split('\n')
      .filter((line) => line.startsWith('{"'));
    expect(runs).toHaveLength(12);
  });

  it('does not depend on the order in which members of records were made', () => {
    const results = fakeResults();
    const turned = [...results.runs].map((run): ExperimentRun => turnedAround(run));
    expect(JSON.stringify(turned)).not.toBe(JSON.stringify([...results.runs]));
    expect(textOf({ ...results, runs: turned })).toBe(textOf(results));
  });

  it('keeps facts of the host to one member at the end, without which the bytes are the same', () => {
    const results = fakeResults();
    const host = { executions: [{ startedAt: '2026-11-23T20:00:00Z', host: { workers: 2 } }] };
    const [withHost, without] = [textOf(results, host), textOf(results)];
    expect((JSON.parse(withHost) as Record<string, unknown>).host).toEqual(host);
    expect(withHost.startsWith(without.slice(0, -'\n]\n}\n'.length))).toBe(true);
  });

  it('is a value for an experiment without runs too', () => {
    expect(JSON.parse(textOf({ ...fakeResults(), runs: [] }))).toMatchObject({ runs: [] });
  });
});
