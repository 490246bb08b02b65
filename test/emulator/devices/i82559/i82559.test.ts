// The controller as a whole: PCI, SCB, PORT, interrupts, resets (OSSDM chapters 4 and 6.3).
import { describe, expect, it } from 'vitest';
import type { HammerTarget } from '../port-bench';
import { hammer, resetPart } from '../port-bench';
import { BROADCAST, CB, configuration, createCard, frameTo, MAC, MS, RFD, RFD2, TIMING } from './card-bench';

const [CU_START, RU_START, RU_LOAD_BASE] = [0x10, 0x01, 0x06];
const [SOFTWARE_RESET, SELF_TEST, SELECTIVE_RESET, DUMP] = [0, 1, 2, 3];
const CONFIGURE = 2;
const [POINTER, PORT, MASK, ACK] = [0x04, 0x08, 0x03, 0x01];
const [IDLE, READY] = [0, 4];

/** Receiver started, promiscuous, broadcasts going into two descriptors in a ring. */
function createRunningCard() {
  const bench = createCard();
  bench.perform(CONFIGURE, configuration({ 15: 0x49 }));
  bench.descriptor(RFD, 0, RFD2);
  bench.descriptor(RFD2, 0, RFD);
  bench.command(RU_START, RFD);
  bench.write(ACK, 0xff);
  return bench;
}

describe('configuration space', () => {
  it('is that of an 82559 on an Intel PRO/100+', () => {
    const { card } = createCard();
    const dword = (offset: number) => card.readConfiguration(offset, 4);
    expect(dword(0x00)).toBe(0x1229_8086);
    expect(dword(0x08)).toBe(0x0200_0008);
    expect(dword(0x2c)).toBe(0x000c_8086);
    expect(card.readConfiguration(0x3d, 1)).toBe(1);
    expect(dword(card.readConfiguration(0x34, 1))).toBe(0x7e22_0001);
  });

  it.each([
    ['4 KiB of memory', 0x10, 0xffff_f000],
    ['64 ports', 0x14, 0xffff_ffc1],
    ['no flash window', 0x18, 0],
  ])('asks for %s', (_, offset, expected) => {
    const { card } = createCard();
    card.writeConfiguration(offset, 4, 0xffff_ffff);
    const value = card.readConfiguration(offset, 4);
    expect(offset === 0x14 ? (value | 0xffff_0000) >>> 0 : value).toBe(expected);
  });

  it('has an expansion ROM only with an image in the socket', () => {
    const sizeOf = (bootRom: Uint8Array | null) => {
      const { card } = createCard({ bootRom });
      card.writeConfiguration(0x30, 4, 0xffff_f800);
      return card.readConfiguration(0x30, 4);
    };
    expect(sizeOf(null)).toBe(0);
    expect(sizeOf(new Uint8Array(65_536))).toBe(0xffff_0000);
  });

  it('opens its ranges where it is told', () => {
    const { card, openRanges } = createCard();
    card.writeConfiguration(0x10, 4, 0xe000_0000);
    card.writeConfiguration(0x14, 4, 0xc000);
    expect([...openRanges]).toEqual([
      ['memory', 0xe000_0000],
      ['io', 0xc000],
    ]);
  });
});

describe('the SCB', () => {
  it('shows a command until it is accepted', () => {
    const { write, read, clock } = createCard();
    write(0x02, RU_LOAD_BASE);
    expect(read(0x02)).toBe(RU_LOAD_BASE);
    clock.advance(TIMING.acceptNs);
    expect(read(0x02)).toBe(0);
  });

  it('takes its registers byte by byte as well', () => {
    const { write, read, block, word, clock } = createCard();
    block(CB, 0x8000, 0);
    [0, 0x10, 0, 0].forEach((byte, i) => write(POINTER + i, byte));
    expect(read(POINTER, 4)).toBe(CB);
    write(0x02, CU_START, 2);
    clock.advance(TIMING.acceptNs + TIMING.commandNs);
    expect(word(CB)).toBe(0xa000);
  });
});

describe('the interrupt', () => {
  it('falls when the last cause is acknowledged', () => {
    const { write, perform, line, read } = createCard();
    perform(0x2000); // NOP with I and EL: CX and CNA
    expect(read(ACK)).toBe(0xa0);
    write(ACK, 0x80);
    expect([read(ACK), line.isHigh]).toEqual([0x20, true]);
    write(ACK, 0x20);
    expect(line.isHigh).toBe(false);
  });

  it('is held down by M, and by the mask of its cause; the cause stays', () => {
    const { write, perform, line, read } = createCard();
    write(MASK, 0x01);
    perform(0x2000);
    expect([line.isHigh, read(ACK)]).toEqual([false, 0xa0]);
    write(MASK, 0xa0);
    expect(line.isHigh).toBe(false);
    write(MASK, 0x80);
    expect(line.isHigh).toBe(true);
  });

  it('can be made by software, which no specific mask holds down', () => {
    const { write, line, read } = createCard();
    write(MASK, 0xf2);
    expect([line.isHigh, read(ACK), read(MASK)]).toEqual([true, 0x04, 0xf0]);
  });
});

