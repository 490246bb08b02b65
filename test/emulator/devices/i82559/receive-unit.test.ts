// The receive unit against OSSDM 6.4.3 and 6.5.4.
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BROADCAST, configuration, createCard, frameTo, MAC, RFD, RFD2 } from './card-bench';

const [START, RESUME, ABORT, LOAD_BASE] = [0x01, 0x02, 0x04, 0x06];
const [EL, S] = [0x8000, 0x4000];
const [IDLE, SUSPENDED, NO_RESOURCES, READY] = [0, 1, 2, 4];
const [FR, RNR] = [0x40, 0x10];
const [ADDRESS, CONFIGURE, MULTICAST] = [1, 2, 3];
const GOOD = 0xa000;
const [TYPE, NO_MATCH, NOT_INDIVIDUAL] = [0x20, 0x04, 0x02];

/** A receiver that knows its address, with two descriptors in a ring. */
function createReceiver(changes: Readonly<Record<number, number>> = {}) {
  const bench = createCard();
  bench.perform(CONFIGURE, configuration(changes));
  bench.perform(ADDRESS, MAC);
  bench.descriptor(RFD, 0, RFD2);
  bench.descriptor(RFD2, 0, RFD);
  bench.command(START, RFD);
  bench.write(0x01, 0xff);
  bench.writes.length = 0;
  const counter = (offset: number) => {
    bench.command(0x40, 0x9000);
    bench.command(0x50);
    return bench.dword(0x9000 + offset);
  };
  return { ...bench, counter };
}

describe('a frame', () => {
  it('goes behind its descriptor: data, then count with EOF and F, then the status', () => {
    const { card, bytes, word, writes, read, line, counter } = createReceiver();
    const frame = frameTo(MAC, 100);
    card.receiveFrame(frame);
    expect(writes.map(({ address, sizeBytes }) => [address, sizeBytes])).toEqual([
      [RFD + 16, 100],
      [RFD + 12, 2],
      [RFD, 2],
    ]);
    expect([...bytes.subarray(RFD + 16, RFD + 116)]).toEqual([...frame]);
    expect(word(RFD + 12)).toBe(0xc000 | 100);
    expect(word(RFD)).toBe(GOOD | TYPE);
    expect([read(0x01), line.isHigh]).toEqual([FR, true]);
    expect(counter(36)).toBe(1);
  });

  it('goes to the next descriptor, links being added to the base', () => {
    const { card, word, descriptor, command } = createReceiver();
    command(ABORT);
    descriptor(RFD, 0, RFD2 - 0x800);
    command(LOAD_BASE, 0x800);
    command(START, RFD - 0x800);
    card.receiveFrame(frameTo(BROADCAST));
    card.receiveFrame(frameTo(BROADCAST));
    expect([word(RFD) & GOOD, word(RFD2) & GOOD]).toEqual([GOOD, GOOD]);
  });

  it('is cut to the data area and not OK when it is longer', () => {
    const { card, word, descriptor, command, counter } = createReceiver();
    command(ABORT);
    descriptor(RFD, 0, RFD2, 64);
    command(START, RFD);
    card.receiveFrame(frameTo(MAC, 100));
    expect([word(RFD), word(RFD + 12)]).toEqual([0x8200 | TYPE, 0xc000 | 64]);
    expect(counter(36)).toBe(0);
  });

  it('brings its check sequence along when configured so', () => {
    const { card, word, dword } = createReceiver({ 18: 0xfe });
    const frame = frameTo(MAC, 64);
    card.receiveFrame(frame);
    expect(word(RFD + 12)).toBe(0xc000 | 68);
    expect(dword(RFD + 16 + 64)).toBe(crc32(frame));
  });

  it('of the length kind has no type bit', () => {
    const { card, word } = createReceiver();
    const frame = frameTo(MAC);
    frame.set([0x00, 0x2e], 12);
    card.receiveFrame(frame);
    expect(word(RFD)).toBe(GOOD);
  });
});

describe('the end of the descriptors', () => {
  it('takes a frame into one with EL, then has no resources, and counts what is lost', () => {
    const { card, word, fields, read, receiveStatus, counter } = createReceiver();
    fields.setUint16(RFD + 2, EL, true);
    card.receiveFrame(frameTo(BROADCAST));
    expect(word(RFD) & GOOD).toBe(GOOD);
    expect([receiveStatus(), read(0x01)]).toEqual([NO_RESOURCES, FR | RNR]);
    card.receiveFrame(frameTo(BROADCAST));
    expect(word(RFD2)).toBe(0);
    expect(counter(48)).toBe(1);
  });

  it('leaves a stop mark of size 0 with EL untouched, as Linux needs it', () => {
    const { card, fields, receiveStatus, writes, read } = createReceiver();
    fields.setUint16(RFD + 2, EL, true);
    fields.setUint16(RFD + 14, 0, true);
    card.receiveFrame(frameTo(BROADCAST));
    expect([receiveStatus(), read(0x01), writes]).toEqual([NO_RESOURCES, RNR, []]);
  });

  it('suspends behind S and resumes with the next descriptor', () => {
    const { card, word, fields, receiveStatus, command, read } = createReceiver();
    fields.setUint16(RFD + 2, S, true);
    card.receiveFrame(frameTo(BROADCAST));
    expect([receiveStatus(), read(0x01)]).toEqual([SUSPENDED, FR | RNR]);
    command(RESUME);
    expect(receiveStatus()).toBe(READY);
    card.receiveFrame(frameTo(BROADCAST));
    expect(word(RFD2) & GOOD).toBe(GOOD);
  });

  it('abort makes it idle with RNR; what comes then is not even counted', () => {
    const { card, command, receiveStatus, read, counter, writes } = createReceiver();
    command(ABORT);
    expect([receiveStatus(), read(0x01)]).toEqual([IDLE, RNR]);
    card.receiveFrame(frameTo(BROADCAST));
    expect(writes).toEqual([]);
    expect(counter(48)).toBe(0);
  });

  it('resume does nothing in any other state', () => {
    const { command, receiveStatus } = createReceiver();
    command(ABORT);
    command(RESUME);
    expect(receiveStatus()).toBe(IDLE);
  });
});

