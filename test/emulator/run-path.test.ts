// The paths on the real machine with the real guest images: what happened is asked of an independent witness.
import { describe, expect, it } from 'vitest';
import { growLabKernel, readBzImageHeader } from '../../src/emulator/boot/bzimage';
import type { PathRecord, RebootPath, VariationId } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { runPath } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';
import { witnessPath } from '../support/path-witness';
import { testProfile, testScsi } from '../support/test-profile';

const IMAGES = readGuestImages();

interface Variation {
  readonly seed?: number;
  readonly variations?: readonly VariationId[];
  readonly overlay?: ProfileOverlay;
  readonly reset?: 'k' | 'c' | 't';
  /** Further words of the command line. */
  readonly options?: string;
}

function request(
  path: RebootPath,
  { seed = 1, variations = [], overlay = {}, reset = 'k', options = '' }: Variation = {},
): PathRunRequest {
  const profile = applyOverlay(testProfile(), { 'memory.ramBytes': 4 * 1024 * 1024, ...overlay });
  const kernel = { ...profile.kernel, commandLine: `console=tty0 reboot=${reset}${options && ` ${options}`}` };
  return { profile: { ...profile, kernel }, path, seed, variations, images: IMAGES, limitCycles: 20e9 };
}

const run = (path: RebootPath, variation?: Variation) => runPath(request(path, variation));

/** Differences of leaf durations in cycles, by id; a phase that occurs twice is told apart by its number. */
function leafChanges(before: PathRecord, after: PathRecord): Record<string, number> {
  const named = (record: PathRecord) => {
    const seen = new Map<string, number>();
    return leafPhases(record.root).map((leaf) => {
      const nth = (seen.get(leaf.id) ?? 0) + 1;
      seen.set(leaf.id, nth);
      return { name: nth === 1 ? leaf.id : `${leaf.id}#${nth}`, cycles: leaf.costs.durationCycles };
    });
  };
  const [a, b] = [named(before), named(after)];
  expect(b.map(({ name }) => name)).toEqual(a.map(({ name }) => name));
  return Object.fromEntries(a.map(({ name, cycles }, i) => [name, b[i].cycles - cycles]));
}

/** Every event once, in the order of its first time. */
const firstOfEach = (events: readonly string[]) => [...new Set(events)];

const nonZero = (changes: Record<string, number>) =>
  Object.fromEntries(Object.entries(changes).filter(([, change]) => change !== 0));

describe('a firmware reboot', () => {
  const seen = witnessPath(request('warm'));

  it('really passes reset vector, POST, INT 19h, 7C00h, set-up, protected mode, kernel and user space, in this order', () => {
    expect(seen.events[0]).toBe('services stop');
    const reboot = seen.events.slice(seen.events.indexOf('system call 88'));
    const milestones = [
      'system call 88',
      'reset cpu-init by 8042',
      'reset vector',
      'INT 19h',
      '7C00h',
      'set-up entry',
      '32-bit entry',
      'paging on',
      'start_kernel',
      'user mode',
      'services up',
    ];
    expect(firstOfEach(reboot).filter((event) => milestones.includes(event))).toEqual(milestones);
    const between = (from: string, to: string) => seen.events.slice(seen.events.indexOf(from), seen.events.indexOf(to));
    expect(between('set-up entry', '32-bit entry')).toContain('protected mode');
  });

  it('writes the POST codes of its steps in order', () => {
    const post = [0xcf, 0xc0, 0xc1, 0xc3, 0xc5, 7, 8, 0x12, 0x14, 0x18, 0x1b, 0x23, 0x25, 0x29, 0x2b, 0x33];
    const behindTimers = [0x3c, 0x3e, 0x40, 0x43, 0x49, 0x52, 0x65, 0x6f, 0x75, 0x96, 0xff];
    expect(seen.postCodes.slice(0, 27)).toEqual([...post, ...behindTimers]);
  });

  it('brings the kernel from disk to 1 MiB byte for byte', () => {
    const { protectedModeOffset } = readBzImageHeader(IMAGES.kernel);
    const file = IMAGES.kernel.subarray(protectedModeOffset);
    expect(Buffer.compare(seen.kernelAtEntry.subarray(0, file.length), file)).toBe(0);
  });

  it.each([
    ['c', 'reset platform by port-cf9'],
    ['t', 'reset cpu-init by triple-fault'],
  ] as const)('resets as the command line says: reboot=%s', (reset, event) => {
    expect(witnessPath(request('warm', { reset })).events).toContain(event);
  });
});

