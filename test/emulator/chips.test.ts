// All chips of a board together: what survives which reset (docs/facts.md B1), what nobody claims, and random accesses.
import { describe, expect, it, vi } from 'vitest';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import type { AccessSize, PortClaim } from '../../src/emulator/bus';
import { Bus } from '../../src/emulator/bus';
import type { Machine } from '../../src/emulator/machine';
import { createMachine } from '../../src/emulator/machine';
import { createRandomStream } from '../../src/emulator/random';
import type { ResetKind } from '../../src/emulator/reset';
import { resetAll } from '../../src/emulator/reset';
import { drawStartingConditions } from '../../src/emulator/variation';
import { testProfile } from '../support/test-profile';

const BOARDS = { 'with PCI': true, 'without PCI': false } as const;
type Board = keyof typeof BOARDS;

const RESET_CONTROL = 0xcf9;
const ROM_BYTES = 64 * 1024;
/** Cycles after which mechanics and self-tests have come to rest. */
const SETTLED_CYCLES = 1_000_000_000;

/** A machine with a disk, and every claim of ports that its chips made. */
function createBoard(board: Board): { machine: Machine; claims: readonly PortClaim[] } {
  const claims: PortClaim[] = [];
  const claimPorts = Bus.prototype.claimPorts;
  const spy = vi.spyOn(Bus.prototype, 'claimPorts').mockImplementation(function (this: Bus, claim) {
    claims.push(claim);
    claimPorts.call(this, claim);
  });
  const bios = new Uint8Array(ROM_BYTES).fill(0xf4); // HLT
  const machine = createMachine({
    profile: { ...testProfile(), hasPci: BOARDS[board] },
    roms: { bios, video: null },
    drives: { hda: new CopyOnWriteDiskImage(new Uint8Array(512 * 64), testProfile().disk.sizeBytes.value) },
    start: drawStartingConditions(1, []),
    extras: { firmwareInterface: 'qemu', hasDebugConsole: true },
  });
  spy.mockRestore();
  machine.powerOn();
  return { machine, claims };
}

/** Fields nothing can see: when a counter was last brought up to date, bytes that were taken already. */
const BOOKKEEPING = new Set(['elementPulse', 'inputBuffer', 'receivedByte']);

/** What a chip would put into a snapshot, as text. */
function stateOf({ chips }: Machine, name: string): string {
  const chip = chips.byName[name] as { saveState?: () => unknown };
  if (!chip.saveState) throw new Error(`${name} has no state to save`);
  return JSON.stringify(chip.saveState(), (key, value: unknown) => {
    if (BOOKKEEPING.has(key)) return undefined;
    return value instanceof Uint8Array ? [...value] : value;
  });
}

/** Random accesses to all claimed ports: some state everywhere. The reset control register is left out. */
function stir(machine: Machine, claims: readonly PortClaim[], accesses: number, seed: number): void {
  const random = createRandomStream(seed, 'stir');
  const sizes: readonly AccessSize[] = [1, 2, 4];
  for (const { first, last } of claims.filter((claim) => claim.first !== RESET_CONTROL)) {
    for (let i = 0; i < accesses; i++) {
      const port = first + random.nextInteger(last - first + 1);
      const size = sizes[random.nextInteger(3)];
      const isRead = random.nextInteger(2) === 0;
      if (port <= RESET_CONTROL && port + size > RESET_CONTROL && !isRead) continue;
      if (isRead) {
        const value = machine.bus.readPort(port, size);
        expect(Number.isInteger(value) && value >= 0 && value < 2 ** (8 * size)).toBe(true);
      } else {
        machine.bus.writePort(port, size, random.nextInteger(2 ** (8 * size)));
      }
    }
  }
}

/** A reset that takes no time, at a given cycle. */
function resetAt(machine: Machine, kind: ResetKind, cycle: number): void {
  machine.clock.advanceTo(cycle);
  resetAll(machine.chips.resettable, kind, () => {});
}

/** Chips that keep something through a reset, and what. Every other chip comes out of it as new. */
const SURVIVORS: Readonly<Record<'platform' | 'power-on', Readonly<Record<string, string>>>> = {
  platform: {
    rtc: 'time, calendar and CMOS RAM live on the battery',
    ide: 'spindles go on turning, heads stay where they are',
    serial: 'MR leaves the divisor latch and the scratch register of a 16550A alone',
    keyboardController: 'the keyboard has its own power-on reset, not the board’s',
  },
  'power-on': { rtc: 'time, calendar and CMOS RAM live on the battery' },
};