describe('without mastering the bus', () => {
  it('a frame is lost as an overrun and memory stays as it is', () => {
    const { card, writes, counter } = createReceiver();
    card.writeConfiguration(0x04, 2, 0x0003);
    expect(card.isReceiving).toBe(false);
    card.receiveFrame(frameTo(BROADCAST));
    expect(writes).toEqual([]);
    card.writeConfiguration(0x04, 2, 0x0007);
    expect(card.isReceiving).toBe(true);
    expect(counter(52)).toBe(1);
  });
});

describe('the address filter', () => {
  const OTHER = [0x00, 0x02, 0xb3, 0x99, 0x99, 0x99];
  const GROUP = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x05];
  const OTHER_GROUP = [0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa];
  const statusOf = (destination: readonly number[], changes: Readonly<Record<number, number>> = {}) => {
    const { card, word } = createReceiver(changes);
    card.receiveFrame(frameTo(destination));
    return word(RFD);
  };

  it('takes its own address and broadcasts, and nothing else', () => {
    expect(statusOf(MAC)).toBe(GOOD | TYPE);
    expect(statusOf(BROADCAST)).toBe(GOOD | TYPE | NOT_INDIVIDUAL);
    expect([statusOf(OTHER), statusOf(GROUP)]).toEqual([0, 0]);
  });

  it('refuses broadcasts when configured so', () => {
    expect(statusOf(BROADCAST, { 15: 0x4a })).toBe(0);
  });

  it('takes everything in promiscuous mode, and says why', () => {
    expect(statusOf(OTHER, { 15: 0x49 })).toBe(GOOD | TYPE | NOT_INDIVIDUAL | NO_MATCH);
    expect(statusOf(MAC, { 15: 0x49 })).toBe(GOOD | TYPE);
  });

  it('takes all multicasts when configured so', () => {
    expect(statusOf(GROUP, { 21: 0x0d })).toBe(GOOD | TYPE | NOT_INDIVIDUAL);
  });

  it('takes the multicasts that were set up, by bits 7:2 of their CRC', () => {
    const { card, word, perform, command } = createReceiver();
    perform(MULTICAST, [6, 0, ...GROUP]);
    command(START, RFD);
    card.receiveFrame(frameTo(OTHER_GROUP));
    expect(word(RFD)).toBe(0);
    card.receiveFrame(frameTo(GROUP));
    expect(word(RFD)).toBe(GOOD | TYPE | NOT_INDIVIDUAL);
    // An address that is not in the list but shares the hash passes too: the filter is not perfect (6.4.2.4).
    const shadow = findSameHash(GROUP);
    card.receiveFrame(frameTo(shadow));
    expect(word(RFD2)).toBe(GOOD | TYPE | NOT_INDIVIDUAL);
  });

  /** Bits 7:2 of the CRC register that shifts left: zlib's, uninverted and mirrored. */
  function hashOf(address: readonly number[]): number {
    const reflected = ~crc32(Uint8Array.from(address)) >>> 0;
    let mirrored = 0;
    for (let bit = 0; bit < 32; bit++) if ((reflected >>> bit) & 1) mirrored += 2 ** (31 - bit);
    return Math.floor(mirrored / 4) % 64;
  }

  function findSameHash(address: readonly number[]): number[] {
    for (let last = 0; last < 65_536; last++) {
      const candidate = [0x01, 0x00, 0x5e, 0x01, last >>> 8, last & 0xff];
      if (hashOf(candidate) === hashOf(address)) return candidate;
    }
    throw new Error('no address with the same hash');
  }
});

describe('loopback', () => {
  it('brings frames back instead of sending them, and drops short ones when configured so', () => {
    const { card, perform, command, clock, sent, word, descriptor, counter } = createReceiver({ 10: 0x6e, 6: 0x36 });
    const data = [...frameTo(MAC, 60)];
    perform(4, [0xff, 0xff, 0xff, 0xff, 60, 0x80, 0, 0, ...data]);
    clock.advance(100_000);
    expect(word(RFD)).toBe(GOOD | TYPE);
    expect(sent).toEqual([]);

    perform(CONFIGURE, configuration({ 10: 0x6e, 6: 0x36, 18: 0xf8 })); // no padding
    descriptor(RFD2, 0, RFD);
    perform(4, [0xff, 0xff, 0xff, 0xff, 40, 0x80, 0, 0, ...data]);
    clock.advance(100_000);
    expect(word(RFD2)).toBe(0);
    expect(counter(60)).toBe(1);

    // What comes from the cable meanwhile is not heard.
    card.receiveFrame(frameTo(MAC));
    expect(word(RFD2)).toBe(0);
    command(ABORT);
  });
});
