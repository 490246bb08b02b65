// The lab's firmware and the ROMs of the cards on the real machine: what set-up and board make them wait for, step by step.
// Steps: src/emulator/post-codes.ts; CMOS bytes: resources/guest/README.md.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import type { Machine } from '../../src/emulator/machine';
import type { MachineProfile, ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { runPath } from '../../src/emulator/run-path';
import { profileWithCards } from '../support/cards';
import { readGuestImages } from '../support/guest-images';
import type { PostOptions, PostResult } from '../support/post-run';
import { bootableDisk, runPost } from '../support/post-run';
import { testProfile } from '../support/test-profile';

const CPU_HZ = 100_000_000;
const SECOND = CPU_HZ;
/** 65536 periods of 1.193182 MHz: the BIOS counts time in these. */
const TICK = Math.ceil((65_536 / 1_193_182) * CPU_HZ);
const DISK_BYTES = 64 * 1024 * 1024;
const SMALL: ProfileOverlay = { 'memory.ramBytes': 4 * 1024 * 1024 };

const pc = (overlay: ProfileOverlay = {}): MachineProfile => applyOverlay(testProfile(), { ...SMALL, ...overlay });
const server = (overlay: ProfileOverlay = {}): MachineProfile =>
  applyOverlay(profileWithCards(), { ...SMALL, ...overlay });

const withAta = (): PostOptions => ({ drives: { hda: bootableDisk(DISK_BYTES) } });
const withScsi = (): PostOptions => ({ drives: { scsi: [bootableDisk(DISK_BYTES)] } });

/** Steps of POST that a test machine goes through whatever it has. */
const BEFORE_ROMS = [0xcf, 0xc0, 0xc1, 0xc3, 0xc5, 7, 8, 0x12, 0x14, 0x18, 0x1b, 0x23, 0x25, 0x29, 0x2b, 0x33].concat([
  0x3c, 0x3e, 0x40, 0x43, 0x49, 0x52, 0x65, 0x6f, 0x75, 0x96,
]);

/** The word at 40:10 or 40:13. */
const biosWord = ({ memory }: Machine, offset: number) =>
  memory.u8[memory.ramOffset + 0x400 + offset] | (memory.u8[memory.ramOffset + 0x401 + offset] << 8);

describe('a machine with both cards', () => {
  const post = runPost(server(), withScsi());

  it('starts their ROMs in the order of their slots, behind everything else', () => {
    const bootAgent = [0x97, 0xd8, 0xd9, 0xda, 0x98];
    const scsiRom = [0x97, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0x98];
    expect(post.codes).toEqual([...BEFORE_ROMS, ...bootAgent, ...scsiRom, 0xff]);
  });

  it('boots from the SCSI disk with the lowest ID as drive 80h', () => {
    expect(post.bootDrive).toBe(0x80);
    expect(post.screen).toContain('ID 0: BOOTLAB SCSI DISK');
    expect(post.screen).toContain('Drive 81h: ID 3, 64 MiB');
    expect(post.screen).toContain('SCSI BIOS installed');
  });

  it('pays a selection time-out for each of the 13 IDs where nobody is', () => {
    const timeouts = post.cyclesOf('post-d3') / (0.25 * SECOND);
    expect(timeouts).toBeGreaterThan(13);
    expect(timeouts).toBeLessThan(14.5); // and the bus's rest after its reset
  });

  it('pays one more for a disk less', () => {
    const fewer = runPost(server({ 'scsi.diskIdBits': 1 }), withScsi());
    const more = fewer.cyclesOf('post-d3') - post.cyclesOf('post-d3');
    expect(more).toBeGreaterThan(0.24 * SECOND);
    expect(more).toBeLessThanOrEqual(0.25 * SECOND);
  });

  it('counts the pauses for a key, and nothing else, as forced delay', () => {
    const forced = post.leaves.filter((leaf) => leaf.costs.forcedDelayCycles > 0);
    expect(forced.map((leaf) => leaf.id)).toEqual(['post-d9', 'post-d1']);
    for (const { costs } of forced) expect(costs.forcedDelayCycles).toBe(costs.deviceWaitCycles);
    expect(Math.abs(post.cyclesOf('post-d9') - 2 * SECOND)).toBeLessThan(TICK);
    expect(Math.abs(post.cyclesOf('post-d1') - 1 * SECOND)).toBeLessThan(TICK);
  });

  it('takes a KiB of base memory for the SCSI ROM, and says so', () => {
    expect(biosWord(post.machine, 0x13)).toBe(638);
  });

  it('runs them write-protected in RAM from C8000h on', () => {
    const { machine } = post;
    const { ramOffset, u8 } = machine.memory;
    expect([...u8.subarray(ramOffset + 0xc8000, ramOffset + 0xc8002)]).toEqual([0x55, 0xaa]);
    machine.bus.writeMemory(0xc8000, 1, 0);
    expect(u8[ramOffset + 0xc8000]).toBe(0x55);
  });
});

describe('a ROM that is not right', () => {
  const { scsiRom } = readGuestImages();
  const changed = (offset: number, value: number, compensated = true) => {
    const image = scsiRom.slice();
    const difference = value - image[offset];
    image[offset] = value;
    if (compensated) image[image.length - 1] -= difference;
    return image;
  };
  const pcir = scsiRom[0x18] | (scsiRom[0x19] << 8);

  it.each([
    ['a wrong checksum', changed(scsiRom.length - 2, 0xff, false)],
    ['another device’s ID', changed(pcir + 6, 0x41)],
    ['code for another processor', changed(pcir + 0x14, 1)],
    ['no signature', changed(0, 0)],
  ])('is not started: %s', (_, image) => {
    const { codes } = runPost(server({ 'firmware.pxePromptSeconds': 0 }), { ...withAta(), scsiRom: image });
    expect(codes).not.toContain(0xd0);
    expect(codes.filter((code) => code === 0x97)).toHaveLength(1);
  });
});

describe('spindles that wait for START UNIT', () => {
  const waiting = { 'scsi.diskStartsAtPower': 0 };

  it('are started one after another by the ROM', () => {
    const post = runPost(server(waiting), withScsi());
    expect(post.cyclesOf('post-d4') / (0.5 * SECOND)).toBeCloseTo(2, 1);
    expect(post.bootDrive).toBe(0x80);
  });

  it('stay where they are when the card’s settings say so', () => {
    const post = runPost(server({ ...waiting, 'firmware.scsiStartUnit': 0 }), withScsi());
    expect(post.screen).toContain('ID 0: not ready');
    expect(post.screen).toContain('No SCSI disk found');
    expect(post.bootDrive).toBeNull();
  });

  it('that start with power are waited for', () => {
    const post = runPost(server({ 'scsi.diskSpinUpNs': 20e9 }), withScsi());
    const ready = post.leaves.find((leaf) => leaf.id === 'post-d4')!;
    expect(Math.abs(ready.endCycle - 20 * SECOND)).toBeLessThan(2 * TICK);
  });
});

describe('drives that set-up expects', () => {
  const detection = (overlay: ProfileOverlay) => runPost(pc(overlay), withAta());
  const usual = detection({});

  it('cost nothing while drive types are automatic', () => {
    expect(usual.cyclesOf('post-75')).toBeLessThan(0.3 * SECOND);
    expect(usual.screen).not.toContain('not there');
  });

  it.each([
    ['primary slave', 2, 10, 10],
    ['secondary master', 4, 10, 10],
    ['primary slave, for the longest time', 2, 31, 31],
    ['primary slave and secondary master', 6, 5, 10],
    ['master that answers', 1, 31, 0],
  ])('%s', (_, expected, waitSeconds, seconds) => {
    const { cyclesOf } = detection({
      'firmware.ideExpectedDrives': expected,
      'firmware.ideWaitSeconds': waitSeconds,
    });
    const more = cyclesOf('post-75') - usual.cyclesOf('post-75');
    expect(Math.abs(more - seconds * SECOND)).toBeLessThan(2 * TICK);
  });

  it('name themselves', () => {
    const { screen } = detection({ 'firmware.ideExpectedDrives': 2, 'firmware.ideWaitSeconds': 1 });
    expect(screen).toContain('Primary slave     : not there');
  });
});

describe('set-up', () => {
  const usual = runPost(server(), withScsi());

  /** Steps whose length differs by more than a tick, in ticks. */
  function changes(overlay: ProfileOverlay): Record<string, number> {
    const other = runPost(server(overlay), withScsi());
    const ids = new Set([...usual.leaves, ...other.leaves].map(({ id }) => id));
    const differences = [...ids].map((id) => [id, other.cyclesOf(id) - usual.cyclesOf(id)] as const);
    return Object.fromEntries(differences.filter(([, cycles]) => Math.abs(cycles) > TICK));
  }

  it.each<[string, ProfileOverlay, Record<string, number>]>([
    ['boot pause of 4 s', { 'firmware.bootMenuSeconds': 4 }, { 'post-fd': 4 }],
    ['SCSI prompt of 3 s instead of 1', { 'firmware.scsiPromptSeconds': 3 }, { 'post-d1': 2 }],
    ['no SCSI prompt', { 'firmware.scsiPromptSeconds': 0 }, { 'post-d1': -1 }],
    ['boot agent’s prompt of 5 s instead of 2', { 'firmware.pxePromptSeconds': 5 }, { 'post-d9': 3 }],
    ['boot agent’s prompt of 3 s instead of 2', { 'firmware.pxePromptSeconds': 3 }, { 'post-d9': 1 }],
    ['no boot agent’s prompt', { 'firmware.pxePromptSeconds': 0 }, { 'post-d9': -2 }],
    ['expected drives', { 'firmware.ideExpectedDrives': 3, 'firmware.ideWaitSeconds': 6 }, { 'post-75': 6 }],
  ])('changes the step it is about by its seconds, and no other: %s', (_, overlay, seconds) => {
    const changed = changes(overlay);
    expect(Object.keys(changed)).toEqual(Object.keys(seconds));
    for (const [id, cycles] of Object.entries(changed)) {
      expect(Math.abs(cycles - seconds[id] * SECOND)).toBeLessThan(TICK);
    }
  });

  it('tests memory in four depths, at the price of their writes and reads', () => {
    const test = (memoryTest: number) => runPost(pc({ 'firmware.memoryTest': memoryTest }), withAta());
    const [off, quick, usualTest, thorough] = [0, 1, 2, 3].map(test);
    expect(off.cyclesOf('post-52')).toBeLessThan(0.01 * SECOND);
    expect(off.screen).toContain('4096K not tested (set-up)');
    // 640 KiB but the first 4 and the EBDA's one, and 3 MiB. Written and read at 100 ns a dword, 10 cycles; the i486 takes
    // longer for SCAS (5 clocks) and STOS (4) only while memory is faster.
    const dwords = (640 - 4 - 1 + 3 * 1024) * 256;
    const pass = 2 * 10 * dwords;
    const between = (less: PostResult, more: PostResult) => more.cyclesOf('post-52') - less.cyclesOf('post-52');
    expect(between(quick, usualTest) / pass).toBeCloseTo(1, 2);
    expect(between(usualTest, thorough) / pass).toBeCloseTo(1, 2);
    expect(quick.cyclesOf('post-52') / (10 * dwords)).toBeGreaterThan(1);
  });

  it('tests memory with the caches off at the price of an access for each dword', () => {
    const test = (memoryTestUncached: number) =>
      runPost(pc({ 'firmware.memoryTest': 2, 'firmware.memoryTestUncached': memoryTestUncached }), withAta());
    const [cached, uncached] = [test(0), test(1)];
    // Two writes and a read of each dword, at 400 ns instead of 100: 30 cycles more.
    const dwords = (640 - 4 - 1 + 3 * 1024) * 256;
    const more = uncached.cyclesOf('post-52') - cached.cyclesOf('post-52');
    expect(more / (3 * 30 * dwords)).toBeCloseTo(1, 2);
  });

  it('turns and moves an empty floppy drive: 1 s for the motor, 48 steps of 3 ms there and back', () => {
    const seek = (floppySeek: number, emptyFloppyType = 4) =>
      runPost(pc({ 'firmware.floppySeek': floppySeek }), {
        drives: { hda: bootableDisk(DISK_BYTES), emptyFloppyType },
      }).cyclesOf('post-6f');
    const moved = seek(1) - seek(0);
    expect(Math.abs(moved - (1 + 2 * 48 * 0.003) * SECOND)).toBeLessThan(TICK);
    expect(seek(1, 0)).toBeLessThan(0.001 * SECOND);
  });

  it('costs a kexec jump nothing', () => {
    const request = (overlay: ProfileOverlay) =>
      ({
        profile: pc(overlay),
        path: 'kexec',
        seed: 1,
        variations: [],
        images: readGuestImages(),
        limitCycles: 1e11,
      }) as const;
    const slow: ProfileOverlay = {
      'firmware.ideExpectedDrives': 14,
      'firmware.ideWaitSeconds': 31,
      'firmware.bootMenuSeconds': 10,
    };
    const usually = runPath(request({})).outageCycles;
    expect(Math.abs(runPath(request(slow)).outageCycles - usually)).toBeLessThan(TICK);
  });
});

describe('the pause before booting', () => {
  const disks = () => ({ hda: bootableDisk(DISK_BYTES), hdb: bootableDisk(DISK_BYTES) });
  const bootWith = (key: '2' | '5' | null) =>
    runPost(pc({ 'firmware.bootMenuSeconds': 5 }), {
      drives: disks(),
      heartbeat: pressWhen('Press 1 to 4', key && [[key]]),
    });

  it('boots another disk when its number is pressed, at once', () => {
    const post = bootWith('2');
    expect(post.bootDrive).toBe(0x81);
    expect(post.cyclesOf('post-fd')).toBeLessThan(0.5 * SECOND);
  });

  it.each(['5', null] as const)('boots the first one for a key that is none, or no key: %s', (key) => {
    expect(bootWith(key).bootDrive).toBe(0x80);
  });
});

/** A heartbeat that presses keys once when a text is on the screen. */
function pressWhen(text: string, chords: readonly (readonly ('2' | '5')[])[] | null) {
  let isPressed = chords === null;
  return (machine: Machine) => {
    if (!isPressed && machine.consoleText().includes(text)) {
      machine.chips.keyboardController.keyboard.pressKeys(chords!, 50_000_000, 50_000_000);
      isPressed = true;
    }
    return false;
  };
}

describe('detection', () => {
  it('finds a mouse where the board has a port for one, and waits for nothing elsewhere', () => {
    const EQUIPMENT_MOUSE = 0x04;
    const withPort = runPost(pc(), withAta());
    const without = runPost({ ...pc(), hasPci: false }, withAta());
    expect(biosWord(withPort.machine, 0x10) & EQUIPMENT_MOUSE).toBe(EQUIPMENT_MOUSE);
    expect(biosWord(without.machine, 0x10) & EQUIPMENT_MOUSE).toBe(0);
    expect(withPort.cyclesOf('post-65')).toBeGreaterThan(0.02 * SECOND); // its self-test
    expect(without.cyclesOf('post-65')).toBeLessThan(0.002 * SECOND);
  });

  it('counts one serial port and no parallel one', () => {
    const equipment = biosWord(runPost(pc(), withAta()).machine, 0x10);
    expect((equipment >> 9) & 7).toBe(1);
    expect(equipment >> 14).toBe(0);
  });

  it('asks the boot agent when there is nothing else to boot, then gives up', () => {
    const { screen, bootDrive } = runPost(server({ 'scsi.diskIdBits': 0 }));
    expect(bootDrive).toBeNull();
    expect(screen).toContain('Network boot: no server answers.');
    expect(screen).toContain('nothing to boot from');
  });
});

describe('INT 13h of the SCSI ROM', () => {
  /**
   * Takes AX, BX, CX, DX and SI of each call from 7D00h on, up to FFFFh, and puts what comes back to 8000h: AX, BX, CX, DX, flags.
   * ES is 0 throughout.
   */
  const CALLER = Buffer.from(
    '31c08ed88ec0fcbe007dbf0080ad83f8ff742250ad93ad91ad92ad569689e58b4602cd139c5d5e83c402ab93ab91ab92ab95abebd8faf4',
    'hex',
  );
  const RESULTS = 0x8000;
  const BUFFER = 0x9000;
  const PACKET = 0x7de0;
  const MAGIC = 0x55aa;
  const LAST_LBA = DISK_BYTES / 512 - 1;

  type Call = readonly [ax: number, bx: number, cx: number, dx: number, si: number];
  const CALLS = {
    'extensions are there': [0x4100, MAGIC, 0, 0x80, 0],
    'read by LBA': [0x4200, 0, 0, 0x80, PACKET],
    'read by cylinder, head and sector': [0x0203, BUFFER + 0x400, 0x0005, 0x80, 0],
    write: [0x0301, BUFFER, 0x0009, 0x80, 0],
    verify: [0x0402, 0, 0x0001, 0x80, 0],
    'read what was written': [0x0201, BUFFER + 0xa00, 0x0009, 0x80, 0],
    'last status': [0x0100, 0, 0, 0x80, 0],
    'type and size': [0x1500, 0, 0, 0x80, 0],
    'sector 0 is none': [0x0201, BUFFER, 0x0000, 0x80, 0],
    'cylinder 1023 is beyond the end': [0x0201, BUFFER, 0xffc1, 0x80, 0],
    'another drive is none': [0x0201, BUFFER, 0x0001, 0x85, 0],
    'unknown function': [0x7700, 0, 0, 0x80, 0],
    reset: [0x0000, 0, 0, 0x80, 0],
  } satisfies Record<string, Call>;

  /** Sector n is full of n; the boot sector has the caller, its table, and a packet for sectors 2 and 3. */
  function disk() {
    const content = new Uint8Array(16 * 512);
    for (let i = 0; i < content.length; i++) content[i] = Math.floor(i / 512);
    content.fill(0, 0, 512);
    content.set(CALLER);
    const words = (values: readonly number[]) => values.flatMap((value) => [value & 0xff, value >>> 8]);
    content.set(words([...Object.values<Call>(CALLS).flat(), 0xffff]), 0x100);
    content.set(words([0x10, 2, BUFFER, 0, 2, 0, 0, 0]), PACKET - 0x7c00);
    content.set([0x55, 0xaa], 510);
    return new CopyOnWriteDiskImage(content, DISK_BYTES);
  }

  function answers(profile: MachineProfile, drives: PostOptions['drives']) {
    const { machine } = runPost(profile, { drives, runsBootSector: true });
    const { ramOffset, u8 } = machine.memory;
    const byte = (address: number) => u8[ramOffset + address];
    const word = (address: number) => byte(address) | (byte(address + 1) << 8);
    const results = Object.keys(CALLS).map((name, i) => {
      const [ax, bx, cx, dx, flags] = [0, 2, 4, 6, 8].map((at) => word(RESULTS + 10 * i + at));
      return [name, { ax, bx, cx, dx, isError: (flags & 1) === 1 }] as const;
    });
    const sectors = [0, 1, 2, 3, 4, 5].map((n) => byte(BUFFER + 512 * n));
    return { results: Object.fromEntries(results), sectors };
  }

  const scsi = disk();
  const onScsi = answers(server(), { scsi: [scsi] });

  it('answers as the BIOS does for an ATA disk', () => {
    expect(onScsi).toEqual(answers(pc(), { hda: disk() }));
  });

  it('brings the sectors asked for, by either way of naming them, and what was written', () => {
    // Sectors 2 and 3 by LBA; 4, 5 and 6 as the fifth to seventh of the first track; the first of them back from LBA 8.
    expect(onScsi.sectors).toEqual([2, 3, 4, 5, 6, 2]);
    expect(scsi.readSector(8)[0]).toBe(2);
  });

  it('refuses what cannot be', () => {
    const { results } = onScsi;
    const errors = Object.keys(CALLS).filter((name) => results[name].isError);
    expect(errors).toEqual([
      'sector 0 is none',
      'cylinder 1023 is beyond the end',
      'another drive is none',
      'unknown function',
    ]);
    expect(results['type and size']).toMatchObject({ cx: (LAST_LBA + 1) >>> 16, dx: (LAST_LBA + 1) & 0xffff });
  });
});

const SEABIOS = '/usr/share/seabios/bios.bin';
describe.skipIf(!existsSync(SEABIOS))(`under SeaBIOS (needs ${SEABIOS}) the ROMs`, () => {
  it('are started too, and boot from a SCSI disk', () => {
    const post = runPost(server(), { ...withScsi(), bios: new Uint8Array(readFileSync(SEABIOS)) });
    expect(post.bootDrive).toBe(0x80);
    expect(post.codes).toEqual(expect.arrayContaining([0xd8, 0xda, 0xd0, 0xd3, 0xd4]));
  });
});
