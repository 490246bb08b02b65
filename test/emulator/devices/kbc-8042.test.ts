import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import type { Kbc8042Config } from '../../../src/emulator/devices/kbc-8042';
import { Kbc8042 } from '../../../src/emulator/devices/kbc-8042';
import type { Ps2Device } from '../../../src/emulator/devices/ps2-channel';
import type { UnstableLog, WatchedLine } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson, watchLine } from './chip-bench';

const DATA = 0x60;
const COMMAND = 0x64;
const OBF = 0x01;
const IBF = 0x02;
const SYS = 0x04;
const AUX_OBF = 0x20;
const TIMEOUT = 0x40;

const CONFIG: Kbc8042Config = {
  commandNs: 20_000,
  selfTestNs: 5_000_000,
  byteNs: 1_000_000,
  timeoutNs: 15_000_000,
  hasAuxPort: true,
  keyboard: { batNs: 500_000_000, answerNs: 2_000_000 },
};

let clock: Clock;
let unstable: UnstableLog;
let irq1: WatchedLine;
let irq12: WatchedLine;
let a20: boolean[];
let cpuResets: number;
let kbc: Kbc8042;

function createKbc(config = CONFIG, auxDevice: Ps2Device | null = null): Kbc8042 {
  return new Kbc8042(
    {
      clock,
      irq1,
      irq12,
      noteUnstable: unstable.note,
      onA20: (isOpen) => a20.push(isOpen),
      onReset: () => cpuResets++,
      auxDevice,
    },
    config,
  );
}

beforeEach(() => {
  clock = createBenchClock();
  unstable = createUnstableLog();
  irq1 = watchLine(clock);
  irq12 = watchLine(clock);
  a20 = [];
  cpuResets = 0;
  kbc = createKbc();
});

function advanceNs(ns: number): void {
  clock.advance(clock.cyclesFromNs(ns));
}

function status(): number {
  return kbc.readPort(COMMAND, 1);
}

function command(...bytes: number[]): void {
  bytes.forEach((byte, i) => {
    kbc.writePort(i === 0 ? COMMAND : DATA, 1, byte);
    advanceNs(CONFIG.commandNs);
  });
}

/** Writes to the keyboard and returns all it answers within `waitNs`. */
function tellKeyboard(byte: number, waitNs = 20_000_000): number[] {
  kbc.writePort(DATA, 1, byte);
  return collect(waitNs);
}

function collect(waitNs: number): number[] {
  const bytes: number[] = [];
  const end = clock.nowCycles + clock.cyclesFromNs(waitNs);
  while (clock.nowCycles < end) {
    if (kbc.peekPort(COMMAND, 1) & OBF) bytes.push(kbc.readPort(DATA, 1));
    clock.advanceTo(Math.min(end, Math.max(clock.nextAlarmCycle, clock.nowCycles + 1)));
  }
  if (kbc.peekPort(COMMAND, 1) & OBF) bytes.push(kbc.readPort(DATA, 1));
  return bytes;
}

