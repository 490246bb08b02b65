// Boots a machine in a worker thread for the terminal: ROMs and disks from files, output as it comes.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../contract/api';
import type { BootReport, BootSnapshot, CpuModel } from '../emulator/index';
import { applyOverlay, clockTableIdOf } from '../emulator/index';
import type { MachineProfile } from '../lab/index';
import { describeFileError, fail, succeed } from './failure';
import { loadGuestImages } from './guest-images';
import { sizeBeforeReading } from './size-before-reading';
import type { BootMessage, HostBootRequest } from './worker-protocol';
import type { WorkerSettings } from './worker-run';
import { runInWorker } from './worker-run';

export type { BootKernel, BootReport, BootSnapshot, CpuModel, TextSource } from '../emulator/index';
export type { HostBootRequest } from './worker-protocol';

/** What the machine says while it runs. */
export interface BootOutput {
  /** Text of COM1: each character is one byte. */
  readonly onSerial: (text: string) => void;
  readonly onPortBytes: (port: number, bytes: Uint8Array) => void;
  /** The machine at one of `saveAtCycles`. */
  readonly onSnapshot?: (cycle: number, snapshot: BootSnapshot) => void;
}

/** Nothing in it rejects. */
export interface BootHost {
  boot(request: HostBootRequest, output: BootOutput, signal: AbortSignal): Promise<Result<BootReport>>;
  /** System and video ROM of Bootlab's own firmware. */
  ownRoms(): Promise<Result<{ readonly bios: Uint8Array; readonly videoRom: Uint8Array }>>;
}

export interface BootHostOptions extends WorkerSettings {
  /** The folder `resources` of the app. */
  readonly resourcesDir: string;
}

export function createBootHost(options: BootHostOptions): BootHost {
  return {
    boot: (request, output, signal) =>
      runInWorker(options, { kind: 'boot', request }, signal, (message: BootMessage) => {
        if (message.type === 'booted') return succeed(message.report);
        if (message.type === 'failed') return { ok: false, failure: message.failure };
        if (message.type === 'serial') output.onSerial(message.text);
        else if (message.type === 'snapshot') output.onSnapshot?.(message.cycle, message.snapshot);
        else output.onPortBytes(message.port, message.bytes);
        return undefined;
      }),
    async ownRoms() {
      const images = await loadGuestImages(join(options.resourcesDir, 'guest', 'build'));
      if (!images.ok) return images;
      const { bios, videoRom } = images.value;
      return succeed({ bios, videoRom });
    },
  };
}

/** The machine with another CPU model (and its clock table) or amount of memory. */
export function changeMachine(
  profile: MachineProfile,
  { cpu, memoryBytes }: { readonly cpu?: CpuModel; readonly memoryBytes?: number },
): MachineProfile {
  const sized = memoryBytes === undefined ? profile : applyOverlay(profile, { 'memory.ramBytes': memoryBytes });
  if (cpu === undefined) return sized;
  return { ...sized, cpu: { ...sized.cpu, model: cpu, clockTable: clockTableIdOf(cpu) } };
}

/** Whole disks are held in memory. */
const MAX_IMAGE_BYTES = 2 ** 31 - 1;

/** Reads a ROM or disk image that a person named. */
export async function readImageFile(file: string): Promise<Result<Uint8Array>> {
  try {
    const sizeBytes = await sizeBeforeReading(file);
    if (sizeBytes > MAX_IMAGE_BYTES) {
      return fail('HOST-IMAGE-FILE', `${file} has ${sizeBytes} bytes, more than 2 GiB.`, 'Use a smaller image.');
    }
    const bytes = await readFile(file);
    if (bytes.length === 0) return fail('HOST-IMAGE-FILE', `${file} is empty.`, 'Check the name of the file.');
    return succeed(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    const why = describeFileError(error);
    return fail('HOST-IMAGE-FILE', `${file} cannot be read: ${why}.`, 'Check the name of the file.');
  }
}

/** A disc image is read while the machine runs; what would fail then is found before. */
export async function checkImageFile(file: string): Promise<Result<string>> {
  try {
    const sizeBytes = await sizeBeforeReading(file);
    const handle = await open(file, 'r');
    try {
      await handle.read(new Uint8Array(1), 0, 1, 0);
    } finally {
      await handle.close();
    }
    if (sizeBytes === 0) return fail('HOST-IMAGE-FILE', `${file} is empty.`, 'Check the name of the file.');
    return succeed(file);
  } catch (error) {
    const why = describeFileError(error);
    return fail('HOST-IMAGE-FILE', `${file} cannot be read: ${why}.`, 'Check the name of the file.');
  }
}
