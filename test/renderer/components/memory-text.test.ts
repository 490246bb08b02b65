import { expect, it } from 'vitest';
import { formatMemory } from '../../../src/renderer/components/memory-text';

it.each([
  [512, '512 bytes'],
  [640 * 1024, '640 KiB'],
  [8 * 1024 ** 2, '8 MiB'],
  [1536 * 1024 ** 2, '1.5 GiB'],
])('%i bytes are said as %s', (sizeBytes, text) => {
  expect(formatMemory(sizeBytes)).toBe(text);
});
