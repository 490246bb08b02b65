import { describe, expect, it } from 'vitest';
import { numberRequestSchema } from '../../src/contract/window-requests';

const REQUEST = { comparisonId: 'comparison-1', runOrder: 1, table: 'phases', column: 'duration_cycles' };

describe('a question about a number', () => {
  it('is taken as the type says', () => {
    expect(numberRequestSchema.parse(REQUEST)).toEqual(REQUEST);
    expect(numberRequestSchema.parse({ ...REQUEST, phaseIndexes: [0, 3] })).toMatchObject({ phaseIndexes: [0, 3] });
    expect(numberRequestSchema.parse({ ...REQUEST, table: 'runs', column: 'outage_cycles' })).toBeTruthy();
  });

  it.each([
    ['nothing', undefined],
    ['no comparison', { ...REQUEST, comparisonId: '' }],
    ['a run before the first', { ...REQUEST, runOrder: -1 }],
    ['a table that has no rows of runs', { ...REQUEST, table: 'summary' }],
    ['a column of another table', { ...REQUEST, column: 'outage_cycles' }],
    ['a column that every object has', { ...REQUEST, column: 'constructor' }],
    ['no row', { ...REQUEST, phaseIndexes: [] }],
    ['half a row', { ...REQUEST, phaseIndexes: [0.5] }],
    ['an unknown field', { ...REQUEST, surprise: true }],
  ])('is refused with %s', (_what, value) => {
    expect(numberRequestSchema.safeParse(value).success).toBe(false);
  });
});
