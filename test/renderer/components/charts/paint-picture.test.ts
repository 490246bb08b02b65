import { expect, it, vi } from 'vitest';
import { wrapText } from '../../../../src/renderer/components/charts/paint-picture';

vi.mock('../../../../src/renderer/components/charts/register-chart', () => ({ Chart: class {} }));

/** Every letter ten pixels wide. */
const context = { font: '', measureText: (text: string) => ({ width: text.length * 10 }) as TextMetrics };

it('breaks text at spaces where a line is full', () => {
  expect(wrapText(context, 'any', 'one two three', 70)).toEqual(['one two', 'three']);
  expect(context.font).toBe('any');
});

it('lets a word that is wider than the line stand alone', () => {
  expect(wrapText(context, 'any', 'a wonderful day', 50)).toEqual(['a', 'wonderful', 'day']);
});
