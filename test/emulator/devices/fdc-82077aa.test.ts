import { beforeEach, describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import type { Clock } from '../../../src/emulator/clock';
import { Fdc82077aa } from '../../../src/emulator/devices/fdc-82077aa';
import { FloppyDrive } from '../../../src/emulator/devices/floppy-drive';
import { floppyFormatOf } from '../../../src/emulator/devices/floppy-format';
import type { WatchedLine } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson, watchLine } from './chip-bench';

const DOR = 0x3f2;
const MSR = 0x3f4;
const FIFO = 0x3f5;
const CCR = 0x3f7;
const RQM = 0x80;
const DIO = 0x40;
const BUSY = 0x10;
const MS = 1e6;
const SECTOR = 512;
const READ = 0xe6; // MT, MFM, SK
const WRITE = 0xc5;

let clock: Clock;
let irq6: WatchedLine;
let image: CopyOnWriteDiskImage;
let fdc: Fdc82077aa;
let received: number[];
/** Bytes the DMA channel may still move before terminal count; the channel is masked at 0. */
let dmaLeft: number;
let toWrite: number[];
let isProtected: boolean;

function serveDma(isHigh: boolean): void {
  if (!isHigh) return;
  while (dmaLeft > 0 && fdc.saveState().data.isRequesting) {
    dmaLeft--;
    if (toWrite.length > 0) fdc.dmaWrite(toWrite.shift()!, dmaLeft === 0);
    else received.push(fdc.dmaRead(dmaLeft === 0));
  }
}

function createFdc(): Fdc82077aa {
  const drive = new FloppyDrive(
    clock,
    { spinUpNs: 300 * MS, settleNs: 15 * MS, initialAngle: 0, isWriteProtected: isProtected },
    { image, format: floppyFormatOf(image.sectorCount * SECTOR) },
  );
  return new Fdc82077aa(
    { clock, irq6, setDrq: serveDma, noteUnstable: createUnstableLog().note, drives: [drive, null] },
    { resetNs: MS },
  );
}

beforeEach(() => {
  clock = createBenchClock();
  irq6 = watchLine(clock);
  // every sector holds its own number
  const content = Uint8Array.from({ length: 2880 * SECTOR }, (_, i) => (i / SECTOR) & 0xff);
  image = new CopyOnWriteDiskImage(content);
  received = [];
  dmaLeft = 0;
  toWrite = [];
  isProtected = false;
  fdc = createFdc();
  resetChips([fdc], 'power-on');
});

const advanceNs = (ns: number) => clock.advance(clock.cyclesFromNs(ns));
const status = () => fdc.readPort(MSR, 1);

function send(...bytes: number[]): void {
  for (const byte of bytes) {
    expect(status() & (RQM | DIO)).toBe(RQM);
    fdc.writePort(FIFO, 1, byte);
  }
}

function result(): number[] {
  const bytes: number[] = [];
  while ((status() & (RQM | DIO)) === (RQM | DIO)) bytes.push(fdc.readPort(FIFO, 1));
  return bytes;
}

function ask(...bytes: number[]): number[] {
  send(...bytes);
  return result();
}

/** Out of reset with motor A on and at speed, 500 kbit/s, step 3 ms, drive at cylinder 0. */
function start(specify = 0x02): void {
  fdc.writePort(DOR, 1, 0x1c);
  fdc.writePort(CCR, 1, 0);
  advanceNs(MS);
  for (let i = 0; i < 4; i++) ask(0x08);
  send(0x03, 0xdf, specify);
  send(0x07, 0);
  advanceNs(300 * MS);
  ask(0x08);
}

/** Runs to the next interrupt, a second at most, and gives the result. */
function finish(): number[] {
  const end = clock.nowCycles + clock.cyclesFromNs(1e9);
  while (!irq6.isHigh && clock.nowCycles < end) clock.advanceTo(Math.min(end, clock.nextAlarmCycle));
  return result();
}

