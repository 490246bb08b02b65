// The command unit against OSSDM 6.4.1, 6.4.2 and 6.5.3.
import { describe, expect, it } from 'vitest';
import { CB, CB2, configuration, createCard, MAC, TIMING } from './card-bench';

const [START, RESUME, LOAD_COUNTERS, DUMP, LOAD_BASE, DUMP_RESET, STATIC_RESUME] = [
  0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0xa0,
];
const [EL, S, I] = [0x8000, 0x4000, 0x2000];
const [NOP, ADDRESS, CONFIGURE, MULTICAST, TRANSMIT, MICROCODE, REGISTER_DUMP, DIAGNOSE] = [0, 1, 2, 3, 4, 5, 6, 7];
const SF = 0x0008;
const DONE = 0xa000;
const [IDLE, SUSPENDED, ACTIVE] = [0, 1, 2];
const [CX, CNA] = [0x80, 0x20];
const DATA = 0x8000;
const COUNTERS = 0x9000;
/** 60 bytes, preamble, check sequence and gap at 100 Mb/s. */
const SHORT_FRAME_NS = 84 * 80;

const le32 = (value: number) => [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
const le16 = (value: number) => [value & 0xff, value >>> 8];

describe('a list of command blocks', () => {
  it.each([
    ['NOP', NOP],
    ['individual address', ADDRESS],
    ['configure', CONFIGURE],
    ['multicast set-up', MULTICAST],
    ['load microcode', MICROCODE],
    ['dump', REGISTER_DUMP],
    ['diagnose', DIAGNOSE],
  ])('%s is marked complete and OK, and EL makes the unit idle with CNA', (_, action) => {
    const { block, command, word, clock, commandStatus, read } = createCard();
    block(CB, EL | action, 0, [0, 0x90, 0, 0]);
    command(START, CB);
    expect(commandStatus()).toBe(ACTIVE);
    expect(word(CB)).toBe(0);
    clock.advance(TIMING.commandNs);
    expect(word(CB)).toBe(DONE);
    expect(commandStatus()).toBe(IDLE);
    expect(read(0x01)).toBe(CNA);
  });

  it('is followed by its links, added to the base', () => {
    const { block, command, word, clock } = createCard();
    block(CB, NOP, CB2 - 0x800);
    block(CB2, EL, 0);
    command(LOAD_BASE, 0x800);
    command(START, CB - 0x800);
    clock.advance(2 * TIMING.commandNs);
    expect([word(CB), word(CB2)]).toEqual([DONE, DONE]);
  });

  it('interrupts with CX behind a block that asks for it', () => {
    const { block, command, clock, read, line } = createCard();
    block(CB, I, CB2);
    block(CB2, EL, 0);
    command(START, CB);
    clock.advance(TIMING.commandNs);
    expect(read(0x01)).toBe(CX);
    expect(line.isHigh).toBe(true);
  });

  it('stops at S, and resume goes on behind it once S is cleared', () => {
    const { block, command, word, clock, commandStatus, fields, read } = createCard();
    block(CB, S, CB2);
    block(CB2, S, CB);
    command(START, CB);
    clock.advance(TIMING.commandNs);
    expect([commandStatus(), read(0x01), word(CB2)]).toEqual([SUSPENDED, CNA, 0]);
    fields.setUint16(CB + 2, NOP, true);
    command(RESUME);
    clock.advance(TIMING.commandNs);
    expect([commandStatus(), word(CB2)]).toEqual([SUSPENDED, DONE]);
  });

  it('stays suspended when S is still set at a resume, except for a static one (6.5.3.2)', () => {
    const { block, command, word, clock, commandStatus } = createCard();
    block(CB, S, CB2);
    block(CB2, S, CB);
    command(START, CB);
    clock.advance(TIMING.commandNs);
    command(RESUME);
    clock.advance(TIMING.commandNs);
    expect([commandStatus(), word(CB2)]).toEqual([SUSPENDED, 0]);
    command(STATIC_RESUME);
    clock.advance(TIMING.commandNs);
    expect(word(CB2)).toBe(DONE);
  });

  it('goes on behind a block whose S was cleared while it was at work, whether a resume came or not', () => {
    const { block, command, word, clock, fields, commandStatus } = createCard();
    block(CB, S, CB2);
    block(CB2, S, CB);
    command(START, CB);
    command(RESUME); // both while the block is at work
    fields.setUint16(CB + 2, NOP, true);
    clock.advance(2 * TIMING.commandNs);
    expect([commandStatus(), word(CB2)]).toEqual([SUSPENDED, DONE]);
  });

  it('ignores a resume while idle', () => {
    const { block, command, word, clock, commandStatus } = createCard();
    block(0, EL, 0);
    command(RESUME);
    clock.advance(TIMING.commandNs);
    expect([commandStatus(), word(0)]).toEqual([IDLE, 0]);
  });

  it('says nothing of suspending when configured for idle alone', () => {
    const { block, command, perform, clock, write, read } = createCard();
    perform(CONFIGURE, configuration({ 6: 0x2e }));
    write(0x01, 0xff);
    block(CB, S, CB2);
    command(START, CB);
    clock.advance(TIMING.commandNs);
    expect(read(0x01)).toBe(0);
  });

  it('waits while mastering is forbidden and goes on when it is allowed', () => {
    const { card, block, command, word, clock, commandStatus } = createCard();
    block(CB, EL, 0);
    card.writeConfiguration(0x04, 2, 0x0003);
    command(START, CB);
    clock.advance(1_000_000);
    expect([commandStatus(), word(CB)]).toEqual([ACTIVE, 0]);
    card.writeConfiguration(0x04, 2, 0x0007);
    clock.advance(TIMING.commandNs);
    expect([commandStatus(), word(CB)]).toEqual([IDLE, DONE]);
  });

  it('dumps 596 bytes that begin with the configuration', () => {
    const { perform, bytes, writes } = createCard();
    perform(CONFIGURE, configuration());
    writes.length = 0;
    perform(REGISTER_DUMP, le32(DATA));
    expect(writes[0]).toMatchObject({ master: 'i82559', address: DATA, sizeBytes: 596 });
    expect([...bytes.subarray(DATA, DATA + 22)]).toEqual(configuration());
  });
});

describe('transmission', () => {
  const frame = Uint8Array.from({ length: 100 }, (_, i) => i + 1);
  /** TBD array, byte count, threshold, number of TBDs. */
  const parameters = (array: number, byteCount: number, tbds: number, rest: readonly number[] = []) => [
    ...le32(array),
    ...le16(byteCount),
    0xe0,
    tbds,
    ...rest,
  ];

  function withConfiguration(changes: Readonly<Record<number, number>> = {}) {
    const bench = createCard();
    bench.perform(CONFIGURE, configuration(changes));
    bench.write(0x01, 0xff);
    bench.bytes.set(frame, DATA);
    return bench;
  }

  it('sends what lies behind a simplified block, and is done before the frame has left (6.4.1.1.2)', () => {
    const { perform, sent, clock, word, bytes, commandStatus } = withConfiguration({ 6: 0x36 });
    bytes.set(frame, CB + 16);
    perform(TRANSMIT, [...parameters(0xffff_ffff, 0x8000 | 40, 0), ...frame.subarray(0, 40)]);
    expect([word(CB), commandStatus(), sent.length]).toEqual([DONE, IDLE, 0]);
    const start = clock.nowCycles;
    clock.advance(SHORT_FRAME_NS);
    expect(sent[0].cycle - start).toBe(SHORT_FRAME_NS);
    expect([...sent[0].frame]).toEqual([...frame.subarray(0, 40), ...new Array<number>(20).fill(0)]);
  });

  it('collects a frame from the descriptors of a flexible block up to their end mark', () => {
    const { perform, sent, clock, bytes } = withConfiguration({ 6: 0x36 });
    const list = 0xa000;
    bytes.set([...le32(DATA), ...le16(30), 0, 0], list);
    bytes.set([...le32(DATA + 50), ...le16(40), 1, 0], list + 8);
    bytes.set([...le32(DATA), ...le16(40), 0, 0], list + 16);
    perform(TRANSMIT | SF, parameters(list, 0, 3));
    clock.advance(10 * SHORT_FRAME_NS);
    expect([...sent[0].frame]).toEqual([...frame.subarray(0, 30), ...frame.subarray(50, 90)]);
  });

  it('finds the first two descriptors of an extended block in the block itself, the others in the array', () => {
    const { perform, sent, clock, bytes } = withConfiguration();
    const third = 0xa000;
    bytes.set([...le32(DATA + 60), ...le16(20), 0, 0], third);
    const embedded = [...le32(DATA), ...le16(30), 0, 0, ...le32(DATA + 30), ...le16(30), 0, 0];
    perform(TRANSMIT | SF, parameters(third, 0, 3, embedded));
    clock.advance(10 * SHORT_FRAME_NS);
    expect([...sent[0].frame]).toEqual([...frame.subarray(0, 80)]);
  });

  it('sends with one embedded descriptor as Linux does: array and block are the same place', () => {
    const { perform, sent, clock } = withConfiguration();
    const garbage = [...le32(0x1234_5678), ...le16(99), 0, 0];
    perform(TRANSMIT | SF, parameters(CB + 16, 0, 1, [...le32(DATA), ...le16(100), 0, 0, ...garbage]));
    clock.advance(10 * SHORT_FRAME_NS);
    expect([...sent[0].frame]).toEqual([...frame]);
  });

  it('puts its own address into the frame unless told not to', () => {
    const bench = withConfiguration({ 6: 0x36, 10: 0x26 });
    bench.perform(ADDRESS, MAC);
    bench.perform(TRANSMIT, [...parameters(0xffff_ffff, 32, 0), ...frame.subarray(0, 32)]);
    bench.clock.advance(SHORT_FRAME_NS);
    expect([...bench.sent[0].frame.subarray(6, 12)]).toEqual(MAC);
  });

  it.each([
    [100, 84 * 80],
    [10, 84 * 800],
  ] as const)('takes turns with the wire: at %i Mb/s the least frames are %i ns apart', (partnerMbps, apartNs) => {
    const { perform, block, command, clock, sent, word } = createCard({ partnerMbps });
    perform(CONFIGURE, configuration({ 6: 0x36 }));
    for (const [at, next] of [
      [CB, CB2],
      [CB2, CB2 + 0x100],
    ]) {
      block(at, TRANSMIT, next, [...parameters(0xffff_ffff, 60, 0), ...frame.subarray(0, 60)]);
    }
    block(CB2 + 0x100, TRANSMIT | EL, 0, [...parameters(0xffff_ffff, 60, 0), ...frame.subarray(0, 60)]);
    command(START, CB);
    clock.advance(5 * apartNs);
    expect(sent.length).toBe(3);
    expect(sent[1].cycle - sent[0].cycle).toBe(apartNs);
    expect(sent[2].cycle - sent[1].cycle).toBe(apartNs);
    expect(word(CB2 + 0x100)).toBe(DONE);
  });

  it('holds the CNA interrupt back by CID times 256 PCI clocks; a received frame brings it along', () => {
    const cid31 = 0x1f00;
    const start = () => {
      const bench = withConfiguration({ 6: 0x36 });
      bench.perform(TRANSMIT | cid31, [...parameters(0xffff_ffff, 60, 0), ...frame.subarray(0, 60)]);
      return bench;
    };
    const waiting = start();
    waiting.clock.advance(31 * 256 * 30 - 1);
    expect(waiting.read(0x01)).toBe(0);
    waiting.clock.advance(1);
    expect(waiting.read(0x01)).toBe(CNA);

    const receiving = start();
    receiving.descriptor(0x2000, 0, 0x2000);
    receiving.command(0x01, 0x2000);
    const broadcast = new Uint8Array(60).fill(0xff);
    receiving.card.receiveFrame(broadcast);
    expect(receiving.read(0x01)).toBe(CNA | 0x40);
  });

  it('forgets a CNA interrupt held back when it is started again', () => {
    const { perform, read, write, clock } = withConfiguration({ 6: 0x36 });
    perform(TRANSMIT | 0x1f00, [...parameters(0xffff_ffff, 60, 0), ...frame.subarray(0, 60)]);
    perform(NOP);
    expect(read(0x01)).toBe(CNA); // that of the NOP, at once
    write(0x01, CNA);
    clock.advance(1_000_000);
    expect(read(0x01)).toBe(0);
  });

  it('counts a lost carrier without a link, and puts nothing on the wire', () => {
    const { perform, clock, sent, command, dword } = createCard({ isLinkDown: true });
    perform(CONFIGURE, configuration({ 6: 0x36 }));
    perform(TRANSMIT, [...parameters(0xffff_ffff, 60, 0), ...frame.subarray(0, 60)]);
    clock.advance(SHORT_FRAME_NS);
    command(LOAD_COUNTERS, COUNTERS);
    command(DUMP);
    expect(sent).toEqual([]);
    expect(dword(COUNTERS + 16)).toBe(1);
  });
});

describe('the counters', () => {
  it.each([
    ['64 bytes as on the 82557', 0x30, 64],
    ['76 with flow control', 0x10, 76],
    ['80 with those of a management controller', 0x34, 80],
  ])('are dumped as %s, closed by A005h', (_, byte6, sizeBytes) => {
    const { perform, command, dword, writes } = createCard();
    perform(CONFIGURE, configuration({ 6: byte6 }));
    writes.length = 0;
    command(LOAD_COUNTERS, COUNTERS);
    command(DUMP);
    expect(writes).toMatchObject([{ address: COUNTERS, sizeBytes: sizeBytes + 4 }]);
    expect(dword(COUNTERS + sizeBytes)).toBe(0xa005);
  });

  it('are zero after dump and reset, closed by A007h', () => {
    const { perform, clock, command, dword } = createCard();
    perform(CONFIGURE, configuration({ 6: 0x36 }));
    perform(TRANSMIT, [...le32(0xffff_ffff), ...le16(60), 0, 0]);
    clock.advance(SHORT_FRAME_NS);
    command(LOAD_COUNTERS, COUNTERS);
    command(DUMP_RESET);
    expect([dword(COUNTERS), dword(COUNTERS + 80)]).toEqual([1, 0xa007]);
    command(DUMP_RESET);
    expect(dword(COUNTERS)).toBe(0);
  });
});
