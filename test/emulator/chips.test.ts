// All chips of a board together: what survives which reset (docs/facts.md B1), what nobody claims, and random accesses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import type { AccessSize, PortClaim } from '../../src/emulator/bus';
import { Bus } from '../../src/emulator/bus';
import type { Machine } from '../../src/emulator/machine';
import { createMachine } from '../../src/emulator/machine';
import type { MachineProfile } from '../../src/emulator/profile';
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

/** A machine with drives and cards, every range of ports that its chips answer, and which of those lie where they were put. */
function createBoard(board: Board) {
  const claims: PortClaim[] = [];
  const windows: PortClaim[] = [];
  const { claimPorts, openPortWindow } = Bus.prototype;
  const spies = [
    vi.spyOn(Bus.prototype, 'claimPorts').mockImplementation(function (this: Bus, claim) {
      claims.push(claim);
      claimPorts.call(this, claim);
    }),
    vi.spyOn(Bus.prototype, 'openPortWindow').mockImplementation(function (this: Bus, claim) {
      windows.push(claim);
      return openPortWindow.call(this, claim);
    }),
  ];
  const hasPci = BOARDS[board];
  const machine = createMachine({
    profile: { ...testProfile(), hasPci, network: hasPci ? readProfile('p3-1000-desktop').network : null },
    roms: { bios: new Uint8Array(ROM_BYTES).fill(0xf4), video: null }, // HLT
    drives: {
      hda: new CopyOnWriteDiskImage(new Uint8Array(512 * 64), testProfile().disk.sizeBytes.value),
      cdrom: new CopyOnWriteDiskImage(new Uint8Array(2048 * 64), 2048 * 64),
    },
    start: drawStartingConditions(1, []),
    extras: { firmwareInterface: 'qemu', hasDebugConsole: true },
  });
  machine.powerOn();
  if (hasPci) openPortRanges(machine.bus);
  spies.forEach((spy) => spy.mockRestore());
  return { machine, claims, windows };
}

