import { describe, expect, it } from 'vitest';
import { createDisc } from '../../../src/emulator/boot/disc-image';
import { CopyOnWriteDiskImage, sourceOfBytes } from '../../../src/emulator/boot/disk-image';
import { createMachine } from '../../../src/emulator/machine';
import { drawStartingConditions } from '../../../src/emulator/variation';
import type { Drives } from '../../../src/emulator/wiring/drives';
import { testProfile } from '../../support/test-profile';

const IDE_COMMAND = 0x8000_0904; // 0:1.1, PCICMD
const IDE_TIMING = 0x8000_0940;
const DISK = Uint8Array.from({ length: 4096 }, (_, i) => i * 7);

function createBoard(drives: Partial<Drives>, hasPci: boolean) {
  const machine = createMachine({
    profile: { ...testProfile(), hasPci },
    roms: { bios: new Uint8Array(0x10000), video: null },
    drives: { hda: null, ...drives },
    start: drawStartingConditions(0, []),
  });
  machine.powerOn();
  const { bus, clock } = machine;
  if (hasPci) {
    bus.writePort(0xcf8, 4, IDE_COMMAND);
    bus.writePort(0xcfc, 2, 0x0005);
    bus.writePort(0xcf8, 4, IDE_TIMING);
    bus.writePort(0xcfc, 4, 0x8000_8000);
  }
  clock.advance(10 * clock.cpuHz);
  /** Status and signature of a drive. */
  const drive = (base: number, select: number) => {
    bus.writePort(base + 6, 1, select);
    return [base + 7, base + 4, base + 5].map((port) => bus.readPort(port, 1));
  };
  return { machine, bus, clock, drive };
}

const disk = () => new CopyOnWriteDiskImage(DISK);
const disc = () => createDisc(sourceOfBytes(new Uint8Array(2048)));
const EMPTY_CABLE = [0x7f, 0x7f, 0x7f];
const NOBODY = [0xff, 0xff, 0xff];

describe('a board with PCI', () => {
  it('has two channels, with disks on the first and the CD-ROM drive as master of the second', () => {
    const { drive } = createBoard({ hda: disk(), hdb: disk(), cdrom: disc() }, true);
    expect(drive(0x1f0, 0xa0)).toEqual([0x50, 0, 0]);
    expect(drive(0x1f0, 0xb0)).toEqual([0x50, 0, 0]);
    expect(drive(0x170, 0xa0)).toEqual([0, 0x14, 0xeb]);
    expect(drive(0x170, 0xb0)[0]).toBe(0);
  });

  it('has empty cables without drives', () => {
    const { drive } = createBoard({}, true);
    expect(drive(0x1f0, 0xa0)).toEqual(EMPTY_CABLE);
    expect(drive(0x170, 0xb0)).toEqual(EMPTY_CABLE);
  });

  it('reads two words of the data port at once, in two cycles of the channel', () => {
    const { bus, clock } = createBoard({ hda: disk() }, true);
    bus.writePort(0x1f2, 1, 1);
    bus.writePort(0x1f3, 1, 2);
    bus.writePort(0x1f6, 1, 0xe0);
    bus.writePort(0x1f7, 1, 0x20);
    clock.advance(clock.cpuHz);
    const before = clock.nowCycles;
    const view = new DataView(DISK.buffer);
    expect(bus.readPort(0x1f0, 4)).toBe(view.getUint32(1024, true));
    expect(clock.nowCycles - before).toBe(120); // 2 x 600 ns at 100 MHz
    expect(bus.readPort(0x1f0, 2)).toBe(view.getUint16(1028, true));
    expect(clock.nowCycles - before).toBe(180);
  });
});

describe('a board without PCI', () => {
  it('has a second channel only for a CD-ROM drive', () => {
    const plain = createBoard({ hda: disk() }, false);
    expect(plain.drive(0x1f0, 0xa0)).toEqual([0x50, 0, 0]);
    expect(plain.drive(0x170, 0xa0)).toEqual(NOBODY);
    expect(createBoard({ cdrom: disc() }, false).drive(0x170, 0xa0)).toEqual([0, 0x14, 0xeb]);
  });

  it('splits 32-bit accesses between the data port and its neighbour', () => {
    const { bus } = createBoard({ hda: disk() }, false);
    bus.writePort(0x1f2, 1, 0x12);
    bus.writePort(0x1f3, 1, 0x34);
    expect(bus.readPort(0x1f0, 4) >>> 16).toBe(0x3412);
  });
});
