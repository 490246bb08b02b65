// The mouse on a wired board: from D4h at port 64h over the line and back to IRQ 12 at the second 8259A.
import { beforeEach, describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import { MOUSE_LEFT } from '../../../src/emulator/devices/mouse-ps2';
import type { Machine } from '../../../src/emulator/machine';
import { createMachine } from '../../../src/emulator/machine';
import { drawStartingConditions } from '../../../src/emulator/variation';
import { testProfile } from '../../support/test-profile';

const ROM_BYTES = 64 * 1024;
const IRQ_12 = 0x10; // of the second controller
const AUX_BYTE = 0x21; // status: a byte, of the auxiliary device

let machine: Machine;

function createBoard(hasPci = true): Machine {
  const board = createMachine({
    profile: { ...testProfile(), hasPci },
    roms: { bios: new Uint8Array(ROM_BYTES).fill(0xf4), video: null },
    drives: { hda: new CopyOnWriteDiskImage(new Uint8Array(512 * 64), testProfile().disk.sizeBytes.value) },
    start: drawStartingConditions(1, []),
  });
  board.powerOn();
  return board;
}

const advanceMs = (ms: number) => machine.clock.advance(machine.clock.cyclesFromNs(ms * 1e6));

function command(...bytes: number[]): void {
  bytes.forEach((byte, i) => {
    machine.bus.writePort(i === 0 ? 0x64 : 0x60, 1, byte);
    advanceMs(0.1);
  });
}

/** Requests of the second 8259A (OCW3: read IRR). */
function requests(): number {
  machine.bus.writePort(0xa0, 1, 0x0a);
  return machine.bus.readPort(0xa0, 1);
}

/** Bytes that come from the auxiliary device within 20 ms, each with its interrupt. */
function auxBytes(): number[] {
  const bytes: number[] = [];
  for (let ms = 0; ms < 20; ms += 0.1) {
    advanceMs(0.1);
    const status = machine.bus.readPort(0x64, 1);
    if ((status & AUX_BYTE) !== AUX_BYTE) continue;
    expect(requests() & IRQ_12).toBe(IRQ_12);
    bytes.push(machine.bus.readPort(0x60, 1));
    expect(requests() & IRQ_12).toBe(0);
  }
  return bytes;
}

/** What both devices have to say after power-on. */
function takeSelfTests(): void {
  const bytes: number[] = [];
  for (let ms = 0; ms < 20; ms++) {
    advanceMs(1);
    if (machine.bus.readPort(0x64, 1) & 1) bytes.push(machine.bus.readPort(0x60, 1));
  }
  expect(bytes).toEqual([0xaa, 0xaa, 0x00]);
}

const tellMouse = (byte: number) => {
  command(0xd4, byte);
  return auxBytes();
};

beforeEach(() => {
  machine = createBoard();
  advanceMs(1000); // both devices have tested themselves
  // ICW1-4 of the second controller: edges, vectors from 70h, cascaded at line 2; nothing masked
  for (const [port, value] of [
    [0xa0, 0x11],
    [0xa1, 0x70],
    [0xa1, 0x02],
    [0xa1, 0x01],
    [0xa1, 0x00],
  ] as const) {
    machine.bus.writePort(port, 1, value);
  }
  command(0x60, 0x47); // both interrupts, both devices
  takeSelfTests();
});

describe('a mouse on the board', () => {
  it('answers a reset with ACK, its self-test and its ID', () => {
    expect(tellMouse(0xff)).toEqual([0xfa]);
    advanceMs(20);
    expect(auxBytes()).toEqual([0xaa, 0x00]);
  });

  it('tells its movements in packets once it was enabled', () => {
    machine.chips.mouse!.move(1, 1, 0);
    expect(auxBytes()).toEqual([]);
    expect(tellMouse(0xf4)).toEqual([0xfa]);
    machine.chips.mouse!.move(5, -3, MOUSE_LEFT);
    expect(auxBytes()).toEqual([0x29, 0x05, 0xfd]);
  });

  it('becomes a wheel mouse by the knock 200, 100, 80', () => {
    for (const byte of [0xf3, 200, 0xf3, 100, 0xf3, 80]) expect(tellMouse(byte)).toEqual([0xfa]);
    expect(tellMouse(0xf2)).toEqual([0xfa, 0x03]);
  });

  it('raises no interrupt while the command byte forbids it', () => {
    command(0x60, 0x45);
    command(0xd4, 0xf2);
    advanceMs(10);
    expect(machine.bus.readPort(0x64, 1) & AUX_BYTE).toBe(AUX_BYTE);
    expect(requests() & IRQ_12).toBe(0);
  });

  it('is not there on a board without PCI, whose controller has no auxiliary port', () => {
    machine = createBoard(false);
    expect(machine.chips.mouse).toBeNull();
    advanceMs(1000);
    command(0x60, 0x47);
    command(0xd4, 0xf2);
    advanceMs(50);
    expect(machine.bus.readPort(0x64, 1) & 0x20).toBe(0);
  });
});