describe('PORT', () => {
  it.each([
    ['software', SOFTWARE_RESET],
    ['selective', SELECTIVE_RESET],
  ])('%s reset stops both units at once and ignores commands for 10 us', (_, value) => {
    const { card, write, writes, command, receiveStatus, clock, read, line } = createRunningCard();
    write(MASK, 0x02);
    expect(line.isHigh).toBe(true);
    write(PORT, value, 4);
    expect([receiveStatus(), read(0x00, 4), line.isHigh]).toEqual([IDLE, 0, false]);
    writes.length = 0;
    card.receiveFrame(frameTo(BROADCAST));
    expect(writes).toEqual([]);
    command(RU_START, RFD);
    expect(receiveStatus()).toBe(IDLE);
    clock.advance(TIMING.resetNs - TIMING.acceptNs);
    command(RU_START, RFD);
    expect(receiveStatus()).toBe(READY);
  });

  it('software reset forgets the configuration, selective reset keeps it (6.4.2.3)', () => {
    const takesForeignFrames = (value: number) => {
      const { card, write, writes, command, clock } = createRunningCard();
      write(PORT, value, 4);
      clock.advance(TIMING.resetNs);
      command(RU_START, RFD);
      writes.length = 0;
      card.receiveFrame(frameTo([0, 1, 2, 3, 4, 5]));
      return writes.length > 0;
    };
    expect(takesForeignFrames(SOFTWARE_RESET)).toBe(false);
    expect(takesForeignFrames(SELECTIVE_RESET)).toBe(true);
  });

  it('a reset cuts off the frame on its way out', () => {
    const { write, perform, clock, sent } = createCard();
    perform(0x0004, [0xff, 0xff, 0xff, 0xff, 60, 0x80, 0, 0]);
    write(PORT, SELECTIVE_RESET, 4);
    clock.advance(MS);
    expect(sent).toEqual([]);
  });

  it('a reset leaves the link alone', () => {
    const { write, clock, read } = createCard();
    write(PORT, SOFTWARE_RESET, 4);
    clock.advance(TIMING.resetNs);
    expect(read(0x1d)).toBe(0x07);
  });

  it('self-test writes a signature and no faults when its time is over', () => {
    const { write, clock, dword, fields } = createCard();
    const at = 0x5000;
    fields.setUint32(at + 4, 0xffff_ffff, true);
    write(PORT, at | SELF_TEST, 4);
    clock.advance(TIMING.selfTestNs - 1);
    expect([dword(at), dword(at + 4)]).toEqual([0, 0xffff_ffff]);
    clock.advance(1);
    expect(dword(at)).not.toBe(0);
    expect(dword(at + 4)).toBe(0);
  });

  it('self-test without mastering writes nothing: that is what it finds out', () => {
    const { card, write, clock, writes } = createCard();
    card.writeConfiguration(0x04, 2, 0x0003);
    write(PORT, 0x5000 | SELF_TEST, 4);
    clock.advance(TIMING.selfTestNs);
    expect(writes).toEqual([]);
  });

  it('dump writes the registers', () => {
    const { write, clock, writes } = createCard();
    write(PORT, 0x5000 | DUMP, 4);
    clock.advance(TIMING.commandNs);
    expect(writes).toMatchObject([{ address: 0x5000, sizeBytes: 596 }]);
  });
});

describe('power management', () => {
  it('answers in configuration space alone when powered down, and comes back reset', () => {
    const { card, read, writes, receiveStatus, openRanges } = createRunningCard();
    card.writeConfiguration(0x10, 4, 0xe000_0000);
    card.writeConfiguration(0xe0, 2, 0x0003);
    expect([read(0x00, 4), card.isReceiving]).toEqual([0xffff_ffff, false]);
    writes.length = 0;
    card.receiveFrame(frameTo(BROADCAST));
    expect(writes).toEqual([]);
    card.writeConfiguration(0xe0, 2, 0x0000);
    expect([receiveStatus(), card.readConfiguration(0x04, 2), openRanges.size]).toEqual([IDLE, 0, 0]);
  });
});