describe('Kbc8042, controller', () => {
  it('passes its self-test with 55h and sets the system flag', () => {
    expect(status() & (SYS | OBF)).toBe(0);
    command(0xaa);
    expect(status() & OBF).toBe(0);
    advanceNs(CONFIG.selfTestNs);
    expect(status() & (SYS | OBF)).toBe(SYS | OBF);
    expect(kbc.readPort(DATA, 1)).toBe(0x55);
    expect(status() & OBF).toBe(0);
  });

  it('keeps the input buffer full until the controller has read it', () => {
    kbc.writePort(COMMAND, 1, 0x20);
    expect(status() & (IBF | 0x08)).toBe(IBF | 0x08);
    clock.advance(clock.cyclesFromNs(CONFIG.commandNs) - 1);
    expect(status() & IBF).toBe(IBF);
    clock.advance(1);
    expect(status() & (IBF | OBF)).toBe(OBF);
  });

  it('has its input buffer full while it tests itself and is written to', () => {
    command(0xaa);
    kbc.writePort(COMMAND, 1, 0xab);
    advanceNs(CONFIG.selfTestNs - 1000);
    expect(status() & IBF).toBe(IBF);
    advanceNs(1000);
    expect(kbc.readPort(DATA, 1)).toBe(0x55);
    advanceNs(CONFIG.commandNs);
    expect(kbc.readPort(DATA, 1)).toBe(0x00);
  });

  it('reads and writes the command byte and the RAM behind it', () => {
    command(0x60, 0x65);
    command(0x7f, 0x42);
    command(0x20);
    expect(kbc.readPort(DATA, 1)).toBe(0x65);
    command(0x3f);
    expect(kbc.readPort(DATA, 1)).toBe(0x42);
    expect(status() & SYS).toBe(SYS);
  });

  it('enables and disables both interfaces in the command byte', () => {
    for (const [byte, expected] of [
      [0xad, 0x30],
      [0xae, 0x20],
      [0xa8, 0x00],
      [0xa7, 0x20],
    ] as const) {
      command(byte);
      command(0x20);
      expect([byte, kbc.readPort(DATA, 1) & 0x30]).toEqual([byte, expected]);
    }
  });

  it('answers the interface tests with 0', () => {
    for (const test of [0xab, 0xa9]) {
      command(test);
      expect(status() & OBF).toBe(OBF);
      expect(kbc.readPort(DATA, 1)).toBe(0);
    }
  });

  it('opens and closes the A20 gate through its output port', () => {
    expect(kbc.isA20Open).toBe(true);
    command(0xd1, 0xdd);
    command(0xd0);
    expect(kbc.readPort(DATA, 1) & 0x03).toBe(0x01);
    command(0xd1, 0xdf);
    command(0xdd);
    command(0xdf);
    expect(a20).toEqual([false, true, false, true]);
  });

  it('pulses the CPU reset for FEh, after the time a command takes', () => {
    kbc.writePort(COMMAND, 1, 0xfe);
    clock.advance(clock.cyclesFromNs(CONFIG.commandNs) - 1);
    expect(cpuResets).toBe(0);
    clock.advance(1);
    expect(cpuResets).toBe(1);
    command(0xff); // pulses nothing
    expect(cpuResets).toBe(1);
    command(0xd1, 0xfe); // bit 0 of the output port written 0
    expect(cpuResets).toBe(2);
  });

  it('puts a byte into the output buffer as if it came from a device', () => {
    command(0x60, 0x03);
    command(0xd2, 0x12);
    expect(status() & (OBF | AUX_OBF)).toBe(OBF);
    expect(irq1.isHigh).toBe(true);
    expect(kbc.readPort(DATA, 1)).toBe(0x12);
    command(0xd3, 0x34);
    expect(status() & (OBF | AUX_OBF)).toBe(OBF | AUX_OBF);
    expect([irq1.isHigh, irq12.isHigh]).toEqual([false, true]);
    expect(kbc.readPort(DATA, 1)).toBe(0x34);
    expect(irq12.isHigh).toBe(false);
  });

  it('says that reading a full output buffer changes the chip, and that its status is stable', () => {
    command(0x20);
    status();
    expect(unstable.take()).toBe(Infinity);
    kbc.readPort(DATA, 1);
    expect(unstable.take()).toBe(clock.nowCycles);
    kbc.readPort(DATA, 1);
    expect(unstable.take()).toBe(Infinity);
  });
});

describe('Kbc8042, auxiliary port', () => {
  it('reports a time-out and FEh from the auxiliary side when no mouse is there', () => {
    command(0xd4, 0xf2);
    advanceNs(CONFIG.timeoutNs);
    expect(status() & (OBF | AUX_OBF | TIMEOUT)).toBe(OBF | AUX_OBF | TIMEOUT);
    expect(kbc.readPort(DATA, 1)).toBe(0xfe);
  });

  it('ignores the commands of a port it does not have', () => {
    kbc = createKbc({ ...CONFIG, hasAuxPort: false });
    command(0xa9);
    command(0xd4, 0xf2);
    advanceNs(1e9);
    expect(status() & OBF).toBe(0);
  });

  it('raises IRQ 12 for its own bytes only, and only when the command byte lets it', () => {
    command(0x60, 0x01);
    command(0xd3, 0x34);
    expect([irq1.isHigh, irq12.isHigh, status() & AUX_OBF]).toEqual([false, false, AUX_OBF]);
    command(0x60, 0x03);
    expect([irq1.isHigh, irq12.isHigh]).toEqual([false, true]);
    command(0x60, 0x01);
    expect(irq12.isHigh).toBe(false);
    kbc.readPort(DATA, 1);
    command(0x60, 0x02);
    command(0xd2, 0x12);
    expect([irq1.isHigh, irq12.isHigh, status() & AUX_OBF]).toEqual([false, false, 0]);
  });

  it('shows both interrupts in the output port, enabled or not', () => {
    const outputPort = () => {
      command(0xd0);
      return kbc.readPort(DATA, 1);
    };
    expect(outputPort() & 0x30).toBe(0);
    command(0xd3, 0x34);
    expect(outputPort() & 0x30).toBe(0x20);
    command(0xd2, 0x12);
    expect(outputPort() & 0x30).toBe(0x10);
  });

  it('keeps the bytes of a device while A7h holds its clock, until A8h', () => {
    const toSend = [0x55];
    const mouse: Ps2Device = {
      peekByte: () => toSend[0],
      takeByte: () => void toSend.shift(),
      receiveByte: () => {},
    };
    kbc = createKbc(CONFIG, mouse);
    command(0xa7);
    kbc.auxByteReady();
    expect(collect(10_000_000)).toEqual([]);
    command(0xa8);
    expect(collect(10_000_000)).toEqual([0x55]);
  });

  it('lets the clock of a device go for a byte sent to it with D4h', () => {
    const received: number[] = [];
    kbc = createKbc(CONFIG, {
      peekByte: () => undefined,
      takeByte: () => {},
      receiveByte: (byte) => received.push(byte),
    });
    command(0xa7);
    command(0xd4, 0xf4);
    advanceNs(CONFIG.byteNs);
    expect(received).toEqual([0xf4]);
    command(0x20);
    expect(kbc.readPort(DATA, 1) & 0x20).toBe(0);
  });

  it('carries bytes of a device plugged in', () => {
    const received: number[] = [];
    const toSend: number[] = [];
    const mouse: Ps2Device = {
      peekByte: () => toSend[0],
      takeByte: () => void toSend.shift(),
      receiveByte: (value) => {
        received.push(value);
        toSend.push(0xfa, 0x00);
        kbc.auxByteReady();
      },
    };
    kbc = createKbc(CONFIG, mouse);
    command(0x60, 0x22);
    command(0xd4, 0xf2);
    advanceNs(2 * CONFIG.byteNs);
    expect(received).toEqual([0xf2]);
    expect(irq12.isHigh).toBe(true);
    expect(collect(10_000_000)).toEqual([0xfa, 0x00]);
  });
});

