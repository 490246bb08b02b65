import { beforeEach, describe, expect, it } from 'vitest';
import { PicPair } from '../../../src/emulator/devices/pic-8259';
import type { UnstableLog, WatchedLine } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson, watchLine } from './chip-bench';

const clock = createBenchClock();
let intr: WatchedLine;
let unstable: UnstableLog;
let pair: PicPair;

const COMMAND = 0;
const DATA = 1;
const EOI = 0x20;

function createPair(hasElcr = true): PicPair {
  return new PicPair({ clock, intr, noteUnstable: unstable.note }, { hasElcr });
}

/** The AT's initialization: bases 08h and 70h, slave on IR2, 8086 mode. */
function initialize(icw4Master = 0x01, icw4Slave = 0x01, icw1 = 0x11): void {
  pair.master.writePort(COMMAND, 1, icw1);
  pair.slave.writePort(COMMAND, 1, icw1);
  pair.master.writePort(DATA, 1, 0x08);
  pair.slave.writePort(DATA, 1, 0x70);
  pair.master.writePort(DATA, 1, 0x04);
  pair.slave.writePort(DATA, 1, 0x02);
  pair.master.writePort(DATA, 1, icw4Master);
  pair.slave.writePort(DATA, 1, icw4Slave);
}

function masterIrr(): number {
  pair.master.writePort(COMMAND, 1, 0x0a);
  return pair.master.readPort(COMMAND, 1);
}

function masterIsr(): number {
  pair.master.writePort(COMMAND, 1, 0x0b);
  return pair.master.readPort(COMMAND, 1);
}

function slaveIsr(): number {
  pair.slave.writePort(COMMAND, 1, 0x0b);
  return pair.slave.readPort(COMMAND, 1);
}

beforeEach(() => {
  intr = watchLine(clock);
  unstable = createUnstableLog();
  pair = createPair();
});

describe('PicPair, initialization', () => {
  it('keeps INTR low until the last initialization word has been written', () => {
    pair.master.writePort(COMMAND, 1, 0x11);
    pair.master.writePort(DATA, 1, 0x08);
    pair.master.writePort(DATA, 1, 0x04);
    pair.input(0).raise();
    expect(intr.isHigh).toBe(false);
    pair.master.writePort(DATA, 1, 0x01);
    expect(intr.isHigh).toBe(true);
  });

  it('takes the upper five bits of ICW2 as the vector base', () => {
    initialize();
    pair.master.writePort(COMMAND, 1, 0x11);
    pair.master.writePort(DATA, 1, 0x27);
    pair.master.writePort(DATA, 1, 0x04);
    pair.master.writePort(DATA, 1, 0x01);
    pair.input(3).raise();
    expect(pair.acknowledge()).toBe(0x23);
  });

  it('skips ICW3 for a single chip and ICW4 when it is not announced', () => {
    pair.master.writePort(COMMAND, 1, 0x12);
    pair.master.writePort(DATA, 1, 0x40);
    pair.master.writePort(DATA, 1, 0xfd); // OCW1 already
    expect(pair.master.readPort(DATA, 1)).toBe(0xfd);
    pair.input(1).raise();
    expect(pair.acknowledge()).toBe(0x41);
  });

  it('needs a new edge from an input that was already high when ICW1 came', () => {
    pair.input(1).raise();
    initialize();
    expect(intr.isHigh).toBe(false);
    pair.input(1).lower();
    pair.input(1).raise();
    expect(intr.isHigh).toBe(true);
  });

  it('clears mask, rotation and what was in service with ICW1', () => {
    initialize();
    pair.master.writePort(DATA, 1, 0xfe);
    pair.input(0).raise();
    pair.acknowledge();
    initialize();
    expect(pair.master.readPort(DATA, 1)).toBe(0);
    expect(masterIsr()).toBe(0);
  });
});

