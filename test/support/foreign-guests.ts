// Software nobody here wrote, from Debian's packages: where it lies, how it is built, and one way to boot it in a test.
// On a user's machine a test without its packages is skipped by name; where continuous integration runs it fails.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { BootReport } from '../../src/emulator/index';
import type { MachineProfile } from '../../src/emulator/profile';
import type { HostBootRequest } from '../../src/host/boot-host';
import { createBootHost } from '../../src/host/boot-host';
import { buildBundle } from './build-bundle';

const PROJECT = join(import.meta.dirname, '../..');
const RESOURCES = join(PROJECT, 'resources');
const CACHE = join(PROJECT, 'node_modules/.cache/bootlab-guests');
const SEABIOS = '/usr/share/seabios';
const MEMTEST = '/boot/memtest86+ia32.bin';

/** What a group of tests needs: the packages by name, and whether they are here. */
export interface Needed {
  /** True where the tests run: all is there, or continuous integration, where a missing package is a failure. */
  readonly isTried: boolean;
  /** For the name of a group of tests: why it was skipped. */
  readonly note: string;
}

/** Whether files of Debian packages are here. */
export function needs(files: Readonly<Record<string, string>>): Needed {
  const missing = Object.entries(files).filter(([, file]) => !existsSync(file));
  const isTried = missing.length === 0 || process.env.CI === 'true';
  return { isTried, note: isTried ? '' : ` (not tried: no ${missing.map(([name]) => name).join(', ')})` };
}

/** Whether Debian's Linux is here or can be fetched now: a user's computer may be without a network. */
export function needsLinux(): Needed {
  const needed = needs(LINUX_FILES);
  if (!needed.isTried || process.env.CI === 'true') return needed;
  try {
    debianLinux();
    return needed;
  } catch (error) {
    const why = String((error as { stderr?: unknown }).stderr ?? error).trim();
    return { isTried: false, note: ` (not tried, its packages cannot be fetched: ${why.split('\n').at(-1)})` };
  }
}

export const SEABIOS_FILES = { seabios: `${SEABIOS}/bios.bin` };
export const GRUB_FILES = {
  ...SEABIOS_FILES,
  'grub-common': '/usr/bin/grub-mkimage',
  'grub-pc-bin': '/usr/lib/grub/i386-pc/boot.img',
  mtools: '/usr/bin/mformat',
};
export const MEMTEST_FILES = { 'memtest86+': MEMTEST };
export const DISC_FILES = { ...SEABIOS_FILES, genisoimage: '/usr/bin/genisoimage' };
const LINUX_FILES = {
  ...DISC_FILES,
  isolinux: '/usr/lib/ISOLINUX/isolinux.bin',
  'syslinux-common': '/usr/lib/syslinux/modules/bios/ldlinux.c32',
  cpio: '/usr/bin/cpio',
  apt: '/usr/bin/apt-get',
};

const bytesOf = (file: string) => new Uint8Array(readFileSync(file));

/** SeaBIOS's own 128 KiB, or one of its video BIOSes. */
export function seabios(name: 'bios.bin' | 'vgabios-stdvga.bin' | 'vgabios-isavga.bin'): Uint8Array {
  return bytesOf(join(SEABIOS, name));
}

export function memtest(): Uint8Array {
  return bytesOf(MEMTEST);
}

/** A floppy with GRUB and a menu of two entries. */
export function grubFloppy(): Uint8Array {
  mkdirSync(CACHE, { recursive: true });
  const image = join(CACHE, 'grub-floppy.img');
  if (!existsSync(image)) execFileSync(join(PROJECT, 'test/guests/make-grub-floppy.sh'), [image], { stdio: 'pipe' });
  return bytesOf(image);
}

