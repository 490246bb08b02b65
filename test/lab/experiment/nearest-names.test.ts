import { expect, it } from 'vitest';
import { didYouMean, nearestNames } from '../../../src/lab/experiment/nearest-names';
import { FIGURE_NAMES } from '../../../src/lab/experiment/parameters';

it.each([
  ['ramBytes', 'memory.ramBytes'],
  ['memory.rambytes', 'memory.ramBytes'],
  ['memory_ram_bytes', 'memory.ramBytes'],
  ['memory.ramByte', 'memory.ramBytes'],
  ['firmware.memorytst', 'firmware.memoryTest'],
  ['loader.promptSeconds', 'loader.promptTenths'],
])('takes %s for %s', (wrong, meant) => {
  expect(nearestNames(wrong, FIGURE_NAMES)[0]).toBe(meant);
});

it.each(['', '...', 'zzzzzz', '日本語', 'x'.repeat(100_000)])('offers nothing for what is near to nothing', (wrong) => {
  expect(didYouMean(wrong, FIGURE_NAMES, 'Otherwise.')).toBe('Otherwise.');
});

it('joins several by "or"', () => {
  expect(didYouMean('ab', ['abc', 'abd', 'abe'], '')).toBe('Did you mean abc, abd or abe?');
});