describe('Fdc82077aa, registers', () => {
  it('answers nothing in reset, then interrupts once and has four ready lines to sense', () => {
    expect(status()).toBe(0);
    fdc.writePort(DOR, 1, 0x0c);
    expect(irq6.isHigh).toBe(false);
    advanceNs(MS);
    expect(irq6.isHigh).toBe(true);
    expect([1, 2, 3, 4].map(() => ask(0x08))).toEqual([
      [0xc0, 0],
      [0xc1, 0],
      [0xc2, 0],
      [0xc3, 0],
    ]);
    expect(irq6.risingCycles).toHaveLength(1);
    expect(ask(0x08)).toEqual([0x80]);
  });

  it('keeps its interrupt behind DMAGATE#', () => {
    fdc.writePort(DOR, 1, 0x04);
    advanceNs(MS);
    expect(irq6.isHigh).toBe(false);
    fdc.writePort(DOR, 1, 0x0c);
    expect(irq6.isHigh).toBe(true);
  });

  it('tells its version, refuses unknown commands, and dumps what SPECIFY and CONFIGURE set', () => {
    start();
    expect(ask(0x10)).toEqual([0x90]);
    expect(ask(0x1f)).toEqual([0x80]);
    send(0x13, 0, 0x57, 0x12);
    expect(ask(0x94)).toEqual([0x10]);
    expect(ask(0x0e)).toEqual([0, 0, 0, 0, 0xdf, 0x02, 0, 0x80, 0x57, 0x12]);
  });

  it('forgets CONFIGURE in a reset unless it is locked', () => {
    start();
    const configuration = () => ask(0x0e)[8];
    const reset = () => {
      fdc.writePort(MSR, 1, 0x80);
      advanceNs(MS);
    };
    send(0x13, 0, 0x57, 0);
    ask(0x94);
    reset();
    expect(configuration()).toBe(0x57);
    ask(0x14);
    reset();
    expect(configuration()).toBe(0x20);
  });

  it('shows the disk change line until the arm moves with a disk in', () => {
    fdc.writePort(DOR, 1, 0x1c);
    advanceNs(MS);
    expect(fdc.readPort(CCR, 1) & 0x80).toBe(0x80);
    for (let i = 0; i < 4; i++) ask(0x08);
    send(0x0f, 0, 1);
    advanceNs(100 * MS);
    expect(fdc.readPort(CCR, 1) & 0x80).toBe(0);
  });
});

describe('Fdc82077aa, seeks', () => {
  it('steps at the rate of SPECIFY, busy with the drive alone', () => {
    start();
    const begin = clock.nowCycles;
    send(0x0f, 0, 10);
    expect(status()).toBe(RQM | 0x01);
    finish();
    expect(clock.nowCycles - begin).toBe(clock.cyclesFromNs(30 * MS)); // (16 - 13) ms a step
    expect(ask(0x08)).toEqual([0x20, 10]);
    expect(ask(0x04, 0)).toEqual([0x28]);
    send(0x07, 0);
    finish();
    expect(ask(0x08)).toEqual([0x20, 0]);
    expect(ask(0x04, 0)).toEqual([0x38]);
  });

  it('reports an equipment check where no drive answers a recalibration', () => {
    start();
    send(0x07, 1);
    finish();
    expect(ask(0x08)).toEqual([0x71, 0]);
  });
});

