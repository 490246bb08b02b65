import { describe, expect, it } from 'vitest';
import type { Bt958State } from '../../../../src/emulator/devices/buslogic/bt-958';
import { BUFFER, CCB, CONFIG, MAILBOXES, MS, SENSE, createCard } from './bt-958-bench';

const READ_2_AT_10 = [0x28, 0, 0, 0, 0, 10, 0, 0, 2, 0];
const WRITE_1_AT_10 = [0x2a, 0, 0, 0, 0, 10, 0, 0, 1, 0];
const TEST_UNIT_READY = [0, 0, 0, 0, 0, 0];

function createInitialized() {
  const card = createCard();
  card.initialize();
  return card;
}

describe('a command control block', () => {
  it('reads blocks into memory, and its mailbox says so', () => {
    const { base, ram, run } = createInitialized();
    const end = run({ cdb: READ_2_AT_10, dataBytes: 1024 });
    expect(end).toMatchObject({ address: CCB, completion: 1, adapter: 0, target: 0, status: [0, 0], residual: 0 });
    expect(ram.slice(BUFFER, BUFFER + 1024)).toEqual(base.slice(10 * 512, 12 * 512));
    expect(ram[MAILBOXES + 8 * 2 + 7]).toBe(0); // outgoing mailbox free again
  });

  it('writes blocks from memory', () => {
    const { images, ram, run } = createInitialized();
    ram.fill(0x5a, BUFFER, BUFFER + 512);
    expect(run({ id: 3, cdb: WRITE_1_AT_10, direction: 2, dataBytes: 512 }).completion).toBe(1);
    expect(images[1].readSector(10)).toEqual(new Uint8Array(512).fill(0x5a));
    expect(images[0].readSector(10)[0]).not.toBe(0x5a);
  });

  it('spreads data over a list of segments', () => {
    const { base, ram, run, view } = createInitialized();
    const list = 0x8000;
    const segments = [
      [300, 0x9000],
      [212, 0xa001],
      [512, 0xb000],
    ];
    segments.forEach(([sizeBytes, address], i) => {
      view.setUint32(list + 8 * i, sizeBytes, true);
      view.setUint32(list + 8 * i + 4, address, true);
    });
    const end = run({ operation: 2, cdb: READ_2_AT_10, dataBytes: 24, dataAddress: list });
    expect(end).toMatchObject({ completion: 1, residual: 24 }); // the list's length stays
    const together = segments.flatMap(([sizeBytes, address]) => [...ram.slice(address, address + sizeBytes)]);
    expect(together).toEqual([...base.slice(10 * 512, 12 * 512)]);
    expect(ram[0x9000 + 300]).toBe(0);
  });

  it('tells bytes left over in a block that asks for them', () => {
    const { run } = createInitialized();
    const inquiry = [0x12, 0, 0, 0, 255, 0];
    expect(run({ operation: 3, cdb: inquiry, dataBytes: 255 })).toMatchObject({ completion: 1, residual: 255 - 36 });
  });

  it('calls a checked length that was not reached an error, an unchecked one not', () => {
    const { run } = createInitialized();
    const inquiry = [0x12, 0, 0, 0, 255, 0];
    expect(run({ operation: 0, direction: 1, cdb: inquiry, dataBytes: 255 })).toMatchObject({
      completion: 4,
      adapter: 0x12,
    });
    expect(run({ operation: 0, direction: 0, cdb: inquiry, dataBytes: 255 }).completion).toBe(1);
  });

  it('never writes beyond its segments', () => {
    const { ram, run } = createInitialized();
    ram.fill(0xee, BUFFER, BUFFER + 2048);
    expect(run({ cdb: READ_2_AT_10, dataBytes: 100 })).toMatchObject({ completion: 4, adapter: 0x12 });
    expect(ram[BUFFER + 99]).not.toBe(0xee);
    expect(ram.slice(BUFFER + 100, BUFFER + 2048).every((byte) => byte === 0xee)).toBe(true);
  });

  it('brings sense data along with CHECK CONDITION', () => {
    const { ram, run } = createInitialized();
    expect(run({ cdb: [0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0] })).toMatchObject({ completion: 4, target: 2 });
    expect([ram[SENSE], ram[SENSE + 2], ram[SENSE + 12]]).toEqual([0x70, 5, 0x20]);
    expect(run({ cdb: [0x03, 0, 0, 0, 18, 0], dataBytes: 18 }).completion).toBe(1);
    expect(ram[BUFFER + 2]).toBe(0); // told already
  });

  it('leaves sense data with the device where it wants none', () => {
    const { ram, run } = createInitialized();
    ram.fill(0xee, SENSE, SENSE + 18);
    run({ cdb: [0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], senseBytes: 1 });
    expect(ram[SENSE]).toBe(0xee);
    run({ cdb: [0x03, 0, 0, 0, 18, 0], dataBytes: 18 });
    expect(ram[BUFFER + 12]).toBe(0x20);
  });

  it('ends with a selection time-out where nobody is', () => {
    const { clock, run } = createInitialized();
    clock.advance(MS); // the last look at the mailboxes is over
    const end = run({ id: 5, cdb: TEST_UNIT_READY });
    expect(end).toMatchObject({ completion: 4, adapter: 0x11 });
    expect(end.durationCycles).toBe(CONFIG.mailboxNs + 250 * MS);
  });

  it('is refused where its operation does not exist, or its ID', () => {
    const { run } = createInitialized();
    expect(run({ operation: 1, cdb: TEST_UNIT_READY })).toMatchObject({ completion: 4, adapter: 0x16 });
    expect(run({ id: 16, cdb: TEST_UNIT_READY })).toMatchObject({ completion: 4, adapter: 0x1a });
  });

  it('resets one device', () => {
    const { run } = createInitialized();
    expect(run({ operation: 0x81, cdb: [] })).toMatchObject({ completion: 1 });
    expect(run({ cdb: TEST_UNIT_READY }).target).toBe(2);
    expect(run({ id: 3, cdb: TEST_UNIT_READY }).target).toBe(0);
  });

  it('may have 24-bit addresses', () => {
    const { ask, base, clock, ram, write } = createInitialized();
    const [outbox, inbox] = [0x1_0000, 0x1_0004];
    ask(0x01, 1, 0x01, 0x00, 0x00);
    const block = 0x1_0100;
    ram.set([0x03, (3 << 5) | (1 << 3), 10, 0, 0x00, 0x04, 0x00, 0x01, 0x20, 0x00], block); // ID 3, in, 400h at 12000h
    ram.set(READ_2_AT_10, block + 18);
    ram.set([1, 0x01, 0x01, 0x00], outbox);
    write(1, 0x02);
    clock.advance(100 * MS);
    expect([...ram.slice(inbox, inbox + 4)]).toEqual([1, 0x01, 0x01, 0x00]);
    expect(ram.slice(0x1_2000, 0x1_2400)).toEqual(base.slice(10 * 512, 12 * 512));
  });
});