describe('PicPair, priorities', () => {
  beforeEach(() => initialize());

  it('serves IR0 before IR7', () => {
    pair.input(7).raise();
    pair.input(0).raise();
    expect(pair.acknowledge()).toBe(0x08);
    pair.master.writePort(COMMAND, 1, EOI);
    expect(pair.acknowledge()).toBe(0x0f);
  });

  it('lets a higher request interrupt a lower one, not the other way round', () => {
    pair.input(4).raise();
    pair.acknowledge();
    pair.input(5).raise();
    expect(intr.isHigh).toBe(false);
    pair.input(1).raise();
    expect(intr.isHigh).toBe(true);
    expect(pair.acknowledge()).toBe(0x09);
    expect(masterIsr()).toBe(0b0001_0010);
  });

  it('ends the best level in service with a non-specific EOI and the named one with a specific EOI', () => {
    pair.input(4).raise();
    pair.acknowledge();
    pair.input(1).raise();
    pair.acknowledge();
    pair.master.writePort(COMMAND, 1, 0x64); // specific EOI 4
    expect(masterIsr()).toBe(0b0000_0010);
    pair.master.writePort(COMMAND, 1, EOI);
    expect(masterIsr()).toBe(0);
  });

  it('does not request what is masked, but remembers it', () => {
    pair.master.writePort(DATA, 1, 0x01);
    pair.input(0).raise();
    expect(intr.isHigh).toBe(false);
    expect(masterIrr()).toBe(1);
    pair.master.writePort(DATA, 1, 0x00);
    expect(intr.isHigh).toBe(true);
  });

  it('rotates so that the level just ended becomes the lowest', () => {
    pair.input(3).raise();
    pair.acknowledge();
    pair.input(3).lower();
    pair.master.writePort(COMMAND, 1, 0xa0); // rotate on non-specific EOI
    pair.input(3).raise();
    pair.input(4).raise();
    expect(pair.acknowledge()).toBe(0x0c);
  });

  it('rotates on a specific EOI and by the set priority command', () => {
    pair.input(5).raise();
    pair.acknowledge();
    pair.master.writePort(COMMAND, 1, 0xe5); // rotate on specific EOI 5
    pair.input(0).raise();
    pair.input(6).raise();
    expect(pair.acknowledge()).toBe(0x0e);
    pair.master.writePort(COMMAND, 1, 0x66); // specific EOI 6
    pair.master.writePort(COMMAND, 1, 0xc7); // IR7 lowest again
    pair.input(7).raise();
    expect(pair.acknowledge()).toBe(0x08);
  });

  it('lets only other unmasked levels through in special mask mode', () => {
    pair.input(1).raise();
    pair.acknowledge();
    pair.input(6).raise();
    expect(intr.isHigh).toBe(false);
    pair.master.writePort(DATA, 1, 0x02);
    pair.master.writePort(COMMAND, 1, 0x68); // ESMM, SMM
    expect(intr.isHigh).toBe(true);
    expect(pair.acknowledge()).toBe(0x0e);
    pair.master.writePort(COMMAND, 1, EOI);
    // "an IS bit masked by an IMR bit will not be cleared by a non-specific EOI"
    pair.master.writePort(COMMAND, 1, EOI);
    expect(masterIsr()).toBe(0x02);
    pair.master.writePort(COMMAND, 1, 0x48); // ESMM, SMM off
    pair.master.writePort(COMMAND, 1, EOI);
    expect(masterIsr()).toBe(0);
  });

  it('keeps nothing in service in automatic EOI mode', () => {
    initialize(0x03);
    pair.input(0).raise();
    expect(pair.acknowledge()).toBe(0x08);
    expect(masterIsr()).toBe(0);
    expect(intr.isHigh).toBe(false);
  });

  it('rotates in automatic EOI mode once told so', () => {
    initialize(0x03);
    pair.master.writePort(COMMAND, 1, 0x80); // rotate in automatic EOI mode (set)
    pair.input(0).raise();
    pair.acknowledge();
    pair.input(0).lower();
    pair.input(0).raise();
    pair.input(1).raise();
    expect(pair.acknowledge()).toBe(0x09);
    pair.master.writePort(COMMAND, 1, 0x00); // clear
  });
});

describe('PicPair, triggering', () => {
  it('requests once per rising edge', () => {
    initialize();
    pair.input(0).raise();
    pair.acknowledge();
    pair.master.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(false);
    pair.input(0).lower();
    pair.input(0).raise();
    expect(intr.isHigh).toBe(true);
  });

  it('drops a request whose line falls before it is acknowledged', () => {
    initialize();
    pair.input(3).raise();
    pair.input(3).lower();
    expect(intr.isHigh).toBe(false);
    expect(masterIrr()).toBe(0);
  });

  it('requests as long as a level-triggered line is high', () => {
    initialize();
    pair.elcr.writePort(0x4d1, 1, 0x08); // IRQ 11
    pair.input(11).raise();
    expect(pair.acknowledge()).toBe(0x73);
    pair.slave.writePort(COMMAND, 1, EOI);
    pair.master.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(true);
    pair.input(11).lower();
    expect(intr.isHigh).toBe(false);
  });

  it('offers only the lines an AT allows in the edge/level registers', () => {
    pair.elcr.writePort(0x4d0, 1, 0xff);
    pair.elcr.writePort(0x4d1, 1, 0xff);
    expect(pair.elcr.readPort(0x4d0, 1)).toBe(0xf8);
    expect(pair.elcr.peekPort(0x4d1, 1)).toBe(0xde);
  });

  it('obeys LTIM only where there is no edge/level register', () => {
    initialize(1, 1, 0x19);
    pair.input(1).raise();
    pair.acknowledge();
    pair.master.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(false);
    pair = createPair(false);
    initialize(1, 1, 0x19);
    pair.input(1).raise();
    pair.acknowledge();
    pair.master.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(true);
  });
});