describe('Kbc8042, keyboard', () => {
  beforeEach(() => command(0x60, 0x21)); // IRQ 1, no translation

  it('acknowledges a reset at once and reports AAh after its self-test', () => {
    kbc.writePort(DATA, 1, 0xff);
    const start = clock.nowCycles;
    clock.advanceTo(clock.nextAlarmCycle);
    expect(collect(100_000_000)).toEqual([0xfa]);
    expect(collect(1_000_000_000)).toEqual([0xaa]);
    const { commandNs, byteNs, keyboard } = CONFIG;
    const ackNs = commandNs + byteNs + keyboard.answerNs + byteNs;
    expect(irq1.risingCycles).toEqual([ackNs, ackNs + keyboard.batNs].map((ns) => start + clock.cyclesFromNs(ns)));
  });

  it.each([
    [0xf2, [0xfa, 0xab, 0x83]],
    [0xee, [0xee]],
    [0xf4, [0xfa]],
    [0xf5, [0xfa]],
    [0xf6, [0xfa]],
    [0xfa, [0xfa]],
    [0x12, [0xfe]],
  ])('answers command %i', (byte, expected) => {
    expect(tellKeyboard(byte)).toEqual(expected);
  });

  it('takes parameters, each acknowledged, and tells its scan set', () => {
    expect(tellKeyboard(0xed)).toEqual([0xfa]);
    expect(tellKeyboard(0x07)).toEqual([0xfa]);
    expect(tellKeyboard(0xf3)).toEqual([0xfa]);
    expect(tellKeyboard(0x00)).toEqual([0xfa]);
    expect(kbc.saveState().keyboard).toMatchObject({ leds: 7, typematic: { rate: 0 } });
    tellKeyboard(0xf0);
    tellKeyboard(0x01);
    tellKeyboard(0xf0);
    expect(tellKeyboard(0x00)).toEqual([0xfa, 0x01]);
  });

  it('sends its last byte again when asked', () => {
    tellKeyboard(0xf2);
    expect(tellKeyboard(0xfe)).toEqual([0x83]);
  });

  it('is enabled by a byte sent to it', () => {
    command(0xad);
    expect(tellKeyboard(0xf4)).toEqual([0xfa]);
    command(0x20);
    expect(kbc.readPort(DATA, 1) & 0x10).toBe(0);
  });

  it('keeps its bytes while the interface is disabled, one under way included', () => {
    kbc.keyboard.moveKey('A', true);
    advanceNs(CONFIG.byteNs / 2);
    command(0xad);
    advanceNs(1e9);
    expect(status() & OBF).toBe(0);
    command(0xae);
    expect(collect(5_000_000)).toEqual([0x1c]);
  });

  it('loses no byte of its own when the controller answers a command meanwhile', () => {
    kbc.keyboard.moveKey('A', true);
    advanceNs(CONFIG.byteNs / 2);
    command(0x20);
    expect(collect(5_000_000)).toEqual([0x21, 0x1c]);
  });

  it('runs its self-test by itself after power-on, and waits with the result until it is enabled', () => {
    resetChips([kbc], 'power-on');
    advanceNs(1e9);
    expect(status() & OBF).toBe(0);
    command(0xae);
    expect(collect(5_000_000)).toEqual([0xaa]);
  });

  it('answers what came during the self-test after it', () => {
    resetChips([kbc], 'power-on');
    expect(tellKeyboard(0xf4, 400_000_000)).toEqual([]);
    expect(collect(200_000_000)).toEqual([0xaa, 0xfa]);
  });

  it('starts the self-test again when it is reset during it', () => {
    resetChips([kbc], 'power-on');
    advanceNs(300_000_000);
    expect(tellKeyboard(0xff, 400_000_000)).toEqual([0xfa]);
    expect(collect(200_000_000)).toEqual([0xaa]);
  });
});