describe('mailboxes', () => {
  it('are worked through without a further command, and answered in the order of endings', () => {
    const card = createInitialized();
    card.putCcb({ id: 3, cdb: [0x2b, 0, 0, 0, 0x0f, 0, 0, 0, 0, 0] }, 0x2000); // a long seek
    card.putCcb({ id: 0, cdb: TEST_UNIT_READY }, 0x2100);
    card.post(0x2000);
    card.post(0x2100);
    card.clock.advance(100 * MS);
    expect([card.inbox(2).address, card.inbox(3).address]).toEqual([0x2100, 0x2000]);
  });

  it('wait while the next incoming one is full', () => {
    const { clock, inbox, line, post, putCcb, ram, write } = createInitialized();
    const completionAt = MAILBOXES + 8 * (4 + 2) + 7;
    ram[completionAt] = 1;
    putCcb({ cdb: TEST_UNIT_READY });
    post();
    clock.advance(50 * MS);
    expect(line.isHigh).toBe(false);
    ram[completionAt] = 0;
    clock.advance(50 * MS);
    expect(inbox(2)).toMatchObject({ address: CCB, completion: 1 });
    expect(line.isHigh).toBe(true);
    write(0, 0x20);
    expect(line.isHigh).toBe(false);
  });

  it('are all looked at when round robin is not strict', () => {
    const { ask, clock, inbox, putCcb, ram, view, write } = createInitialized();
    ask(0x8f, 0);
    putCcb({ cdb: TEST_UNIT_READY });
    view.setUint32(MAILBOXES + 8, CCB, true); // second one; the card stands at the third
    ram[MAILBOXES + 8 + 7] = 1;
    write(1, 0x02);
    clock.advance(50 * MS);
    expect(inbox(2).completion).toBe(1);
  });

  it('interrupt when one is free again, where that is wanted', () => {
    const { clock, give, post, putCcb, read, write } = createInitialized();
    give(0x05, 1);
    putCcb({ cdb: TEST_UNIT_READY });
    post();
    clock.advance(CONFIG.mailboxNs);
    expect(read(2)).toBe(0x82);
    clock.advance(50 * MS);
    expect(read(2)).toBe(0x82); // one cause at a time
    write(0, 0x20);
    expect(read(2)).toBe(0x81);
  });

  it('take back a command that the device works on, but not one that has ended', () => {
    const { clock, inbox, post, putCcb } = createInitialized();
    putCcb({ cdb: [0x2b, 0, 0, 0, 0x0f, 0, 0, 0, 0, 0] });
    post();
    post(CCB, 2);
    clock.advance(100 * MS);
    expect(inbox(2)).toMatchObject({ completion: 2, adapter: 0x26 });
    post(CCB, 2);
    clock.advance(100 * MS);
    expect(inbox(3)).toMatchObject({ address: CCB, completion: 3 });
  });

  it('call an action that does not exist an error', () => {
    const { clock, inbox, post, putCcb } = createInitialized();
    putCcb({ cdb: TEST_UNIT_READY });
    post(CCB, 9);
    clock.advance(50 * MS);
    expect(inbox(2)).toMatchObject({ completion: 4, adapter: 0x15 });
  });

  it('hold the line down where interrupts are disabled', () => {
    const { clock, give, inbox, line, post, putCcb } = createInitialized();
    give(0x25, 0);
    putCcb({ cdb: TEST_UNIT_READY });
    post();
    clock.advance(50 * MS);
    expect(inbox(2).completion).toBe(1);
    expect(line.isHigh).toBe(false);
  });
});

