// The kept report is the one of today: all of it that needs no run, and one machine run anew. The other machines:
// test/guests/long/validation.test.ts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COVERED_LINES } from '../../../src/lab/validation/coverage';
import { PUBLISHED_CHECKS } from '../../../src/lab/validation/published';
import { shippedMachines, VALIDATION_DOCUMENT, writtenReport } from '../../support/validation-runs';

/** Cells of all rows, by the heading they stand under. */
function rowsOf(text: string): Map<string, string[][]> {
  const rows = new Map<string, string[][]>();
  let heading = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) heading = line;
    if (!line.startsWith('|') || line.startsWith('| -')) continue;
    const cells = line.split('|').slice(1, -1);
    rows.set(heading, [...(rows.get(heading) ?? []), cells.map((cell) => cell.trim())]);
  }
  return rows;
}

const kept = rowsOf(readFileSync(VALIDATION_DOCUMENT, 'utf8'));
const machines = await shippedMachines();
const under = (heading: string) => (kept.get(heading) ?? []).slice(1);

describe('docs/validation.md', () => {
  it('has the shipped machines, in their order', () => {
    const ids = machines.map(({ id }) => id);
    expect(under('## Totals').map(([id]) => id)).toEqual(ids);
    expect(under('## Copying a page').map(([id]) => id)).toEqual(ids);
    expect([...kept.keys()].filter((heading) => heading.startsWith('### '))).toEqual(
      machines.map(({ name }) => `### ${name}`),
    );
  });

  it('has each published figure of each machine with the source it has now', () => {
    const expected = PUBLISHED_CHECKS.flatMap(({ quantity, published }) =>
      machines.flatMap(({ id }) => (published[id] ? [[id, quantity, published[id].source]] : [])),
    );
    const found = under('## Beside published figures').map(([id, quantity, , , , source]) => [id, quantity, source]);
    expect(found).toEqual(expected);
  });

  it('leaves no figure open', () => {
    const verdicts = under('## Beside published figures').map(([, , , , verdict]) => verdict);
    expect(verdicts.length).toBeGreaterThan(90);
    expect(verdicts.filter((verdict) => verdict !== 'inside' && verdict !== 'explained')).toEqual([]);
  });

  it('names every figure without a check', () => {
    const expected = COVERED_LINES.filter(({ coverage }) => coverage.by !== 'checks').map(({ line }) => line);
    expect(under('## Published figures without a check here').map(([, line]) => line)).toEqual(expected);
  });

  it('has what the i386 takes today, in every row about it', async () => {
    const machine = machines.find(({ id }) => id === '386dx-33')!;
    const now = rowsOf(await writtenReport([machine]));
    for (const [heading, rows] of now) {
      for (const row of rows) expect(kept.get(heading), `${heading}: ${row[0]}`).toContainEqual(row);
    }
    expect(now.get(`### ${machine.name}`)).toEqual(kept.get(`### ${machine.name}`));
    // Three paths of seconds each on an idle host.
  }, 600_000);
});