function readProfile(name: string): MachineProfile {
  const file = join(import.meta.dirname, `../../resources/profiles/${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as MachineProfile;
}

/** Puts all I/O base addresses somewhere, as firmware does, and the PIIX4's blocks; nothing may master the bus. */
function openPortRanges(bus: Bus): void {
  const at = (device: number, fn: number, offset: number) => {
    bus.writePort(0xcf8, 4, 0x8000_0000 + (((device << 3) | fn) << 8) + (offset & 0xfc));
    return 0xcfc + (offset & 3);
  };
  let base = 0xc000;
  for (let device = 0; device < 32; device++) {
    for (let fn = 0; fn < 8; fn++) {
      if (bus.readPort(at(device, fn, 0), 2) === 0xffff) continue;
      for (let bar = 0x10; bar < 0x28; bar += 4) {
        bus.writePort(at(device, fn, bar), 4, 0xffff_ffff);
        const isPorts = (bus.readPort(at(device, fn, bar), 4) & 1) === 1;
        bus.writePort(at(device, fn, bar), 4, isPorts ? base : 0);
        if (isPorts) base += 0x100;
      }
      bus.writePort(at(device, fn, 4), 2, 0x0001);
    }
  }
  bus.writePort(at(1, 3, 0x40), 4, 0x601);
  bus.writePort(at(1, 3, 0x80), 1, 0x01);
  bus.writePort(at(1, 3, 0x90), 4, 0x701);
  bus.writePort(at(1, 3, 0xd2), 1, 0x01);
}

/** Fields nothing can see: when a counter was last brought up to date, bytes that were taken already, half-written latches. */
const BOOKKEEPING = /\.(elementPulse|inputBuffer|receivedByte|portValue)$/;

/** What a chip would put into a snapshot: values by path, such as `pit.counters.0.gate`. */
function stateOf({ chips }: Machine): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const collect = (path: string, value: unknown) => {
    if (BOOKKEEPING.test(path)) return;
    if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) collect(`${path}.${key}`, inner);
      values.set(`${path}.length`, Object.keys(value).length);
    } else values.set(path, value);
  };
  for (const [name, chip] of Object.entries(chips.byName)) {
    if (!('saveState' in chip)) throw new Error(`${name} has no state to save`);
    collect(name, (chip as { saveState: () => unknown }).saveState());
  }
  return values;
}

/** Paths whose values differ. */
function differences(a: Map<string, unknown>, b: Map<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
}

/** Random accesses to all claimed ports: some state everywhere. The reset control register is left out. */
function stir({ machine, claims, windows }: ReturnType<typeof createBoard>, accesses: number, seed: number): void {
  const random = createRandomStream(seed, 'stir');
  const sizes: readonly AccessSize[] = [1, 2, 4];
  for (const { first, last } of [...windows, ...claims].filter((range) => range.first !== RESET_CONTROL)) {
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

const DMA_REGISTERS = ['baseAddresses', 'baseCounts', 'addresses', 'counts', 'modes'].flatMap((register) => {
  return ['first', 'second'].map(
    (chip) => [`dma.${chip}.${register}`, 'RESET leaves these of an 8237A alone'] as const,
  );
});

/** What something keeps alive through a reset, by path. All the rest comes out of it as new. */
const SURVIVORS: Readonly<Record<'platform' | 'power-on', Readonly<Record<string, string>>>> = {
  platform: {
    ...Object.fromEntries(DMA_REGISTERS),
    rtc: 'time, calendar and CMOS RAM live on the battery',
    ide: 'spindles go on turning, heads stay where they are',
    'serial.divisor': 'MR leaves the divisor latch of a 16550A alone',
    'serial.scr': 'MR leaves the scratch register alone',
    keyboardController: 'the keyboard has a power-on reset of its own, not the board’s',
    'networkCard.eeprom': 'an EEPROM has no reset pin: words stay, and pins until software drives them',
  },
  'power-on': {
    ...Object.fromEntries(DMA_REGISTERS),
    rtc: 'time, calendar and CMOS RAM live on the battery',
    'networkCard.eeprom': 'an EEPROM keeps its words without power',
    'keyboardController.output.byte': 'undefined after power-on: left as it was, with OBF clear',
    'keyboardController.keyboard.lastSent': 'undefined after power-on: left as it was, until the self-test answers',
  },
};

describe.each(['with PCI', 'without PCI'] as const)('a board %s', (board) => {
  it('keeps every chip as it is through a reset of the CPU', () => {
    const created = createBoard(board);
    const { machine } = created;
    stir(created, 200, 1);
    const before = stateOf(machine);
    resetAt(machine, 'cpu-init', machine.clock.nowCycles);
    expect(differences(stateOf(machine), before)).toEqual([]);
  });

  describe.each(['platform', 'power-on'] as const)('in a reset of kind %s', (kind) => {
    it('makes every chip as new, but those that something keeps alive', () => {
      const created = createBoard(board);
      const used = created.machine;
      stir(created, 200, 2);
      const { machine: fresh } = createBoard(board);
      const cycle = Math.max(used.clock.nowCycles, fresh.clock.nowCycles) + SETTLED_CYCLES;
      for (const machine of [used, fresh]) resetAt(machine, kind, cycle);
      const [usedState, freshState] = [used, fresh].map(stateOf);
      expect(new Set([...freshState.keys()].map((path) => path.split('.')[0])).size).toBeGreaterThan(9);
      const survivors = Object.keys(SURVIVORS[kind]);
      const survives = (path: string) => survivors.some((part) => path === part || path.startsWith(`${part}.`));
      expect(differences(usedState, freshState).filter((path) => !survives(path))).toEqual([]);
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
    const { machine, claims, windows } = createBoard(board);
    const isClaimed = (port: number) =>
      [...claims, ...windows].some(({ first, last }) => port >= first && port <= last);
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
    const created = createBoard(board);
    const { machine } = created;
    expect(created.windows.length > 2).toBe(board === 'with PCI');
    stir(created, 10_000, 3);
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
