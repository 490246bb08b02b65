import { describe, expect, it } from 'vitest';
import { CorruptionWatch } from '../../src/emulator/corruption';
import type { CrashReserve } from '../../src/emulator/lab-options';
import { createMachine } from '../../src/emulator/machine';
import { drawStartingConditions } from '../../src/emulator/variation';
import { testProfile } from '../support/test-profile';

const MS_CYCLES = 100_000; // 100 MHz
const MIB = 0x10_0000;

function board(reserve: CrashReserve | null = null) {
  const machine = createMachine({
    profile: testProfile(),
    roms: { bios: new Uint8Array(65_536).fill(0xf4), video: null },
    drives: { hda: null },
    start: drawStartingConditions(1, []),
  });
  machine.powerOn();
  machine.cpu.setA20(true);
  const watch = new CorruptionWatch(machine, reserve);
  const { busMaster } = machine.chips;
  const dma = (address: number, sizeBytes = 64, master = 'card') =>
    busMaster.writeBytes(master, address, new Uint8Array(sizeBytes));
  const pass = (ms: number) => machine.clock.advance(ms * MS_CYCLES);
  /** Device shutdown is over, one page has been copied to 1 MiB. */
  const copyOnePage = () => {
    watch.devicesAreDown();
    watch.copyingBegins();
    watch.pageCopied(0x50_0000, MIB, 4096);
  };
  return { machine, watch, dma, pass, copyOnePage };
}

describe('a write by a bus master', () => {
  it('is nobody’s concern while the old kernel runs, and when its devices are down where it hits nothing', () => {
    const { watch, dma } = board();
    dma(MIB);
    watch.devicesAreDown();
    dma(0x60_0000);
    watch.copyingBegins();
    dma(0x60_0000);
    watch.pageCopied(0x50_0000, MIB, 4096);
    expect(watch.warnings()).toEqual([]);
  });

  it('into a page that was copied is told with size, place and time', () => {
    const { watch, dma, pass, copyOnePage } = board();
    copyOnePage();
    pass(12);
    dma(MIB + 0x234);
    expect(watch.warnings()).toEqual([
      'DMA by card wrote 64 bytes at 100234h, 12 ms after the jump, into the new kernel’s image.',
    ]);
  });

  it('is told once for each master and victim, with the sum of all', () => {
    const { watch, dma, pass, copyOnePage } = board();
    copyOnePage();
    watch.kernelBegins();
    for (let i = 0; i < 3; i++) {
      pass(10);
      dma(0x20_0000 + i * 0x1000, 100);
    }
    dma(MIB, 1, 'other');
    expect(watch.warnings()).toEqual([
      'DMA by card wrote 100 bytes at 200000h, 10 ms after the jump, into memory that belongs to the new kernel: ' +
        'the first of 3 writes, 300 bytes in 3 pages, the last 30 ms after the jump.',
      'DMA by other wrote 1 byte at 100000h, 30 ms after the jump, into the new kernel’s image.',
    ]);
  });

  it('between device shutdown and the copy spoils what is copied then', () => {
    const { watch, dma, copyOnePage } = board();
    watch.devicesAreDown();
    dma(0x50_0040);
    watch.copyingBegins();
    watch.pageCopied(0x50_0000, MIB, 4096);
    expect(watch.warnings()).toEqual([
      'The page at 500000h was overwritten by DMA by card before it was copied to 100000h.',
    ]);
    copyOnePage();
    expect(watch.warnings()).toEqual([]);
  });

  it('is wanted from a master that has got new orders since', () => {
    const { machine, watch, dma, copyOnePage } = board();
    machine.chips.busMaster.noteOrders('card'); // of the old kernel: they do not count
    copyOnePage();
    dma(MIB);
    machine.chips.busMaster.noteOrders('card');
    dma(MIB, 5000);
    expect(watch.warnings()).toEqual([
      'DMA by card wrote 64 bytes at 100000h, 0.000 ms after the jump, into the new kernel’s image.',
    ]);
  });

  it('behind a reset hits the firmware', () => {
    const { watch, dma, pass } = board();
    watch.devicesAreDown();
    watch.firmwareBegins();
    pass(3);
    dma(0x9_0000);
    expect(watch.warnings()[0]).toContain('3 ms after the reset, into memory that belongs to the firmware');
  });

  it('beside a crash kernel’s reserve hits the dead kernel, which is to be expected; into it, the new one', () => {
    const { watch, dma } = board({ startBytes: 4 * MIB, sizeBytes: 2 * MIB });
    watch.copyingBegins();
    watch.kernelBegins();
    for (const mib of [1, 4, 5, 6]) dma(mib * MIB);
    expect(watch.warnings()).toHaveLength(1);
    expect(watch.warnings()[0]).toContain('wrote 64 bytes at 400000h');
    expect(watch.warnings()[0]).toContain('the first of 2 writes, 128 bytes in 2 pages');
  });

  it('outside RAM hits nobody', () => {
    const { watch, dma, copyOnePage } = board();
    copyOnePage();
    watch.kernelBegins();
    dma(0xe000_0000);
    expect(watch.warnings()).toEqual([]);
  });
});

describe('the entry of the new kernel', () => {
  it('is in order with A20 open and no more than the timer waiting', () => {
    const { machine, watch, copyOnePage } = board();
    machine.chips.pic.input(0).raise();
    copyOnePage();
    watch.kernelBegins();
    expect(watch.warnings()).toEqual([]);
  });

  it('is told of a closed A20 gate and of waiting interrupts', () => {
    const { machine, watch, copyOnePage } = board();
    const { bus, chips, cpu } = machine;
    for (const [port, value] of [
      [0x20, 0x11],
      [0x21, 0x20],
      [0x21, 4],
      [0x21, 1],
      [0xa0, 0x11],
      [0xa1, 0x28],
      [0xa1, 2],
      [0xa1, 1],
    ])
      bus.writePort(port, 1, value);
    chips.pic.input(11).raise();
    cpu.setA20(false);
    copyOnePage();
    watch.kernelBegins();
    expect(watch.warnings()).toEqual([
      'The A20 gate was closed at the jump: the new kernel sees every second megabyte twice.',
      'Interrupt 11 was waiting at the jump: a device that the old kernel did not quiet.',
    ]);
  });

  it('behind firmware and loader is the set-up code’s to prepare', () => {
    const { machine, watch } = board();
    watch.devicesAreDown();
    watch.firmwareBegins();
    machine.cpu.setA20(false);
    watch.kernelBegins();
    expect(watch.warnings()).toEqual([]);
  });
});

it('goes on from its saved state', () => {
  const one = board();
  one.copyOnePage();
  one.dma(MIB);
  one.machine.chips.busMaster.noteOrders('quiet');
  const two = board();
  two.pass(0);
  two.watch.restoreState(JSON.parse(JSON.stringify(one.watch.saveState())) as ReturnType<CorruptionWatch['saveState']>);
  for (const { watch, dma } of [one, two]) {
    dma(MIB + 100, 8);
    dma(MIB, 8, 'quiet');
    watch.kernelBegins();
    watch.lineWasGivenUp(11);
  }
  expect(two.watch.warnings()).toHaveLength(2);
  expect(two.watch.warnings()).toEqual(one.watch.warnings());
});
