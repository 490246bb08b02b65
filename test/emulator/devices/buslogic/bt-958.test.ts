import { describe, expect, it } from 'vitest';
import { bytePorts, hammer, resetPart } from '../port-bench';
import { CONFIG, MS, createCard } from './bt-958-bench';

const [CONTROL, STATUS, COMMAND, DATA_IN, INTERRUPT, GEOMETRY] = [0, 0, 1, 1, 2, 3];
const READY_WITHOUT_MAILBOXES = 0x30;

describe('the registers', () => {
  it('show a card that is ready and has no mailboxes', () => {
    const { read } = createCard();
    expect(read(STATUS)).toBe(READY_WITHOUT_MAILBOXES);
    expect(read(INTERRUPT)).toBe(0);
    expect(read(GEOMETRY) & 0x80).toBe(0x80);
    expect(read(GEOMETRY)).not.toBe(0xff);
  });

  it('show the same in memory', () => {
    const { card } = createCard();
    expect(card.readMemory(0, 1)).toBe(READY_WITHOUT_MAILBOXES);
    expect(card.readMemory(0, 4) & 0xff).toBe(READY_WITHOUT_MAILBOXES);
    card.writeMemory(CONTROL, 1, 0x80);
    expect(card.readMemory(STATUS, 1)).toBe(0x80);
  });
});

describe('a command', () => {
  it('is taken byte by byte, carried out, answered byte by byte, and ends with an interrupt', () => {
    const { clock, line, read, write } = createCard();
    write(COMMAND, 0x8d);
    expect(read(STATUS)).toBe(0x28); // busy with the byte
    clock.advance(CONFIG.byteNs);
    expect(read(STATUS)).toBe(0x20); // wants a parameter
    write(COMMAND, 2);
    clock.advance(CONFIG.byteNs);
    expect(read(STATUS)).toBe(0x20);
    clock.advance(CONFIG.commandNs);
    expect(read(STATUS)).toBe(0x24); // a byte is there
    expect(read(DATA_IN)).toBe(0x45);
    expect(read(STATUS)).toBe(0x20);
    clock.advance(CONFIG.byteNs);
    expect(line.isHigh).toBe(false);
    expect(read(DATA_IN)).toBe(0);
    expect(read(STATUS)).toBe(READY_WITHOUT_MAILBOXES);
    expect(read(INTERRUPT)).toBe(0x84);
    expect(line.isHigh).toBe(true);
    write(CONTROL, 0x20);
    expect(read(INTERRUPT)).toBe(0);
    expect(line.isHigh).toBe(false);
  });

  it('is refused with an interrupt where it does not exist', () => {
    const { give, line, read, write } = createCard();
    give(0x77);
    expect(read(STATUS)).toBe(READY_WITHOUT_MAILBOXES | 0x01);
    expect(line.isHigh).toBe(true);
    write(CONTROL, 0x20);
    expect(read(STATUS)).toBe(READY_WITHOUT_MAILBOXES);
  });

  it('is lost while the card is busy with another', () => {
    const { clock, read, write } = createCard();
    write(COMMAND, 0x04);
    write(COMMAND, 0x0b);
    clock.advance(MS);
    expect(read(DATA_IN)).toBe(0x41);
  });
});

describe('what the card tells about itself', () => {
  it('is a BT-958 with firmware 5.07B', () => {
    const { ask } = createCard();
    const text = (bytes: number[]) => String.fromCharCode(...bytes);
    expect(text(ask(0x04))).toBe('AA50');
    expect(text(ask(0x84))).toBe('7');
    expect(text(ask(0x85))).toBe('B');
    expect(text(ask(0x8b, 5))).toBe('958\0\0');
  });

  it('has ID 7 and the interrupt the firmware gave it', () => {
    const { ask } = createCard();
    expect(ask(0x0b)).toEqual([0, 1 << 2, 7]); // IRQ 11
    expect(ask(0x86)).toEqual([6, 11, 0x83, 0]); // no ISA ports
  });

  it('names its limits and where its mailboxes are', () => {
    const { ask, resetMailboxes } = createCard();
    resetMailboxes();
    const reply = ask(0x8d, 14);
    expect(reply.slice(0, 10)).toEqual([0x45, 0, 0x00, 0x20, 4, 0x00, 0x10, 0, 0, 0x40]);
    expect(reply[13] & 0x09).toBe(0x09); // wide, ultra
    expect(ask(0x0d, 34).slice(4, 8)).toEqual([4, 0x00, 0x10, 0x00]);
  });

  it('keeps stored settings in local RAM until the next reset, and in the EEPROM beyond power', () => {
    const { ask, card, clock } = createCard();
    expect(ask(0x91, 64, 2)).toEqual([0x46, 0x41]);
    const idAt = 64 + 14;
    ask(0x90, idAt, 1, 5);
    expect(ask(0x91, idAt, 1)).toEqual([5]);
    resetPart(card, 'platform');
    clock.advance(CONFIG.diagnosticNs);
    expect(ask(0x91, idAt, 1)).toEqual([7]);
    ask(0x90, idAt, 1, 6);
    ask(0x92, 1);
    resetPart(card, 'power-on');
    clock.advance(CONFIG.diagnosticNs);
    expect(ask(0x91, idAt, 1)).toEqual([6]);
    ask(0x92, 0);
    expect(ask(0x91, idAt, 1)).toEqual([7]);
  });

  it('moves its ISA-compatible ports where it is told, without an interrupt', () => {
    const { ask, give, line, pins } = createCard();
    pins.isaPorts.length = 0;
    give(0x95, 0);
    expect(line.isHigh).toBe(false);
    expect(ask(0x86)[0]).toBe(0);
    give(0x95, 6);
    expect(pins.isaPorts).toEqual([0x330, null]);
  });
});