describe('Fdc82077aa, data', () => {
  it('reads a sector by DMA up to terminal count', () => {
    start();
    dmaLeft = SECTOR;
    send(READ, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    expect(status() & (RQM | BUSY)).toBe(BUSY);
    expect(finish()).toEqual([0, 0, 0, 0, 0, 4, 2]);
    expect(received).toEqual(new Array(SECTOR).fill(2));
    expect(irq6.isHigh).toBe(false);
  });

  it('reads a track in a revolution, and goes on to head 1 when multi-track', () => {
    start();
    dmaLeft = 36 * SECTOR;
    const begin = clock.nowCycles;
    send(READ, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish()).toEqual([4, 0, 0, 1, 0, 1, 2]);
    expect(received.filter((_, i) => i % SECTOR === 0)).toEqual(Array.from({ length: 36 }, (_, i) => i));
    const revolutionCycles = clock.cyclesFromNs(200 * MS);
    const revolutions = (clock.nowCycles - begin) / revolutionCycles;
    expect(revolutions).toBeGreaterThan(1.9);
    expect(revolutions).toBeLessThan(3.1);
  });

  it('delivers a byte every 16 us at 500 kbit/s', () => {
    start(0x03); // without DMA
    send(READ, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    const risings = irq6.risingCycles.length;
    for (let i = 0; i < 3; i++) {
      while (!irq6.isHigh) clock.advanceTo(clock.nextAlarmCycle);
      expect(status()).toBe(RQM | DIO | 0x20 | BUSY);
      expect(fdc.readPort(FIFO, 1)).toBe(0);
    }
    const [a, b, c] = irq6.risingCycles.slice(risings);
    expect([b - a, c - b]).toEqual([1600, 1600]);
  });

  it('overruns when nobody takes the bytes', () => {
    start();
    send(READ, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x10, 0]);
  });

  it('ends a read without terminal count at the end of the cylinder', () => {
    start();
    dmaLeft = 1e6;
    send(0x46, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x80, 0]);
    expect(received).toHaveLength(SECTOR);
  });

  it('gives up after two index holes: sector, cylinder and data rate that are not there', () => {
    start();
    send(READ, 0, 0, 0, 19, 2, 19, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x04, 0]);
    send(READ, 0, 5, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x04, 0x10]);
    fdc.writePort(CCR, 1, 2);
    send(READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x01, 0]);
  });

  it('waits for the motor, for ever if need be', () => {
    start();
    fdc.writePort(DOR, 1, 0x0c);
    dmaLeft = SECTOR;
    send(READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish()).toEqual([]);
    const begin = clock.nowCycles;
    fdc.writePort(DOR, 1, 0x1c);
    expect(finish()).toEqual([0, 0, 0, 0, 0, 2, 2]);
    expect(clock.nowCycles - begin).toBeGreaterThan(clock.cyclesFromNs(300 * MS));
  });

  it('seeks by itself when CONFIGURE says so', () => {
    start();
    send(0x13, 0, 0x57, 0);
    dmaLeft = SECTOR;
    send(READ, 0x04, 2, 1, 1, 2, 18, 0x1b, 0xff);
    expect(finish()).toEqual([4, 0, 0, 2, 1, 2, 2]);
    expect(received[0]).toBe((2 * 2 + 1) * 18);
  });

  it('writes sectors, zeros behind terminal count, and refuses on a protected disk', () => {
    start();
    toWrite = new Array<number>(600).fill(0xa5);
    dmaLeft = 600;
    send(WRITE, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish()).toEqual([0, 0, 0, 0, 0, 3, 2]);
    expect([...image.readSector(0)]).toEqual(new Array(SECTOR).fill(0xa5));
    expect([...image.readSector(1)]).toEqual([...new Array<number>(88).fill(0xa5), ...new Array<number>(424).fill(0)]);
    isProtected = true;
    fdc = createFdc();
    start();
    send(WRITE, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    expect(finish().slice(0, 3)).toEqual([0x40, 0x02, 0]);
  });

  it('formats a track with the filler', () => {
    start();
    toWrite = Array.from({ length: 18 }, (_, i) => [0, 0, i + 1, 2]).flat();
    dmaLeft = toWrite.length;
    send(0x4d, 0, 2, 18, 0x6c, 0xf6);
    expect(finish().slice(0, 3)).toEqual([0, 0, 0]);
    for (const lba of [0, 17]) expect([...image.readSector(lba)]).toEqual(new Array(SECTOR).fill(0xf6));
    expect(image.readSector(18)[0]).toBe(18);
  });

  it('reads the next ID', () => {
    start();
    send(0x4a, 0x04);
    const [st0, st1, st2, cylinder, head, record, size] = finish();
    expect([st0, st1, st2, cylinder, head, size]).toEqual([4, 0, 0, 0, 1, 2]);
    expect(record).toBeGreaterThanOrEqual(1);
    expect(record).toBeLessThanOrEqual(18);
  });
});

describe('Fdc82077aa, resets and state', () => {
  it('goes on through a CPU reset and stops for a platform reset', () => {
    start();
    const before = fdc.saveState();
    resetChips([fdc], 'cpu-init');
    expect(fdc.saveState()).toEqual(before);
    resetChips([fdc], 'platform');
    expect(status()).toBe(0);
    expect(fdc.saveState().drives[0]).toMatchObject({ isMotorOn: false });
  });

  it('goes on the same after a save and restore within a sector', () => {
    start();
    dmaLeft = SECTOR;
    send(READ, 0, 0, 0, 5, 2, 18, 0x1b, 0xff);
    while (received.length < 100) clock.advanceTo(clock.nextAlarmCycle);
    const state = throughJson(fdc.saveState());
    const left = dmaLeft;
    const cycle = clock.nowCycles;
    const expected = [finish(), clock.nowCycles];
    clock = createBenchClock();
    clock.advanceTo(cycle);
    irq6 = watchLine(clock);
    fdc = createFdc();
    dmaLeft = left;
    fdc.restoreState(state);
    expect([finish(), clock.nowCycles]).toEqual(expected);
  });

  it('survives 10,000 random accesses', () => {
    abuseChip(fdc, [DOR, 0x3f3, MSR, FIFO, CCR], clock, 21);
  });
});

describe('floppyFormatOf', () => {
  it('knows disks by their size and refuses others with a reason', () => {
    expect(floppyFormatOf(1474560)).toMatchObject({ sectorsPerTrack: 18, cmosType: 4 });
    expect(floppyFormatOf(368640)).toMatchObject({ cylinders: 40, cmosType: 1 });
    expect(() => floppyFormatOf(1474561)).toThrow(/1474560 \(1\.44M\)/);
  });
});
