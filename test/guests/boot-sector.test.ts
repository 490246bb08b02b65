// SeaBIOS, unchanged, comes to a boot sector from every drive, with and without a video BIOS.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGuestRunner, DISC_FILES, needs, seabios, shippedProfile } from '../support/foreign-guests';

const { isTried, note } = needs(DISC_FILES);
const FLOPPY_BYTES = 1_474_560;
const DISK_BYTES = 8 * 1024 * 1024;

/** MOV AL,5Ah / OUT 80h,AL / MOV AL,DL / OUT 84h,AL / CLI / HLT: tells that it runs, and which drive the BIOS named. */
const BOOT_SECTOR = [0xb0, 0x5a, 0xe6, 0x80, 0x88, 0xd0, 0xe6, 0x84, 0xfa, 0xf4];

function image(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(BOOT_SECTOR);
  bytes.set([0x55, 0xaa], 510);
  return bytes;
}

describe.skipIf(!isTried)(`SeaBIOS${note}`, async () => {
  const boot = await createGuestRunner();
  const folder = mkdtempSync(join(tmpdir(), 'bootlab-disc-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function discFile(): string {
    writeFileSync(join(folder, 'boot.bin'), image(2048));
    const output = join(folder, 'disc.iso');
    const options = ['-quiet', '-b', 'boot.bin', '-no-emul-boot', '-boot-load-size', '4', '-o', output, folder];
    execFileSync('genisoimage', options, { stdio: 'pipe' });
    return output;
  }

  const media = {
    'a disk': { drive: 0x80, media: () => ({ disk: image(DISK_BYTES) }) },
    'a CD': { drive: 0xe0, media: () => ({ cdromFile: discFile() }) },
    'a floppy': { drive: 0x00, media: () => ({ floppy: image(FLOPPY_BYTES) }) },
  };
  const cases = Object.keys(media).flatMap((medium) =>
    [null, 'vgabios-stdvga.bin' as const].map((video) => ({ medium: medium as keyof typeof media, video })),
  );

  it.concurrent.each(cases)('boots from $medium with video BIOS $video', async ({ medium, video }) => {
    const { report } = await boot({
      profile: shippedProfile('486dx2-66'),
      bios: seabios('bios.bin'),
      videoRom: video && seabios(video),
      ...media[medium].media(),
      watchPorts: [0x80, 0x84],
    });
    expect(report?.stop).toBe('hlt');
    expect(report?.ports).toEqual([
      { port: 0x80, values: [0x5a] },
      { port: 0x84, values: [media[medium].drive] },
    ]);
  });
});