describe('asking devices', () => {
  it('costs a selection time-out for every ID where nobody is', () => {
    const { clock, line, read, write } = createCard();
    const start = clock.nowCycles;
    write(COMMAND, 0x24);
    while (!(read(STATUS) & 0x04)) clock.advanceTo(clock.nextAlarmCycle);
    const absent = 13; // of 16: two disks and the adapter
    const seconds = (clock.nowCycles - start) / 1000 / MS;
    expect(seconds).toBeGreaterThan(absent * 0.25);
    expect(seconds).toBeLessThan(absent * 0.25 + 0.01);
    expect(read(DATA_IN)).toBe(0b1001);
    clock.advance(CONFIG.byteNs);
    expect(read(DATA_IN)).toBe(0);
    expect(line.isHigh).toBe(true);
  });

  it('finds the logical units of eight IDs with the older command', () => {
    const { clock, read, write } = createCard();
    write(COMMAND, 0x0a);
    clock.advance(3000 * MS);
    const reply: number[] = [];
    while (read(STATUS) & 0x04) {
      reply.push(read(DATA_IN));
      clock.advance(CONFIG.byteNs);
    }
    expect(reply).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('obeys SET SELECTION TIME-OUT', () => {
    const { ask, clock, read, write } = createCard();
    ask(0x06, 1, 0, 0, 10);
    write(COMMAND, 0x24);
    clock.advance(140 * MS);
    expect(read(STATUS) & 0x04).toBe(0x04);
  });

  it('agrees on wide synchronous transfers with those it finds', () => {
    const { ask, clock, read, write } = createCard();
    expect(ask(0x8c, 16)).toEqual(new Array(16).fill(0));
    write(COMMAND, 0x24);
    clock.advance(4000 * MS);
    while (read(STATUS) & 0x04) {
      read(DATA_IN);
      clock.advance(CONFIG.byteNs);
    }
    write(CONTROL, 0x20);
    expect(ask(0x8c, 4)).toEqual([5, 0, 0, 5]); // units of 10 ns
    const setup = ask(0x0d, 34);
    expect(setup[8]).toBe(0x8f);
    expect(setup[9]).toBe(0);
    expect(setup[21]).toBe(0b1001);
    write(CONTROL, 0x10);
    expect(ask(0x8c, 4)).toEqual([0, 0, 0, 0]);
  });
});

describe('resets of the card', () => {
  it('last as long as the self-test, or less by a soft reset', () => {
    for (const [bit, durationNs] of [
      [0x80, CONFIG.diagnosticNs],
      [0x40, CONFIG.softResetNs],
    ]) {
      const { clock, read, resetMailboxes, write } = createCard();
      resetMailboxes();
      expect(read(STATUS)).toBe(0x10);
      write(CONTROL, bit);
      expect(read(STATUS)).toBe(0x80);
      clock.advance(durationNs - 1);
      expect(read(STATUS)).toBe(0x80);
      clock.advance(1);
      expect(read(STATUS)).toBe(READY_WITHOUT_MAILBOXES);
    }
  });

  it.each([
    ['cpu-init', { mailboxes: true, interrupt: true, selfTest: false, attention: false }],
    ['platform', { mailboxes: false, interrupt: false, selfTest: true, attention: true }],
    ['power-on', { mailboxes: false, interrupt: false, selfTest: true, attention: true }],
  ] as const)('%s: what survives', (kind, expected) => {
    const { card, clock, give, initialize, line, read, run, resetMailboxes } = createCard();
    initialize();
    give(0x00);
    resetPart(card, kind);
    expect({ interrupt: line.isHigh, selfTest: read(STATUS) === 0x80 }).toEqual({
      interrupt: expected.interrupt,
      selfTest: expected.selfTest,
    });
    clock.advance(CONFIG.diagnosticNs);
    expect((read(STATUS) & 0x20) === 0).toBe(expected.mailboxes);
    card.writePort(CONTROL, 1, 0x20);
    if (!expected.mailboxes) resetMailboxes();
    clock.advance(2000 * MS);
    expect(run({ cdb: [0, 0, 0, 0, 0, 0] }).target).toBe(expected.attention ? 0x02 : 0x00);
  });

  it('stop a spindle only with power', () => {
    for (const [kind, sense] of [
      ['platform', 0x29],
      ['power-on', 0x04],
    ] as const) {
      const { card, clock, initialize, ram, resetMailboxes, run } = createCard();
      initialize();
      resetPart(card, kind);
      clock.advance(300 * MS);
      resetMailboxes();
      run({ cdb: [0, 0, 0, 0, 0, 0] });
      if (kind === 'power-on') run({ cdb: [0, 0, 0, 0, 0, 0] });
      expect(ram[0x3000 + 12]).toBe(sense);
    }
  });
});

it('comes through 10,000 random accesses', () => {
  const bench = createCard();
  bench.initialize();
  hammer(bench.card, bytePorts(0, 3), bench, { accesses: 10_000, maxStepCycles: MS / 4 });
});