describe('a kexec jump', () => {
  const seen = witnessPath(request('kexec', { seed: 3, variations: ['page-placement'] }));

  it('runs none of the firmware', () => {
    expect(seen.postCodes.filter((code) => code !== 0)).toEqual([]);
    const firmware = ['reset vector', 'INT 19h', '7C00h', 'set-up entry', 'real mode'];
    expect(seen.events.filter((event) => firmware.includes(event) || event.startsWith('reset'))).toEqual([]);
    const path = [
      'system call 88',
      'paging off',
      '32-bit entry',
      'paging on',
      'start_kernel',
      'user mode',
      'services up',
    ];
    const jump = seen.events.slice(seen.events.indexOf('system call 88'));
    expect(firstOfEach(jump).filter((event) => path.includes(event))).toEqual(path);
  });

  it('loads the next kernel before services stop', () => {
    expect(seen.events[0]).toBe('services stop');
    expect(seen.events).not.toContain('system call 283');
  });

  it('copies whole pages from scattered frames, each destination once', () => {
    const sizes = seen.copies.map((copy) => copy.bytes.length);
    expect(sizes.reduce((sum, size) => sum + size, 0) % 4096).toBe(0);
    const targets = new Set(seen.copies.map((copy) => copy.to));
    expect(targets.size).toBe(seen.copies.length);
    const steps = seen.copies.slice(1).map((copy, i) => copy.from - seen.copies[i].from);
    expect(steps.some((step) => step !== 4096)).toBe(true);
  });

  it('takes every source page from its own destination or from nobody’s', () => {
    const targets = new Set(seen.copies.map((copy) => copy.to & ~4095));
    for (const { from, to } of seen.copies) expect(from === to || !targets.has(from & ~4095)).toBe(true);
  });

  it('lands the kernel file at 1 MiB byte for byte', () => {
    const { protectedModeOffset } = readBzImageHeader(IMAGES.kernel);
    const file = IMAGES.kernel.subarray(protectedModeOffset);
    expect(Buffer.compare(seen.kernelAtEntry.subarray(0, file.length), file)).toBe(0);
    const pages = new Map(seen.copies.map((copy) => [copy.to, copy.bytes]));
    for (let at = 0; at < file.length; at += 4096) {
      const part = file.subarray(at, at + 4096);
      expect(Buffer.compare(pages.get(0x100000 + at)!.subarray(0, part.length), part)).toBe(0);
    }
  });

  it('leaves nothing of the old kernel where it ran', () => {
    const at = seen.kernelAtEntry;
    const samePages = [0, 1, 2, 3].filter(
      (page) =>
        Buffer.compare(
          at.subarray(page * 4096, (page + 1) * 4096),
          seen.oldKernel.subarray(page * 4096, (page + 1) * 4096),
        ) === 0,
    );
    expect(at.length).toBeGreaterThan(4 * 4096);
    expect(samePages).toEqual([]);
  });
});

describe('a record', () => {
  const records = (['cold', 'warm', 'kexec'] as const).map((path) => run(path));

  it.each(records.map((record) => [record.path, record] as const))(
    'of a %s path has leaves that fill it without gap or overlap',
    (_, record) => {
      let at = 0;
      for (const leaf of leafPhases(record.root)) {
        expect(leaf.startCycle).toBe(at);
        at = leaf.endCycle;
      }
      expect(at).toBe(record.totalCycles);
      const sum = leafPhases(record.root).reduce((total, leaf) => total + leaf.costs.durationCycles, 0);
      expect(sum).toBe(record.totalCycles);
      expect(Number.isInteger(record.totalCycles)).toBe(true);
    },
  );

  it('of kexec counts loading the next kernel, but not as outage', () => {
    const [, , kexec] = records;
    const load = leafPhases(kexec.root).find((leaf) => leaf.id === 'kexec-load')!;
    expect(kexec.totalCycles - kexec.outageCycles).toBe(load.costs.durationCycles);
  });

  it('of a warm reboot has its outage from services stopping to services up, and a longer hand-over than kexec', () => {
    const [cold, warm, kexec] = records;
    expect(warm.outageCycles).toBe(warm.totalCycles);
    expect(cold.handoverCycles).toBeNull();
    expect(warm.handoverCycles!).toBeGreaterThan(kexec.handoverCycles!);
  });

  it('spends the spin-up on a cold start only', () => {
    const [cold, warm] = records;
    const spinUp = testProfile().disk.spinUpNs.value / 10;
    const detect = (record: PathRecord) =>
      leafPhases(record.root).find((leaf) => leaf.id === 'post-75')!.costs.durationCycles;
    expect(spinUp).toBeGreaterThan(detect(warm));
    expect(cold.totalCycles).toBeGreaterThan(spinUp);
  });
});

