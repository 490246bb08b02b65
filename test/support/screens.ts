// Screens kept as pictures (PNG) and as text in test/fixtures/screens. With UPDATE_SCREENS=1 they are written afresh: look at them then.
import { decode } from 'fast-png';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BootReport } from '../../src/emulator/boot-run';
import { encodePng } from '../../src/host/png-file';

const FOLDER = join(import.meta.dirname, '../fixtures/screens');

/** Every character and every pixel must be as kept under `name`; the screen must be one of text. */
export function expectScreen({ picture, screen }: Pick<BootReport, 'picture' | 'screen'>, name: string): void {
  const text = `${screen!.map((line) => line.trimEnd()).join('\n')}\n`;
  const textFile = join(FOLDER, `${name}.txt`);
  if (process.env.UPDATE_SCREENS === '1') writeFileSync(textFile, text);
  expect(text).toBe(readFileSync(textFile, 'utf8'));

  const file = join(FOLDER, `${name}.png`);
  if (process.env.UPDATE_SCREENS === '1') writeFileSync(file, encodePng(picture));
  const kept = decode(readFileSync(file));
  expect([picture.width, picture.height]).toEqual([kept.width, kept.height]);
  const differing: string[] = [];
  for (let pixel = 0; pixel < kept.width * kept.height; pixel++) {
    const isSame = [0, 1, 2].every((i) => picture.rgba[4 * pixel + i] === kept.data[kept.channels * pixel + i]);
    if (!isSame) differing.push(`${pixel % kept.width},${Math.floor(pixel / kept.width)}`);
  }
  expect(differing.slice(0, 10)).toEqual([]);
}
