// The screen as a file at the end of "bootlab machine": *.txt for its text, *.png for its picture.
import { writeFileSync } from 'node:fs';
import type { Failure } from '../contract/api';
import type { BootReport } from '../host/boot-host';
import { encodePng } from '../host/png-file';
import { outputFailure } from './machine-outputs';

/** Whether a screenshot can have this name. */
export function isScreenshotName(file: string): boolean {
  return /\.(txt|png)$/i.test(file);
}

/** Writes the screen; null when all went well. */
export function writeScreenshot(file: string, { screen, picture }: BootReport): Failure | null {
  try {
    writeFileSync(file, /\.png$/i.test(file) ? encodePng(picture) : textOf(screen));
    return null;
  } catch (error) {
    return outputFailure(file, error);
  }
}

function textOf(screen: BootReport['screen']): string {
  const lines = screen ?? ['(graphics mode)'];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
