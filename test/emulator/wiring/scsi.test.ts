import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import type { DiskImage } from '../../../src/emulator/boot/disk-image';
import { createMachine } from '../../../src/emulator/machine';
import type { MachineProfile, ProfileOverlay } from '../../../src/emulator/profile';
import { applyOverlay } from '../../../src/emulator/profile';
import { restoreMachine, saveMachine } from '../../../src/emulator/snapshot';
import { drawStartingConditions } from '../../../src/emulator/variation';
import { readProfileFile } from '../../../src/host/profiles';
import { testProfile, testScsi } from '../../support/test-profile';

const SECOND = 100_000_000; // cycles at 100 MHz
const SLOT = 0x8000_0000 | (4 << 11);
const PORTS = 0xc000;
const RANGE = 0x8000_0000;
const [MAILBOXES, CCB, BUFFER] = [0x1_0000, 0x1_1000, 0x1_2000];

const readCdb = (lba: number) => [0x28, 0, 0, 0, 0, lba, 0, 0, 1, 0];

function createBoard(overlay: ProfileOverlay = {}, disks: (DiskImage | null)[] = [], rom: Uint8Array | null = null) {
  const profile: MachineProfile = applyOverlay({ ...testProfile(), scsi: testScsi() }, overlay);
  const machine = createMachine({
    profile,
    roms: { bios: new Uint8Array(0x1_0000).fill(0xf4), video: null, scsi: rom },
    drives: { hda: null, scsi: disks },
    start: drawStartingConditions(0, []),
  });
  machine.powerOn();
  const { bus, clock } = machine;
  const configure = (offset: number, sizeBytes: 1 | 2 | 4, value: number) => {
    bus.writePort(0xcf8, 4, (SLOT | offset) >>> 0);
    bus.writePort(0xcfc + (offset & 3), sizeBytes, value);
  };
  const configuration = (offset: number, sizeBytes: 1 | 2 | 4) => {
    bus.writePort(0xcf8, 4, (SLOT | (offset & 0xfc)) >>> 0);
    return bus.readPort(0xcfc + (offset & 3), sizeBytes);
  };
  /** What firmware does: ranges, then I/O, memory and bus master. */
  const enable = (command = 0x07) => {
    configure(0x10, 4, PORTS);
    configure(0x14, 4, RANGE);
    configure(0x04, 2, command);
    clock.advance(2 * SECOND);
  };
  const ask = (operation: number, ...parameters: number[]) => {
    for (const byte of [operation, ...parameters]) {
      bus.writePort(PORTS + 1, 1, byte);
      clock.advance(SECOND / 1000);
    }
    const reply: number[] = [];
    while (bus.readPort(PORTS, 1) & 0x04) {
      reply.push(bus.readPort(PORTS + 1, 1));
      clock.advance(SECOND / 1000);
    }
    bus.writePort(PORTS, 1, 0x20);
    return reply;
  };
  const put = (address: number, ...bytes: number[]) =>
    bytes.forEach((byte, i) => bus.writeMemory(address + i, 1, byte));
  const word = (value: number) => [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
  /** Puts a block for `id` into the one mailbox. */
  const post = (id: number, cdb: readonly number[], dataBytes: number) => {
    put(CCB, 0, 0, cdb.length, 1, ...word(dataBytes), ...word(BUFFER), 0, 0, 0, 0, id, 0, ...cdb);
    put(MAILBOXES, ...word(CCB), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    bus.writePort(PORTS + 1, 1, 0x02);
  };
  const readBuffer = () => Array.from({ length: 512 }, (_, i) => bus.peekMemory(BUFFER + i, 1));
  /** Reads a sector; the unit attention is taken by a command before. */
  const readSector = (id: number, lba: number) => {
    ask(0x81, 1, ...word(MAILBOXES));
    post(id, [0, 0, 0, 0, 0, 0], 0);
    clock.advance(SECOND);
    bus.writePort(PORTS, 1, 0x20);
    post(id, readCdb(lba), 512);
    clock.advance(SECOND);
    bus.writePort(PORTS, 1, 0x20);
    return { completion: bus.peekMemory(MAILBOXES + 15, 1), bytes: readBuffer() };
  };
  return { ...{ machine, bus, clock }, ...{ configure, configuration, enable, ask, post, readBuffer, readSector } };
}

describe('the SCSI adapter in its slot', () => {
  it('is a BusLogic MultiMaster with ports, memory and INTA#', () => {
    const { configuration, configure } = createBoard();
    expect(configuration(0x00, 4)).toBe(0x1040_104b);
    expect(configuration(0x08, 4)).toBe(0x0100_0008);
    expect(configuration(0x3d, 1)).toBe(1);
    configure(0x10, 4, 0xffff_ffff);
    configure(0x14, 4, 0xffff_ffff);
    expect(configuration(0x10, 4)).toBe(0xffff_fffd);
    expect(configuration(0x14, 4)).toBe(0xffff_f000);
  });

  it('is absent where the profile has none', () => {
    const machine = createMachine({
      profile: testProfile(),
      roms: { bios: new Uint8Array(0x1_0000).fill(0xf4), video: null },
      drives: { hda: null },
      start: drawStartingConditions(0, []),
    });
    machine.powerOn();
    machine.bus.writePort(0xcf8, 4, SLOT >>> 0);
    expect(machine.bus.readPort(0xcfc, 4)).toBe(0xffff_ffff);
    expect(Object.keys(machine.chips.byName).filter((name) => name.startsWith('scsi'))).toEqual([]);
  });

  it('answers at its ports and in its memory once they are enabled', () => {
    const { bus, enable } = createBoard();
    expect(bus.readPort(PORTS, 1)).toBe(0xff);
    enable();
    expect(bus.readPort(PORTS, 1)).toBe(0x30);
    expect(bus.readMemory(RANGE, 1)).toBe(0x30);
  });

  it('answers at ISA ports, too, when it is told to', () => {
    const { ask, bus, enable } = createBoard();
    enable();
    expect(bus.readPort(0x330, 1)).toBe(0xff);
    ask(0x95, 0);
    expect(bus.readPort(0x330, 1)).toBe(0x30);
    ask(0x95, 6);
    expect(bus.readPort(0x330, 1)).toBe(0xff);
  });

  it('tells drivers the interrupt that firmware wrote into its configuration space', () => {
    const { ask, configure, enable } = createBoard();
    enable();
    configure(0x3c, 1, 11);
    expect(ask(0x86)[1]).toBe(11);
  });

  it('shows its option ROM where firmware puts it', () => {
    const { bus, configure, enable } = createBoard({}, [], Uint8Array.of(0x55, 0xaa, 4));
    enable();
    configure(0x30, 4, 0x8010_0001);
    expect(bus.readMemory(0x8010_0000, 2)).toBe(0xaa55);
  });
});

describe('its disks', () => {
  it('hang at the IDs of the profile', () => {
    const { ask, enable } = createBoard({ 'scsi.diskIdBits': 0b1000_0110, 'scsi.selectionTimeoutNs': 0 });
    enable();
    expect(ask(0x24)).toEqual([0b0000_0110, 0]); // 7 is the adapter's own
  });

  it('have the content given, or are blank', () => {
    const content = Uint8Array.from({ length: 64 * 512 }, (_, i) => i >>> 9);
    const { enable, readSector } = createBoard({}, [null, null, null, new CopyOnWriteDiskImage(content)]);
    enable();
    expect(readSector(3, 5)).toEqual({ completion: 1, bytes: new Array(512).fill(5) });
    expect(readSector(0, 5)).toEqual({ completion: 1, bytes: new Array(512).fill(0) });
  });

  it('cannot be reached while the adapter may not master the bus', () => {
    const { clock, configure, enable, readSector, bus } = createBoard();
    enable(0x03);
    expect(readSector(3, 5).completion).toBe(0);
    configure(0x04, 2, 0x07);
    clock.advance(SECOND);
    expect(bus.peekMemory(MAILBOXES + 15, 1)).not.toBe(0);
  });

  it('have their writes told to those who watch bus masters', () => {
    const { enable, machine, readSector } = createBoard();
    enable();
    const told: string[] = [];
    machine.chips.busMaster.listenToWrites((master, address, sizeBytes) => {
      if (address === BUFFER) told.push(`${master} ${sizeBytes}`);
    });
    readSector(0, 0);
    expect(told).toEqual(['BT-958 512']);
  });
});

it('is part of a snapshot, in the middle of a command and with what was written to blank disks', () => {
  const content = () => new CopyOnWriteDiskImage(Uint8Array.from({ length: 64 * 512 }, (_, i) => i >>> 9));
  const one = createBoard({}, [null, null, null, content()]);
  one.enable();
  one.readSector(0, 0);
  one.bus.writeMemory(BUFFER, 1, 0x99);
  one.post(0, [0x2a, 0, 0, 0, 0, 7, 0, 0, 1, 0], 512);
  one.clock.advance(SECOND);
  one.readSector(3, 0);
  one.post(3, readCdb(9), 512);
  one.clock.advance(SECOND / 5000); // 0.2 ms: the disk works on it from 0.12 to 0.32
  const other = createBoard({}, [null, null, null, content()]);
  restoreMachine(other.machine, saveMachine(one.machine));
  expect(other.readBuffer()).not.toEqual(new Array(512).fill(9));
  other.clock.advance(SECOND);
  expect(other.readBuffer()).toEqual(new Array(512).fill(9));
  expect(other.readSector(0, 7).bytes[0]).toBe(0x99);
});

it('refuses a SCSI section with a figure out of bounds', () => {
  expect(() => createBoard({ 'scsi.diskStartsAtPower': 2 })).toThrow(/scsi\.diskStartsAtPower/);
  expect(() => createBoard({ 'scsi.diskFullStrokeNs': 1 })).toThrow(/scsi\.diskFullStrokeNs/);
});

it('comes with a machine whose figures all have a source', async () => {
  const file = join(import.meta.dirname, '../../../resources/profiles/osdl-2002.json');
  const profile = await readProfileFile(file);
  if (!profile.ok) throw new Error(profile.failure.message);
  const figures = Object.entries(profile.value.scsi ?? {});
  expect(figures.map(([name]) => name)).toEqual(Object.keys(testScsi()));
  for (const [name, { source }] of figures) expect(source.length, name).toBeGreaterThan(15);
});
