// Snapshots of "bootlab machine": what a run belongs to, reading one, writing those asked for. Format: docs/file-formats.md.
import type { Failure, Result } from '../contract/api';
import type { BootSnapshot, HostBootRequest } from '../host/boot-host';
import { hashImageFile } from '../host/image-file';
import type { SnapshotIdentity } from '../host/snapshot-file';
import { imageHash, readSnapshotFile, writeSnapshotFile } from '../host/snapshot-file';
import { comparisonConfigHash } from '../lab/index';
import type { MachineOptions } from './machine-options';

/** Collects what the machine gives away while it runs. */
export interface SnapshotWriter {
  readonly onSnapshot: (cycle: number, snapshot: BootSnapshot) => void;
  /** Waits until all is written; the first failure, or that a cycle did not come. */
  finish(lastCycle: number): Promise<Failure | null>;
}

/** The request with what `--save-at` and `--restore` ask for, and where snapshots go. */
export async function addSnapshots(
  request: HostBootRequest,
  { saveAt, restore }: Pick<MachineOptions, 'saveAt' | 'restore'>,
): Promise<Result<{ readonly request: HostBootRequest; readonly writer: SnapshotWriter | null }>> {
  if (saveAt.length === 0 && restore === undefined) return { ok: true, value: { request, writer: null } };
  const identity = await identityOf(request);
  if (!identity.ok) return identity;
  const restored = restore === undefined ? null : await readSnapshotFile(restore, identity.value);
  if (restored && !restored.ok) return restored;
  const saveAtCycles = saveAt.map(({ cycle }) => cycle);
  return {
    ok: true,
    value: {
      request: { ...request, saveAtCycles, restore: restored && restored.value },
      writer: createWriter(saveAt, identity.value),
    },
  };
}

/** All that can change a cycle and is not in the snapshot: not what is watched, typed or waited for. */
async function identityOf(request: HostBootRequest): Promise<Result<SnapshotIdentity>> {
  const { profile, bios, videoRom, disk, floppy, kernel, cdromFile, firmwareInterface = 'none' } = request;
  const disc = cdromFile ? await hashImageFile(cdromFile) : null;
  if (disc && !disc.ok) return disc;
  const files = { bios, vgabios: videoRom, hda: disk, fda: floppy, kernel: kernel?.image, initrd: kernel?.initrd };
  const hashes = Object.entries(files).flatMap(([name, bytes]) => (bytes ? [[name, imageHash(bytes)] as const] : []));
  return {
    ok: true,
    value: {
      configHash: comparisonConfigHash(profile, [], []),
      images: {
        ...Object.fromEntries(hashes),
        ...(disc && { cdrom: disc.value }),
        ...(kernel && { append: kernel.commandLine }),
        'firmware interface': firmwareInterface,
      },
    },
  };
}

function createWriter(saveAt: MachineOptions['saveAt'], identity: SnapshotIdentity): SnapshotWriter {
  const fileOf = new Map(saveAt.map(({ cycle, file }) => [cycle, file]));
  const writes: Promise<Result<null>>[] = [];
  return {
    onSnapshot(cycle, snapshot) {
      const file = fileOf.get(cycle);
      if (file === undefined) return;
      fileOf.delete(cycle);
      writes.push(writeSnapshotFile(file, snapshot, identity));
    },
    async finish(lastCycle) {
      const failed = (await Promise.all(writes)).find((result) => !result.ok);
      if (failed && !failed.ok) return failed.failure;
      const [missed] = fileOf;
      return missed ? notReached(missed[0], missed[1], lastCycle) : null;
    },
  };
}

function notReached(cycle: number, file: string, lastCycle: number): Failure {
  return {
    code: 'CLI-NOT-REACHED',
    message: `${file} was not written: the run did not pass cycle ${cycle}; it ended at ${lastCycle}.`,
    nextStep: 'Give a cycle between the start of the run and its end.',
  };
}
