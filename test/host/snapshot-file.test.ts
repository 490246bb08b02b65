// Snapshots as files: what comes back, and what is refused.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BootSnapshot } from '../../src/emulator/boot-run';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import { createMachine } from '../../src/emulator/machine';
import { restoreMachine, saveMachine } from '../../src/emulator/snapshot';
import { drawStartingConditions } from '../../src/emulator/variation';
import type { SnapshotIdentity } from '../../src/host/snapshot-file';
import { decodeSnapshot, encodeSnapshot, readSnapshotFile, writeSnapshotFile } from '../../src/host/snapshot-file';
import { testProfile } from '../support/test-profile';

const IDENTITY: SnapshotIdentity = { configHash: 'aa', images: { bios: 'bb', hda: 'cc' } };

const RUN: BootSnapshot['run'] = {
  isKernelWaiting: true,
  typedCount: 1,
  serialSent: 5,
  e9Tail: 'ab',
  watched: [{ port: 0x80, values: [1, 2] }],
  phases: null,
};

function createRunningMachine() {
  const disk = new CopyOnWriteDiskImage(new Uint8Array(512 * 64), testProfile().disk.sizeBytes.value);
  const machine = createMachine({
    profile: testProfile(),
    roms: { bios: new Uint8Array(65536).fill(0x90), video: null },
    drives: { hda: disk },
    start: drawStartingConditions(1, []),
  });
  return { machine, disk };
}

function createSnapshot() {
  const { machine, disk } = createRunningMachine();
  machine.powerOn();
  machine.run({ limitCycles: 3_000_000, heartbeat: () => true });
  disk.writeSector(7, new Uint8Array(512).fill(0x5a));
  return { machine: saveMachine(machine), run: RUN };
}

const codeOf = (result: ReturnType<typeof decodeSnapshot>) => (result.ok ? 'ok' : result.failure.code);

describe('a snapshot file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what was saved, and nothing else is left in the folder', async () => {
    const snapshot = createSnapshot();
    const file = join(folder, 'a.snapshot');
    expect(await writeSnapshotFile(file, snapshot, IDENTITY)).toEqual({ ok: true, value: null });
    expect(await readdir(folder)).toEqual(['a.snapshot']);
    const read = await readSnapshotFile(file, IDENTITY);
    if (!read.ok) throw new Error(read.failure.message);
    expect(Buffer.compare(encodeSnapshot(read.value, IDENTITY), encodeSnapshot(snapshot, IDENTITY))).toBe(0);
    const { machine, disk } = createRunningMachine();
    restoreMachine(machine, read.value.machine);
    expect(read.value.run).toEqual(RUN);
    const again = { machine: saveMachine(machine), run: RUN };
    expect(Buffer.compare(encodeSnapshot(again, IDENTITY), encodeSnapshot(snapshot, IDENTITY))).toBe(0);
    expect(machine.clock.nowCycles).toBeGreaterThan(2_000_000);
    expect(disk.readSector(7)[0]).toBe(0x5a);
  });

  it('is refused when it is something else, or not there', async () => {
    expect(codeOf(decodeSnapshot(Buffer.from('#!/bin/sh'), IDENTITY, 'x'))).toBe('HOST-SNAPSHOT-FOREIGN');
    expect(codeOf(decodeSnapshot(new Uint8Array(0), IDENTITY, 'x'))).toBe('HOST-SNAPSHOT-FOREIGN');
    expect(codeOf(await readSnapshotFile(join(folder, 'none'), IDENTITY))).toBe('HOST-SNAPSHOT-FILE');
  });

  it('is refused when it is cut off anywhere or any byte has changed', async () => {
    const bytes = encodeSnapshot(createSnapshot(), IDENTITY);
    for (const length of [8, 15, 47, 1000, bytes.length - 1]) {
      expect(codeOf(decodeSnapshot(bytes.slice(0, length), IDENTITY, 'x')), `${length}`).toBe('HOST-SNAPSHOT-DAMAGED');
    }
    for (const at of [12, 16, 500, bytes.length - 40, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at] ^= 1;
      expect(codeOf(decodeSnapshot(changed, IDENTITY, 'x')), `${at}`).toBe('HOST-SNAPSHOT-DAMAGED');
    }
  });

  it('is refused when it is newer, or of another machine', () => {
    const bytes = encodeSnapshot(createSnapshot(), IDENTITY);
    const newer = bytes.slice();
    newer[8] = 2;
    expect(codeOf(decodeSnapshot(newer, IDENTITY, 'x'))).toBe('HOST-SNAPSHOT-VERSION');
    expect(codeOf(decodeSnapshot(bytes, { ...IDENTITY, configHash: 'ab' }, 'x'))).toBe('HOST-SNAPSHOT-MACHINE');
    const otherDisk = decodeSnapshot(bytes, { ...IDENTITY, images: { bios: 'bb', hda: 'cd' } }, 'x');
    expect(codeOf(otherDisk)).toBe('HOST-SNAPSHOT-MACHINE');
    expect(otherDisk).toMatchObject({ failure: { message: expect.stringContaining('hda') as string } });
  });

  it('that cannot be written is an answer, and leaves nothing behind', async () => {
    const snapshot = createSnapshot();
    const missing = join(folder, 'missing', 'a.snapshot');
    expect(await writeSnapshotFile(missing, snapshot, IDENTITY)).toMatchObject({ failure: { code: 'HOST-SAVE' } });
    const taken = join(folder, 'taken');
    await mkdir(taken);
    expect(await writeSnapshotFile(taken, snapshot, IDENTITY)).toMatchObject({ failure: { code: 'HOST-SAVE' } });
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
