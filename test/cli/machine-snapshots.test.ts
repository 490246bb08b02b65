// "bootlab machine --save-at" and "--restore" with the real machine behind them: what comes back, and what is refused.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { bootMachine } from '../../src/emulator/index';
import { createLabHost } from '../../src/host/lab-host';
import { fakeBootHost } from '../support/fake-boot-host';
import { fakeEngine } from '../support/fake-engine';
import { fakeTerminal } from '../support/fake-terminal';

const ROM_BYTES = 64 * 1024;
const CYCLE = 200_000;

/** OUT 80h,1 / a loop of 800h rounds / OUT 80h,2 / HLT; interrupts are off after a reset. */
const CODE = [0xb0, 1, 0xe6, 0x80, 0xb9, 0, 0x08, 0xe2, 0xfe, 0xb0, 2, 0xe6, 0x80, 0xf4];

let folder: string;
let bios: string;
let saved: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-save-'));
  bios = join(folder, 'bios');
  saved = join(folder, 'a.snapshot');
  await writeFile(bios, romOf(CODE));
});
afterEach(() => rm(folder, { recursive: true }));

function romOf(code: readonly number[]): Uint8Array {
  const rom = new Uint8Array(ROM_BYTES).fill(0xf4);
  rom.set(code);
  rom.set([0xea, 0x00, 0x00, 0x00, 0xf0], ROM_BYTES - 16); // JMP F000:0000
  return rom;
}

async function machine(...args: readonly string[]) {
  const terminal = fakeTerminal();
  const bootHost = fakeBootHost((request, output) =>
    bootMachine({ ...request, cdrom: null }, { onSnapshot: output.onSnapshot }),
  );
  const host = createLabHost({ resourcesDir: resolve('resources'), workerFile: 'none', engine: fakeEngine() });
  const all = ['machine', '--profile', '486dx2-66', '--mem', '4', '--watch-port', '0x80', '--bios', bios, ...args];
  const exitCode = await runCommandLine(all, terminal, host, bootHost);
  const closing = terminal.printed();
  const report = closing ? (JSON.parse(closing) as Record<string, unknown>) : {};
  delete report.hostSeconds;
  return { exitCode, report, err: terminal.told() };
}

const save = () => machine('--save-at', `${CYCLE}=${saved}`);

describe('a machine saved and restored on the command line', () => {
  it('ends as the one that was not, the ports written before included', async () => {
    const plain = await machine();
    expect(plain.report).toMatchObject({ stop: 'hlt', ports: { '0x80': [1, 2] } });
    expect(plain.report.cycles).toBeGreaterThan(CYCLE);
    expect(await save()).toEqual(plain);
    expect(await machine('--restore', saved)).toEqual(plain);
  });

  it('is saved at several cycles, and again after it was restored', async () => {
    const other = join(folder, 'b.snapshot');
    await machine('--save-at', `${CYCLE}=${saved}`, '--save-at', `${CYCLE + 50_000}=${other}`);
    const again = join(folder, 'c.snapshot');
    await machine('--restore', saved, '--save-at', `${CYCLE + 50_000}=${again}`);
    expect(Buffer.compare(await readFile(again), await readFile(other))).toBe(0);
  });

  it('says when the run did not pass the cycle', async () => {
    const { exitCode, err } = await machine('--save-at', `900000000=${saved}`);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/did not pass cycle 900000000[\s\S]*\[CLI-NOT-REACHED\]/);
  });

  it('says when the file cannot be written', async () => {
    const { exitCode, err } = await machine('--save-at', `${CYCLE}=${join(folder, 'missing', 'a')}`);
    expect(exitCode).toBe(1);
    expect(err).toContain('[HOST-SAVE]');
  });

  it.each([
    ['a file that is none', () => writeFile(saved, '#!/bin/sh'), 'FOREIGN'],
    ['a file that is cut off', async () => writeFile(saved, (await readFile(saved)).subarray(0, 4000)), 'DAMAGED'],
    ['a file of a newer format', async () => writeFile(saved, (await readFile(saved)).fill(2, 8, 9)), 'VERSION'],
    ['a file that is not there', () => rm(saved), 'FILE'],
  ])('refuses %s', async (_, change, code) => {
    await save();
    await change();
    const { exitCode, err } = await machine('--restore', saved);
    expect(exitCode).toBe(2);
    expect(err).toContain(`[HOST-SNAPSHOT-${code}]`);
  });

  it.each([
    ['another ROM', ['--bios', 'other'], 'bios differs'],
    ['another profile', ['--profile', 'p3-1000-desktop'], 'the profile differs'],
    ['another memory size', ['--mem', '8'], 'the profile differs'],
    ['a disk more', ['--hda', 'other'], 'hda differs'],
    ['a floppy more', ['--fda', 'floppy'], 'fda differs'],
    ['a disc more', ['--cdrom', 'other'], 'cdrom differs'],
    ['a kernel more', ['--kernel', 'other'], 'differs'],
  ])('refuses a machine with %s', async (_, args, message) => {
    await save();
    await writeFile(join(folder, 'other'), romOf([0xf4]));
    await writeFile(join(folder, 'floppy'), new Uint8Array(1440 * 1024));
    const files = args.map((arg) => (['other', 'floppy'].includes(arg) ? join(folder, arg) : arg));
    const { exitCode, err } = await machine('--restore', saved, ...files);
    expect(exitCode).toBe(2);
    expect(err).toContain('[HOST-SNAPSHOT-MACHINE]');
    expect(err).toContain(message);
  });

  it('refuses a point without file, and the same cycle or file twice', async () => {
    for (const args of [
      ['--save-at', '500'],
      ['--save-at', '500=a', '--save-at', '500=b'],
      ['--save-at', '500=a', '--save-at', '600=a'],
    ]) {
      const { exitCode, err } = await machine(...args);
      expect(exitCode).toBe(2);
      expect(err).toContain('[CLI-USAGE]');
    }
  });
});