describe.each(['with PCI', 'without PCI'] as const)('a board %s', (board) => {
  it('keeps every chip as it is through a reset of the CPU', () => {
    const { machine, claims } = createBoard(board);
    stir(machine, claims, 200, 1);
    const names = Object.keys(machine.chips.byName);
    const before = names.map((name) => stateOf(machine, name));
    resetAt(machine, 'cpu-init', machine.clock.nowCycles);
    names.forEach((name, i) => expect(stateOf(machine, name), name).toBe(before[i]));
  });

  describe.each(['platform', 'power-on'] as const)('in a reset of kind %s', (kind) => {
    it('makes every chip as new, but those that something keeps alive', () => {
      const { machine: used, claims } = createBoard(board);
      stir(used, claims, 200, 2);
      const { machine: fresh } = createBoard(board);
      const cycle = Math.max(used.clock.nowCycles, fresh.clock.nowCycles) + SETTLED_CYCLES;
      for (const machine of [used, fresh]) resetAt(machine, kind, cycle);
      const names = Object.keys(used.chips.byName);
      expect(names.length).toBeGreaterThan(9);
      const different = names.filter((name) => stateOf(used, name) !== stateOf(fresh, name));
      expect(different.filter((name) => !(name in SURVIVORS[kind]))).toEqual([]);
    });
  });

  it('keeps CMOS RAM through every reset', () => {
    const { machine } = createBoard(board);
    machine.bus.writePort(0x70, 1, 0x50);
    machine.bus.writePort(0x71, 1, 0xa5);
    for (const kind of ['cpu-init', 'platform', 'power-on'] as const) {
      resetAt(machine, kind, machine.clock.nowCycles);
      machine.bus.writePort(0x70, 1, 0x50);
      expect(machine.bus.readPort(0x71, 1)).toBe(0xa5);
    }
  });

  it('answers as an empty bus at every port that no chip claims', () => {
    const { machine, claims } = createBoard(board);
    const isClaimed = (port: number) => claims.some(({ first, last }) => port >= first && port <= last);
    let empty = 0;
    for (let port = 0; port < 0x10000; port++) {
      if (isClaimed(port)) continue;
      empty++;
      machine.bus.writePort(port, 1, 0x5a);
      if (machine.bus.readPort(port, 1) !== 0xff) throw new Error(`port ${port.toString(16)}h answers`);
    }
    expect(empty).toBeGreaterThan(65_000);
    expect([machine.bus.readPort(0x300, 2), machine.bus.readPort(0x300, 4)]).toEqual([0xffff, 0xffff_ffff]);
  });

  it('answers as an empty bus where neither RAM nor ROM nor video memory is', () => {
    const { machine } = createBoard(board);
    const { ramBytes } = machine.memory;
    const places = [0xc_0000, 0xc_8000, 0xd_fffc, 0xe_fffc, ramBytes, 0x4000_0000, 0xfec0_0000, 0xfee0_0000];
    for (const place of places) {
      machine.bus.writeMemory(place, 4, 0x1234_5678);
      expect(machine.bus.readMemory(place, 4), place.toString(16)).toBe(0xffff_ffff);
    }
  });

  it('goes on after 10,000 random accesses to each range of ports', () => {
    const { machine, claims } = createBoard(board);
    stir(machine, claims, 10_000, 3);
    resetAt(machine, 'power-on', machine.clock.nowCycles);
    machine.powerOn();
    expect(machine.run({ limitCycles: Infinity, heartbeat: () => true })).toBe('stuck'); // the HLT of its ROM
  }, 60_000);
});

describe('shadow RAM', () => {
  const PAM0 = 0x8000_0058; // host bridge, register 58h-5Bh; PAM0 is 59h
  const F000 = 0xf_0000;

  function shadowed() {
    const { machine } = createBoard('with PCI');
    const { bus } = machine;
    bus.writePort(0xcf8, 4, PAM0);
    bus.writePort(0xcfd, 1, 0x30); // F0000-FFFFF: reads and writes to RAM
    bus.writeMemory(F000, 1, 0x77);
    return { machine, firstByte: () => bus.peekMemory(F000, 1) };
  }

  it('goes on answering after a reset of the CPU', () => {
    const { machine, firstByte } = shadowed();
    resetAt(machine, 'cpu-init', machine.clock.nowCycles);
    expect(firstByte()).toBe(0x77);
  });

  it.each(['platform', 'power-on'] as const)('gives way to the ROM after a reset of kind %s', (kind) => {
    const { machine, firstByte } = shadowed();
    resetAt(machine, kind, machine.clock.nowCycles);
    expect(firstByte()).toBe(0xf4);
  });

  it('does not touch the ROM below 4 GiB', () => {
    const { machine } = shadowed();
    machine.bus.writeMemory(0xffff_0000, 1, 0x12);
    expect(machine.bus.peekMemory(0xffff_0000, 1)).toBe(0xf4);
  });
});

describe('power', () => {
  it('goes off when the guest says so, and comes back with powerOn', () => {
    const { machine } = createBoard('with PCI');
    const { bus } = machine;
    bus.writePort(0xcf8, 4, 0x8000_0b40); // 0:1.3, PMBASE
    bus.writePort(0xcfc, 4, 0x601);
    bus.writePort(0xcf8, 4, 0x8000_0b80); // PMREGMISC
    bus.writePort(0xcfc, 1, 0x01);
    bus.writePort(0x604, 2, 0x2000);
    const bounds = { limitCycles: Infinity, heartbeat: () => true };
    expect(machine.run(bounds)).toBe('power-off');
    machine.powerOn();
    expect(machine.run(bounds)).toBe('stuck');
  });
});