describe('Kbc8042, keys', () => {
  it('passes set 2 codes with F0h before a break', () => {
    command(0x60, 0x20);
    kbc.keyboard.pressKeys([['A'], ['UP']], 50_000_000, 50_000_000);
    expect(collect(1e9)).toEqual([0x1c, 0xf0, 0x1c, 0xe0, 0x75, 0xe0, 0xf0, 0x75]);
  });

  it('translates to set 1 with bit 7 for a break', () => {
    command(0x60, 0x61);
    kbc.keyboard.pressKeys([['LEFT_SHIFT', 'L'], ['ENTER'], ['UP'], ['F7']], 50_000_000, 50_000_000);
    expect(collect(2e9)).toEqual([
      ...[0x2a, 0x26, 0xa6, 0xaa],
      ...[0x1c, 0x9c],
      ...[0xe0, 0x48, 0xe0, 0xc8],
      ...[0x41, 0xc1],
    ]);
    expect(irq1.risingCycles).toHaveLength(12);
  });

  it('gives the same codes from scan set 1 without translation', () => {
    command(0x60, 0x20);
    tellKeyboard(0xf0);
    tellKeyboard(0x01);
    kbc.keyboard.pressKeys([['ENTER'], ['UP']], 50_000_000, 50_000_000);
    expect(collect(1e9)).toEqual([0x1c, 0x9c, 0xe0, 0x48, 0xe0, 0xc8]);
  });

  it('translates the ID but no answers', () => {
    command(0x60, 0x60);
    expect(tellKeyboard(0xf2)).toEqual([0xfa, 0xab, 0x41]);
  });

  it('sends nothing while scanning is disabled', () => {
    command(0x60, 0x20);
    tellKeyboard(0xf5);
    kbc.keyboard.moveKey('A', true);
    expect(collect(1e8)).toEqual([]);
    tellKeyboard(0xf4);
    kbc.keyboard.moveKey('A', true);
    expect(collect(1e8)).toEqual([0x1c]);
  });

  it('marks an overrun of its 16-byte buffer', () => {
    command(0x60, 0x20);
    for (let i = 0; i < 20; i++) kbc.keyboard.moveKey('A', true);
    const codes = collect(1e8);
    expect(codes).toHaveLength(16);
    expect(codes.at(-1)).toBe(0x00);
  });
});

describe('Kbc8042, resets and state', () => {
  it('survives the CPU reset it causes: system flag, A20, command byte, a byte not yet read', () => {
    command(0x60, 0x45);
    command(0xd1, 0xdd);
    command(0x20);
    const before = kbc.saveState();
    resetChips([kbc], 'cpu-init');
    expect(kbc.saveState()).toEqual(before);
  });

  it('forgets everything but the keyboard in a platform reset', () => {
    command(0x60, 0x25);
    command(0xd1, 0xdd);
    command(0x20);
    tellKeyboard(0xed);
    tellKeyboard(0x02);
    resetChips([kbc], 'platform');
    expect(status()).toBe(0x10);
    expect(irq1.isHigh).toBe(false);
    expect(a20.at(-1)).toBe(true);
    expect(kbc.saveState().keyboard).toMatchObject({ leds: 2, selfTestCycle: null });
  });

  it('goes on the same after a save and restore in the middle of things', () => {
    command(0x60, 0x61);
    kbc.writePort(DATA, 1, 0xff);
    kbc.keyboard.pressKeys([['ENTER']], 50_000_000, 700_000_000);
    advanceNs(400_000_000);
    const state = throughJson(kbc.saveState());
    const cycle = clock.nowCycles;
    const expected = collect(1e9);
    clock = createBenchClock();
    clock.advanceTo(cycle);
    kbc = createKbc();
    kbc.restoreState(state);
    expect(kbc.saveState()).toEqual(state);
    expect(collect(1e9)).toEqual(expected);
    expect(expected).toEqual([0xfa, 0xaa, 0x1c, 0x9c]);
  });

  it('survives 10,000 random accesses', () => {
    abuseChip(kbc, [DATA, COMMAND], clock, 10);
  });
});