describe('resets', () => {
  /** What is left of a card that was receiving, with an address range, a raised interrupt and a link. */
  const left = (kind: 'cpu-init' | 'platform' | 'power-on') => {
    const { card, write, writes, read, receiveStatus, line } = createRunningCard();
    card.writeConfiguration(0x10, 4, 0xe000_0000);
    write(MASK, 0x02);
    resetPart(card, kind);
    writes.length = 0;
    card.receiveFrame(frameTo(BROADCAST));
    return {
      status: receiveStatus(),
      writesMemory: writes.length > 0,
      interrupt: line.isHigh,
      command: card.readConfiguration(0x04, 2),
      bar0: card.readConfiguration(0x10, 4),
      link: read(0x1d) !== 0,
    };
  };

  it('a reset of the CPU alone leaves the receiver writing into memory', () => {
    expect(left('cpu-init')).toEqual({
      ...{ status: READY, writesMemory: true, interrupt: true },
      ...{ command: 7, bar0: 0xe000_0000, link: true },
    });
  });

  it.each(['platform', 'power-on'] as const)('%s stops it, forgets where it lay and loses the link', (kind) => {
    expect(left(kind)).toEqual({
      ...{ status: IDLE, writesMemory: false, interrupt: false },
      ...{ command: 0, bar0: 0, link: false },
    });
  });

  it('there is no link while the reset is held', () => {
    const { card, clock, read } = createCard();
    card.enterReset('platform');
    card.holdReset('platform');
    clock.advance(MS);
    expect(read(0x1d)).toBe(0);
  });

  it('the link comes back by negotiation', () => {
    const { card, clock, read } = createCard();
    resetPart(card, 'platform');
    clock.advance(TIMING.autonegotiationNs - 1);
    expect(read(0x1d)).toBe(0);
    clock.advance(1);
    expect(read(0x1d)).toBe(0x07);
  });
});

describe('state', () => {
  it('saved in the middle of everything goes on the same in another card', () => {
    const first = createRunningCard();
    first.perform(CONFIGURE, configuration({ 6: 0x36, 15: 0x49 }));
    first.command(RU_START, RFD);
    first.perform(0x1f04, [0xff, 0xff, 0xff, 0xff, 60, 0x80, 0, 0, ...frameTo(MAC)]); // on the wire, CNA held back
    first.write(0x10, 0x0821_0000, 4); // a management cycle
    first.write(MASK, 0x02);
    first.write(0x02, 0x40); // a command not accepted yet
    const state = JSON.parse(JSON.stringify(first.card.saveState()));

    const second = createCard();
    second.bytes.set(first.bytes);
    second.clock.advanceTo(first.clock.nowCycles);
    second.card.restoreState(state);
    expect(second.line.isHigh).toBe(true);
    expect(JSON.parse(JSON.stringify(second.card.saveState()))).toEqual(state);

    const later = ({ clock, card, read, sent, bytes, line }: typeof first) => {
      clock.advance(MS);
      card.receiveFrame(frameTo(BROADCAST));
      const frames = sent.map(({ frame, cycle }) => [cycle, ...frame]);
      return {
        frames,
        registers: [0, 4, 8, 12, 16, 28].map((at) => read(at, 4)),
        bytes: [...bytes],
        level: line.isHigh,
      };
    };
    expect(later(second)).toEqual(later(first));
  });
});

describe('the EEPROM behind the control register', () => {
  const [EEPROM, EESK, EECS, EEDI, EEDO] = [0x0e, 0x01, 0x02, 0x04, 0x08];
  const READ_WORD_0 = [1, 1, 0, 0, 0, 0, 0, 0, 0];

  function openEeprom({ read, write }: ReturnType<typeof createCard>) {
    const clockBit = (bit: number) => {
      write(EEPROM, EECS | (bit ? EEDI : 0));
      write(EEPROM, EECS | (bit ? EEDI : 0) | EESK);
      return read(EEPROM) & EEDO ? 1 : 0;
    };
    return {
      clockBit,
      readWord0: () => {
        READ_WORD_0.forEach(clockBit);
        return Array.from({ length: 16 }, () => clockBit(0)).reduce<number>((word, bit) => (word << 1) | bit, 0);
      },
    };
  }

  it('is let go by a reset in the middle of a word', () => {
    const bench = createCard();
    const { clockBit, readWord0 } = openEeprom(bench);
    [...READ_WORD_0, 0, 0, 0].forEach(clockBit);
    resetPart(bench.card, 'platform');
    // The first bytes of the address, the lower one first: 00 02.
    expect(readWord0()).toBe(0x0200);
  });
});

describe('abuse', () => {
  it('10,000 random accesses crash nothing, and what is read stays until the next alarm', () => {
    const { registers, clock, takeUnstable } = createCard();
    const targets: HammerTarget[] = Array.from({ length: 0x20 }, (_, port) => ({
      port,
      sizes: port % 4 === 0 ? [1, 2, 4] : port % 2 === 0 ? [1, 2] : [1],
    }));
    hammer(registers, targets, { clock, takeUnstable }, { accesses: 10_000, maxStepCycles: 20_000 });
  });

  it('a list of random blocks and descriptors crashes nothing', () => {
    const { bytes, command, clock, card } = createCard();
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(i, 0x9e37_79b1) >>> 13;
    for (let i = 0; i < 500; i++) {
      command(CU_START, (i * 977) & 0x3_ffff);
      command(RU_START, (i * 1231) & 0x3_ffff);
      card.receiveFrame(frameTo(BROADCAST, 60 + i));
      clock.advance(100_000);
    }
    expect(card.readConfiguration(0x00, 4)).toBe(0x1229_8086);
  });
});
