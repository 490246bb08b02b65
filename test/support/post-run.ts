// Runs the lab's firmware from power-on to a boot sector, or to where it gives up, and tells what came to pass.
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import { EDX } from '../../src/emulator/cpu/state';
import type { Machine } from '../../src/emulator/machine';
import { createMachine } from '../../src/emulator/machine';
import { PathObserver } from '../../src/emulator/path-observer';
import type { PhaseRecord } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { MachineProfile } from '../../src/emulator/profile';
import { drawStartingConditions } from '../../src/emulator/variation';
import type { Drives } from '../../src/emulator/wiring/drives';
import { readGuestImages } from './guest-images';

const IMAGES = readGuestImages();
const BOOT_SECTOR = 0x7c00;
const SECTOR_BYTES = 512;

export interface PostOptions {
  readonly drives?: Partial<Drives>;
  readonly scsiRom?: Uint8Array;
  readonly bios?: Uint8Array;
  /** Looked at a hundred times per emulated second; true ends the run. */
  readonly heartbeat?: (machine: Machine) => boolean;
  /** The boot sector is run, until it halts, instead of ending there. */
  readonly runsBootSector?: boolean;
}

export interface PostResult {
  readonly machine: Machine;
  readonly codes: readonly number[];
  readonly leaves: readonly PhaseRecord[];
  readonly screen: string;
  /** What DL was at the boot sector, null when none was reached. */
  readonly bootDrive: number | null;
  /** Cycles of a step by its code, as in `post-75`; of a phase without steps by its name. */
  readonly cyclesOf: (id: string) => number;
}

/** A disk of `sizeBytes` whose boot sector is `code`: CLI, HLT unless given. */
export function bootableDisk(sizeBytes: number, code: readonly number[] = [0xfa, 0xf4]): CopyOnWriteDiskImage {
  const content = new Uint8Array(SECTOR_BYTES);
  content.set(code);
  content.set([0x55, 0xaa], 510);
  return new CopyOnWriteDiskImage(content, sizeBytes);
}

/** Runs it. Throws when the firmware neither boots nor ends in 120 s. */
export function runPost(profile: MachineProfile, options: PostOptions = {}): PostResult {
  const { drives = {}, scsiRom = IMAGES.scsiRom, bios = IMAGES.bios, heartbeat, runsBootSector = false } = options;
  const machine = createMachine({
    profile,
    roms: { bios, video: IMAGES.videoRom, scsi: scsiRom, network: IMAGES.networkRom },
    drives: { hda: null, ...drives },
    start: drawStartingConditions(1, []),
  });
  const observer = new PathObserver(machine, null, { symbols: {}, linux: null });
  let bootDrive: number | null = null;
  machine.cpu.watchExecution(BOOT_SECTOR, () => {
    bootDrive = machine.memory.u8[4 * EDX];
    observer.tracker.end();
    if (!runsBootSector) machine.requestStop();
  });
  machine.powerOn();
  const limitCycles = 120 * profile.cpu.hz.value;
  const hasGivenUp = () => bootDrive === null && machine.consoleText().includes('nothing to boot from');
  const end = machine.run({ limitCycles, heartbeat: () => !heartbeat?.(machine) && !hasGivenUp() });
  if (end === 'limit') throw new Error(`POST goes on for ever:\n${machine.consoleText()}`);
  if (bootDrive === null) observer.tracker.end();
  const leaves = leafPhases(observer.tracker.tree('POST', profile));
  return {
    machine,
    codes: observer.postCodes,
    leaves,
    screen: machine.consoleText(),
    bootDrive,
    cyclesOf: (id) => leaves.filter((leaf) => leaf.id === id).reduce((sum, leaf) => sum + leaf.costs.durationCycles, 0),
  };
}