describe('the way to memory', () => {
  it('is closed while the card may not master the bus; what waits goes on afterwards', () => {
    const { card, clock, inbox, pins, post, putCcb, writes } = createInitialized();
    putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
    pins.isBusMaster = false;
    const before = writes.length;
    post();
    clock.advance(1000 * MS);
    expect(writes).toHaveLength(before);
    pins.isBusMaster = true;
    card.busMasterChanged();
    clock.advance(1000 * MS);
    expect(inbox(2).completion).toBe(1);
  });

  it('closes in the middle of a command, too', () => {
    const { card, clock, inbox, pins, post, putCcb, writes } = createInitialized();
    putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
    post();
    clock.advance(MS / 2);
    pins.isBusMaster = false;
    const before = writes.length;
    clock.advance(1000 * MS);
    expect(writes).toHaveLength(before);
    pins.isBusMaster = true;
    card.busMasterChanged();
    clock.advance(MS);
    expect(inbox(2).completion).toBe(1);
  });

  it('stays open when the driver has gone away: blocks under way end in memory', () => {
    const { base, card, clock, post, putCcb, ram } = createInitialized();
    putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
    post();
    clock.advance(MS / 2);
    ram.fill(0xcc, BUFFER, BUFFER + 1024); // somebody else's now
    ram.fill(0xcc, CCB, CCB + 40);
    card.enterReset('cpu-init');
    clock.advance(1000 * MS);
    expect(ram.slice(BUFFER, BUFFER + 1024)).toEqual(base.slice(10 * 512, 12 * 512));
    expect([...ram.slice(CCB + 14, CCB + 16)]).toEqual([0, 0]);
  });

  it('is no longer used after a reset of the card', () => {
    for (const bit of [0x80, 0x40]) {
      const { clock, post, putCcb, write, writes } = createInitialized();
      putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
      post();
      clock.advance(MS / 2);
      write(0, bit);
      const before = writes.length;
      clock.advance(1000 * MS);
      expect(writes).toHaveLength(before);
    }
  });

  it('tells of blocks that a bus reset took', () => {
    const { clock, inbox, post, putCcb, write } = createInitialized();
    putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
    post();
    clock.advance(MS / 2);
    write(0, 0x10);
    expect(inbox(2)).toMatchObject({ address: CCB, completion: 4, adapter: 0x22 });
  });
});

describe('a saved state', () => {
  it('goes on to the same end, at any time within a command', () => {
    for (const cycle of [0, CONFIG.mailboxNs, 2 * CONFIG.mailboxNs, MS / 2, MS, 2 * MS, 10 * MS]) {
      const one = createInitialized();
      one.putCcb({ cdb: READ_2_AT_10, dataBytes: 1024 });
      one.post();
      one.clock.advance(cycle);
      const other = createCard();
      other.clock.advanceTo(one.clock.nowCycles);
      other.ram.set(one.ram);
      other.card.restoreState(structuredClone(one.card.saveState()) satisfies Bt958State);
      expect(other.line.isHigh).toBe(one.line.isHigh);
      for (const { clock } of [one, other]) clock.advance(1000 * MS);
      expect(other.card.saveState()).toEqual(one.card.saveState());
      expect(Buffer.compare(other.ram, one.ram)).toBe(0);
      expect(one.inbox(2).completion).toBe(1);
    }
  });
});