/** Debian's Linux, an initramfs, and discs, built once from packages that apt fetches. */
export interface DebianLinux {
  readonly kernel: Uint8Array;
  /** With kernel and itself in /boot, for kexec; `innerInitrd` is without. */
  readonly initrd: Uint8Array;
  readonly innerInitrd: Uint8Array;
  /** Name of the file of a disc that boots the kernel with labmode=. */
  readonly discFile: (mode: 'off' | 'reboot' | 'kexec') => string;
}

export function debianLinux(): DebianLinux {
  const folder = join(CACHE, 'linux');
  if (!existsSync(join(folder, 'lab-kexec.iso'))) {
    execFileSync(join(PROJECT, 'test/guests/build-linux.sh'), [folder], { stdio: 'pipe', timeout: 300_000 });
  }
  return {
    kernel: bytesOf(join(folder, 'vmlinuz')),
    initrd: bytesOf(join(folder, 'initrd.img')),
    innerInitrd: bytesOf(join(folder, 'inner.img')),
    discFile: (mode) => join(folder, `lab-${mode}.iso`),
  };
}

/** A machine that comes with Bootlab. */
export function shippedProfile(id: string): MachineProfile {
  return JSON.parse(readFileSync(join(PROJECT, `resources/profiles/${id}.json`), 'utf8')) as MachineProfile;
}

/** What a test says of a boot; the rest is usual. Without `bios`, Bootlab's own firmware. */
export interface GuestBoot extends Partial<HostBootRequest> {
  readonly profile: MachineProfile;
  /** Ends the boot when the serial line has said it so often. */
  readonly untilSerialTimes?: { readonly text: string; readonly times: number };
}

/** How a boot ended, and what COM1 and the debug port said. */
export interface GuestBooted {
  /** Null when the test had heard enough. */
  readonly report: BootReport | null;
  readonly serial: string;
}

const LIMIT_CYCLES = 400e9;

/** `heard` to the end of the text's last wanted occurrence; null while it is not there. */
function upToOccurrence(heard: string, { text, times }: { readonly text: string; readonly times: number }) {
  const pieces = heard.split(text);
  return pieces.length > times ? pieces.slice(0, times).join(text) + text : null;
}

/** Boots machines in worker threads of the bundled engine, as the app does: unbundled it is several times slower. */
export async function createGuestRunner(): Promise<(boot: GuestBoot) => Promise<GuestBooted>> {
  // A guest takes seconds to a minute of an idle computer, and more of a busy one.
  vi.setConfig({ testTimeout: 600_000 });
  const bundle = await buildBundle({ 'engine-worker': join(PROJECT, 'src/host/engine-worker.ts') });
  const host = createBootHost({ resourcesDir: RESOURCES, workerFile: join(bundle, 'engine-worker.cjs') });
  const ownRoms = await host.ownRoms();
  if (!ownRoms.ok) throw new Error(ownRoms.failure.message);
  return async ({ untilSerialTimes, ...boot }) => {
    const isEnough = new AbortController();
    let serial = '';
    const onSerial = (text: string) => {
      // What the machine says until it has been stopped depends on the computer: it is not heard.
      if (isEnough.signal.aborted) return;
      serial += text;
      const heard = untilSerialTimes ? upToOccurrence(serial, untilSerialTimes) : null;
      if (heard === null) return;
      serial = heard;
      isEnough.abort();
    };
    const request: HostBootRequest = {
      ...(boot.bios ? { videoRom: null, firmwareInterface: 'qemu' } : ownRoms.value),
      bios: ownRoms.value.bios,
      disk: null,
      kernel: null,
      limitInstructions: null,
      limitCycles: LIMIT_CYCLES,
      untilPort: null,
      untilText: null,
      watchPorts: [],
      logPorts: [],
      exitPort: null,
      watchPhases: false,
      ...boot,
    };
    const end = await host.boot(request, { onSerial, onPortBytes: () => {} }, isEnough.signal);
    if (!end.ok && !isEnough.signal.aborted) throw new Error(`${end.failure.message}\n${serial.slice(-2000)}`);
    return { report: end.ok ? end.value : null, serial };
  };
}
