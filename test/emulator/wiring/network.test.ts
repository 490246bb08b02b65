// The card on its board: found by configuration mechanism 1, driven through its ports, writing into the computer's memory.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/emulator/index';
import type { MachineProfile } from '../../../src/emulator/profile';
import { applyOverlay } from '../../../src/emulator/profile';
import { checkProfile } from '../../../src/emulator/profile-checks';
import type { ResetKind } from '../../../src/emulator/reset';
import { resetAll } from '../../../src/emulator/reset';
import { drawStartingConditions } from '../../../src/emulator/variation';
import { testProfile } from '../../support/test-profile';

const PROFILE = JSON.parse(readFileSync('resources/profiles/p3-1000-desktop.json', 'utf8')) as MachineProfile;
const { network } = PROFILE;
const SLOT = 3;
const PORTS = 0xc000;
const IRQ = 11;
const RFD = 0x2_0000;
const FRAMES_PER_SECOND = 1000;

function createBoard(framesPerSecond = FRAMES_PER_SECOND) {
  const profile = applyOverlay({ ...testProfile(), network }, { 'network.framesPerSecond': framesPerSecond });
  const machine = createMachine({
    profile,
    roms: { bios: new Uint8Array(65_536).fill(0xf4), video: null },
    drives: { hda: null },
    start: drawStartingConditions(1, []),
  });
  machine.powerOn();
  const { bus, chips, clock, memory } = machine;
  const ram = new DataView(memory.u8.buffer, memory.ramOffset);
  const writes: { master: string; address: number }[] = [];
  chips.busMaster.listenToWrites((master, address) => void writes.push({ master, address }));
  const configure = (device: number, register: number, value: number) => {
    bus.writePort(0xcf8, 4, 0x8000_0000 + (device << 11) + (register & 0xfc));
    bus.writePort(0xcfc, 4, value);
  };
  const identify = () => {
    bus.writePort(0xcf8, 4, 0x8000_0000 + (SLOT << 11));
    return bus.readPort(0xcfc, 4);
  };
  /** As a driver: ports, mastering, one descriptor that follows itself, receiver on. */
  const startReceiver = () => {
    configure(SLOT, 0x14, PORTS);
    configure(SLOT, 0x04, 0x0005);
    ram.setUint32(RFD, 0, true);
    ram.setUint32(RFD + 4, RFD, true);
    ram.setUint32(RFD + 12, 1536 << 16, true);
    bus.writePort(PORTS + 4, 4, RFD);
    bus.writePort(PORTS + 2, 1, 0x01);
  };
  const pass = (ms: number) => clock.advance(clock.cyclesFromNs(ms * 1_000_000));
  const framesIn = (ms: number) => {
    writes.length = 0;
    pass(ms);
    return writes.filter(({ address }) => address === RFD + 16).length;
  };
  const reset = (kind: ResetKind) => resetAll(chips.resettable, kind, () => {});
  return { machine, identify, configure, startReceiver, framesIn, pass, ram, reset, writes };
}

describe('the network card', () => {
  it('is in slot 3 where the profile has one, and nowhere else', () => {
    expect(createBoard().identify()).toBe(0x1229_8086);
    const machine = createMachineWithout();
    machine.bus.writePort(0xcf8, 4, 0x8000_0000 + (SLOT << 11));
    expect(machine.bus.readPort(0xcfc, 4)).toBe(0xffff_ffff);
  });

  it('puts frames into RAM once it was started, at the rate of the network', () => {
    const { startReceiver, framesIn, pass, ram } = createBoard();
    startReceiver();
    pass(2000); // the link
    const frames = framesIn(1000);
    expect(frames).toBeGreaterThan(0.9 * FRAMES_PER_SECOND);
    expect(frames).toBeLessThan(1.1 * FRAMES_PER_SECOND);
    expect(ram.getUint16(RFD, true) & 0xa000).toBe(0xa000);
    expect(ram.getUint32(RFD + 16, true)).toBe(0xffff_ffff);
  });

  it('drives INTA# to the interrupt the south bridge routes it to', () => {
    const { machine, startReceiver, configure, pass } = createBoard();
    configure(1, 0x60, (IRQ << 16) | 0x8000_8080); // slot 3's INTA# is PIRQC#
    machine.bus.writePort(0x4d1, 1, 1 << (IRQ - 8));
    startReceiver();
    pass(2000);
    machine.bus.writePort(0xa0, 1, 0x0a); // IRR
    expect(machine.bus.readPort(0xa0, 1) & (1 << (IRQ - 8))).not.toBe(0);
  });

  it('goes on writing into memory behind a reset of the CPU, and stops at one of the platform', () => {
    const { startReceiver, framesIn, pass, reset } = createBoard();
    startReceiver();
    pass(2000);
    reset('cpu-init');
    expect(framesIn(100)).toBeGreaterThan(50);
    reset('platform');
    expect(framesIn(3000)).toBe(0);
  });

  it('is silent on a silent network', () => {
    const { startReceiver, framesIn, pass, writes } = createBoard(0);
    startReceiver();
    pass(2000);
    expect(framesIn(1000)).toBe(0);
    expect(writes).toEqual([]);
  });
});

describe('a profile', () => {
  it.each([
    ['network.linkMbps', 33],
    ['network.framesPerSecond', 20_000],
    ['network.commandNs', 0],
  ])('with %s of %i is refused', (name, value) => {
    expect(() => checkProfile(applyOverlay({ ...testProfile(), network }, { [name]: value }))).toThrow(name);
  });
});

function createMachineWithout() {
  const machine = createMachine({
    profile: testProfile(),
    roms: { bios: new Uint8Array(65_536).fill(0xf4), video: null },
    drives: { hda: null },
    start: drawStartingConditions(1, []),
  });
  machine.powerOn();
  return machine;
}