describe('determinism', () => {
  it('gives the same record for the same seed, to the last digit', () => {
    const variations = ['timer-phase', 'disk-rotation', 'page-placement', 'device-answer'] as const;
    expect(run('kexec', { seed: 5, variations })).toEqual(run('kexec', { seed: 5, variations }));
  });

  it('gives the same cycles for any seed while no variation is on', () => {
    expect(run('cold', { seed: 6 })).toEqual({ ...run('cold', { seed: 5 }), seed: 6 });
  });

  it('another seed of the platter’s angle changes nothing before the drive is asked', () => {
    const [a, b] = [5, 6].map((seed) => run('cold', { seed, variations: ['disk-rotation'] }));
    const changes = nonZero(leafChanges(a, b));
    const asksTheDrive = [
      'post-ff',
      'loader-load',
      'loader-menu',
      'loader-load#2',
      'probe-ata',
      'start-kernel',
      'start-kernel#2',
      'userspace',
    ];
    expect(Object.keys(changes).length).toBeGreaterThan(0);
    expect(Object.keys(changes).filter((id) => !asksTheDrive.includes(id))).toEqual([]);
  });
});

// 100 MHz: 1 cycle = 10 ns. A shift by 9 s keeps everything in step that turns by itself: platter (900 turns), timer
// (10,738,638 periods), memory refresh (one of 18 periods each: 596,591) and clock. So phases behind the change keep their
// length, but that a polling loop may be left an iteration earlier or later.
describe('a figure of the profile changes the phases that depend on it, by the amount worked out by hand', () => {
  const POLL_ITERATION_CYCLES = 500;
  const NINE_SECONDS_CYCLES = 900_000_000;
  const TICK_CYCLES = 1_000_000;
  const beyondPolling = (changes: Record<string, number>) =>
    Object.keys(changes).filter((id) => Math.abs(changes[id]) > POLL_ITERATION_CYCLES);

  it('reset hold + 9 s: the reset phase, by 900,000,000 cycles exactly', () => {
    const before = run('warm', { reset: 'c' });
    const after = run('warm', { reset: 'c', overlay: { 'reset.platformHoldNs': 9_001_000_000 } });
    const changes = leafChanges(before, after);
    expect(changes.reset).toBe(NINE_SECONDS_CYCLES);
    expect(beyondPolling(changes)).toEqual(['reset']);
  });

  it('drive answers a reset 9 s later: firmware’s detection alone, for the kernel only identifies the drive', () => {
    const before = run('warm');
    const after = run('warm', { overlay: { 'disk.resetAnswerNs': 9_050_000_000 } });
    const changes = leafChanges(before, after);
    expect(Math.abs(changes['post-75'] - NINE_SECONDS_CYCLES)).toBeLessThan(POLL_ITERATION_CYCLES);
    // Which tick the timer is at when the kernel asks may differ by one.
    expect(Math.abs(changes['probe-ata'])).toBeLessThan(TICK_CYCLES);
  });

  it('the same with a driver that resets the drive: firmware and kernel, nine seconds each', () => {
    const options = 'lab.ataprobe=reset';
    const before = run('warm', { options });
    const after = run('warm', { options, overlay: { 'disk.resetAnswerNs': 9_050_000_000 } });
    const changes = leafChanges(before, after);
    const probe = changes['probe-ata'];
    expect(Math.abs(changes['post-75'] - NINE_SECONDS_CYCLES)).toBeLessThan(POLL_ITERATION_CYCLES);
    // The kernel looks at each tick of its 100 Hz timer, which 8254 counts of 11932 make 10.00015 ms.
    expect(Math.abs(probe - NINE_SECONDS_CYCLES)).toBeLessThan(
      0.000_015 * NINE_SECONDS_CYCLES + 20 * POLL_ITERATION_CYCLES,
    );
  });

  it('ROM of 16 instead of 8 bits: only what runs from ROM, half as slow', () => {
    // At this price of a copy past the caches no timer tick falls into another step.
    const overlay = { 'memory.uncachedNsPerDword': 200 };
    const before = run('warm', { overlay });
    const after = run('warm', { overlay: { ...overlay, 'rom.widthBits': 16 } });
    const changes = leafChanges(before, after);
    const runsFromRom = ['early-chipset-entry', 'post-cf', 'post-c0', 'post-c1', 'post-c3', 'post-c5', 'post-29'];
    for (const id of runsFromRom) expect(changes[id]).toBeLessThan(0);
    const behindShadow = [
      'post-07',
      'post-08',
      'post-12',
      'post-14',
      'post-18',
      'post-1b',
      'post-23',
      'post-25',
      'post-2b',
    ];
    for (const id of behindShadow) expect(changes[id]).toBe(0);
    // C3 copies 128 KiB: 32768 dwords of 4 ROM cycles become 2, 70 cycles each; what is left is its own code, fetched at
    // 35 cycles a byte less (82 instructions of one to eleven bytes).
    const copied = 32_768 * 2 * 70;
    const codeBytes = (-changes['post-c3'] - copied) / 35;
    expect(Number.isInteger(codeBytes)).toBe(true);
    expect(codeBytes).toBeGreaterThan(82);
    expect(codeBytes).toBeLessThan(82 * 11);
  });

  it('kernel larger by 128 KiB: page copies grow by the pages its file has more, at the stub’s price per page', () => {
    const before = run('kexec');
    const after = run('kexec', { overlay: { 'kernel.fillerBytes': 131_072 } });
    const changes = leafChanges(before, after);
    const morePages = after.pagesCopied - before.pagesCopied;
    expect(morePages).toBe(filePages(131_072) - filePages(0));
    expect(morePages).toBeGreaterThan(10); // 131,072 bytes deflate to less than half
    expect(changes['relocate-copy'] % morePages).toBe(0);
    expect(changes['relocate-copy'] / morePages).toBe(stubCyclesPerPage());
    const unconcerned = ['userspace-shutdown', 'device-shutdown', 'machine-shutdown'];
    expect(beyondPolling(changes).filter((id) => unconcerned.includes(id))).toEqual([]);
    expect(changes['kexec-load']).toBeGreaterThan(0);
    expect(changes.decompress).toBeGreaterThan(0);
  });
});

/** Pages of the kernel file's protected-mode part, grown so much. */
function filePages(fillerBytes: number): number {
  const file = growLabKernel(IMAGES.kernel, fillerBytes);
  return Math.ceil((file.length - readBzImageHeader(file).protectedModeOffset) / 4096);
}

/**
 * Per source word, from next_word to next_word in relocate-kernel.S, in i486 clocks: MOV, ADD, three TEST and taken or
 * untaken jumps, three moves and masks, JMP back; then REP MOVSD: 12 once, and 1024 dwords at the larger of 3 clocks and
 * the stream's 200 ns.
 */
function stubCyclesPerPage(): number {
  const tags = 1 + 3 + (1 + 3) + (1 + 1) + (1 + 1);
  return 1 + 1 + tags + 1 + 1 + 1 + (12 + 1024 * Math.max(3, 20)) + 3;
}

describe('a board with a SCSI adapter beside its ATA disk', () => {
  it('jumps with the control page where the unpacking code will lie, and is not taken for a failure', () => {
    const boot = request('kexec');
    const record = runPath({ ...boot, profile: { ...testProfile(), kernel: boot.profile.kernel, scsi: testScsi() } });
    expect(record.pagesCopied).toBeGreaterThan(10);
  });
});