describe('PicPair, spurious interrupts', () => {
  beforeEach(() => initialize());

  it('answers with IRQ 7 and nothing in service when the request has gone', () => {
    pair.input(3).raise();
    pair.input(3).lower();
    expect(pair.acknowledge()).toBe(0x0f);
    expect(masterIsr()).toBe(0);
  });

  it('answers with IRQ 15, the cascade in service, when it has gone at the slave between the two INTA cycles', () => {
    // Both INTA cycles are one call here, so the loss between them is put into the slave's state.
    pair.input(14).raise();
    const state = pair.saveState();
    pair.restoreState({ master: state.master, slave: { ...state.slave, irr: 0 } });
    expect(pair.acknowledge()).toBe(0x77);
    expect(slaveIsr()).toBe(0);
    expect(masterIsr()).toBe(0x04);
  });
});

describe('PicPair, cascade', () => {
  it('passes slave requests through IR2 with the slave vector', () => {
    initialize();
    pair.input(8).raise();
    expect(intr.isHigh).toBe(true);
    expect(pair.acknowledge()).toBe(0x70);
    expect(masterIsr()).toBe(0x04);
    expect(slaveIsr()).toBe(0x01);
  });

  it('gives a second slave request its turn after both EOIs', () => {
    initialize();
    pair.input(14).raise();
    pair.input(15).raise();
    expect(pair.acknowledge()).toBe(0x76);
    pair.slave.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(false);
    pair.master.writePort(COMMAND, 1, EOI);
    expect(intr.isHigh).toBe(true);
    expect(pair.acknowledge()).toBe(0x77);
  });

  it('lets a better slave request nest only in special fully nested mode', () => {
    initialize();
    pair.input(14).raise();
    pair.acknowledge();
    pair.input(8).raise();
    expect(intr.isHigh).toBe(false);
    pair.input(8).lower();
    pair.input(14).lower();
    initialize(0x11);
    pair.input(14).raise();
    pair.acknowledge();
    pair.input(8).raise();
    expect(intr.isHigh).toBe(true);
    expect(pair.acknowledge()).toBe(0x70);
  });

  it('leaves the bus floating when the slave was given another identity', () => {
    initialize();
    pair.slave.writePort(COMMAND, 1, 0x11);
    pair.slave.writePort(DATA, 1, 0x70);
    pair.slave.writePort(DATA, 1, 0x03);
    pair.slave.writePort(DATA, 1, 0x01);
    pair.input(8).raise();
    expect(pair.acknowledge()).toBe(0xff);
  });
});

describe('PicPair, poll mode', () => {
  beforeEach(() => initialize());

  it('takes the next read as the acknowledge', () => {
    pair.input(5).raise();
    pair.master.writePort(COMMAND, 1, 0x0c);
    expect(pair.master.peekPort(COMMAND, 1)).toBe(0x85);
    expect(pair.master.readPort(COMMAND, 1)).toBe(0x85);
    expect(unstable.take()).toBe(clock.nowCycles);
    expect(masterIsr()).toBe(0x20);
    expect(unstable.take()).toBe(Infinity);
  });

  it('has bit 7 clear when nothing is requested', () => {
    pair.master.writePort(COMMAND, 1, 0x0c);
    expect(pair.master.readPort(COMMAND, 1) & 0x80).toBe(0);
    expect(masterIsr()).toBe(0);
  });
});

describe('PicPair, resets and state', () => {
  it.each(['power-on', 'platform'] as const)('is uninitialized after a %s reset', (kind) => {
    initialize();
    pair.elcr.writePort(0x4d0, 1, 0x20);
    pair.input(0).raise();
    resetChips([pair], kind);
    expect(intr.isHigh).toBe(false);
    expect(pair.elcr.readPort(0x4d0, 1)).toBe(0);
    pair.input(1).raise();
    expect(intr.isHigh).toBe(false);
  });

  it('keeps base, mask and requests over a CPU reset: what a kexec-ed or warm-booted system finds', () => {
    initialize();
    pair.master.writePort(DATA, 1, 0xf8);
    pair.input(0).raise();
    const before = pair.saveState();
    resetChips([pair], 'cpu-init');
    expect(pair.saveState()).toEqual(before);
    expect(intr.isHigh).toBe(true);
  });

  it('is the same after a save and restore', () => {
    initialize(0x11);
    pair.input(14).raise();
    pair.input(3).raise();
    pair.acknowledge();
    const state = throughJson(pair.saveState());
    const other = createPair();
    other.restoreState(state);
    expect(other.saveState()).toEqual(state);
    // The chips behind the lines drive their levels again: no new edge.
    other.input(14).raise();
    expect(other.saveState()).toEqual(state);
  });

  it('survives 10,000 random accesses', () => {
    abuseChip(pair.master, [0x20, 0x21], clock, 1);
    abuseChip(pair.slave, [0xa0, 0xa1], clock, 2);
    abuseChip(pair.elcr, [0x4d0, 0x4d1], clock, 3);
  });
});
