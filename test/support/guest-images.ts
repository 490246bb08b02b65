// The committed guest images, for tests that run the real machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestImages } from '../../src/emulator/run-path';

const BUILD = join(import.meta.dirname, '../../resources/guest/build');

const bytesOf = (name: string) => new Uint8Array(readFileSync(join(BUILD, name)));

/** Reads them afresh; tests may change their copy. */
export function readGuestImages(): GuestImages {
  return {
    bios: bytesOf('bios.bin'),
    videoRom: bytesOf('video.bin'),
    scsiRom: bytesOf('scsi-rom.bin'),
    networkRom: bytesOf('net-rom.bin'),
    loaderStage1: bytesOf('loader-stage1.bin'),
    loaderStage2: bytesOf('loader-stage2.bin'),
    kernel: bytesOf('lab-kernel.bin'),
    init: bytesOf('init.bin'),
    linuxAgent: bytesOf('linux-agent.bin'),
    code: JSON.parse(readFileSync(join(BUILD, 'code-symbols.json'), 'utf8')) as GuestImages['code'],
    symbols: JSON.parse(readFileSync(join(BUILD, 'symbols.json'), 'utf8')) as GuestImages['symbols'],
  };
}
