// The PHY against IEEE 802.3 clauses 22 and 28 and OSSDM 7.
import { describe, expect, it } from 'vitest';
import { createCard, TIMING } from './card-bench';

const [CONTROL, STATUS, ID1, ID2, ADVERTISEMENT, PARTNER, EXPANSION] = [0, 1, 2, 3, 4, 5, 6];
const [LINK, NEGOTIATED] = [0x0004, 0x0020];
const GENERAL_STATUS = 0x1d;
const { autonegotiationNs, mdiNs } = TIMING;

describe('the management interface', () => {
  it('is ready from the start, busy for one cycle of 64 bits, then has the data', () => {
    const { read, write, clock } = createCard();
    expect(read(0x10, 4)).toBe(0x1000_0000);
    write(0x10, 0x0822_0000, 4); // read register 2 of PHY 1
    expect(read(0x10, 4)).toBe(0x0822_0000);
    clock.advance(mdiNs - 1);
    expect(read(0x10, 4)).toBe(0x0822_0000);
    clock.advance(1);
    expect(read(0x10, 4)).toBe(0x1822_02a8);
  });

  it('finds Intel’s 82555 at address 1 and ones at any other', () => {
    const { mdi } = createCard();
    expect([mdi('read', ID1), mdi('read', ID2)]).toEqual([0x02a8, 0x0154]);
    expect([mdi('read', ID1, 0, 0), mdi('read', CONTROL, 0, 31)]).toEqual([0xffff, 0xffff]);
  });

  it('interrupts at the end of a cycle when asked to', () => {
    const { write, read, clock, line } = createCard();
    write(0x10, 0x2822_0000, 4);
    clock.advance(mdiNs);
    expect([read(0x01), line.isHigh]).toEqual([0x08, true]);
  });
});

describe('the link', () => {
  it('comes up when negotiation is through, at the best both can', () => {
    const { clock, read, mdi } = createCard({ isLinkDown: true });
    clock.advance(autonegotiationNs - 1);
    expect(read(GENERAL_STATUS)).toBe(0);
    clock.advance(1);
    expect(read(GENERAL_STATUS)).toBe(0x07);
    expect(mdi('read', PARTNER)).toBe(0x41e1);
    expect(mdi('read', 16)).toBe(0x0003);
  });

  it('that was down reads 0 once more in the status register (clause 22.2.4.2.13)', () => {
    const { mdi } = createCard();
    expect(mdi('read', STATUS)).toBe(0x7809 | NEGOTIATED);
    expect(mdi('read', STATUS)).toBe(0x7809 | NEGOTIATED | LINK);
  });

  it('tells once that a page was received', () => {
    const { mdi } = createCard();
    expect([mdi('read', EXPANSION), mdi('read', EXPANSION)]).toEqual([0x0003, 0x0001]);
  });

  it('is 10 Mb/s when the other end can no more', () => {
    const { read, mdi } = createCard({ partnerMbps: 10 });
    expect(read(GENERAL_STATUS)).toBe(0x05);
    expect(mdi('read', PARTNER)).toBe(0x4061);
  });

  it('goes down when negotiation is restarted and comes back by what is advertised then', () => {
    const { mdi, clock, read } = createCard();
    mdi('write', ADVERTISEMENT, 0x0081); // 100 Mb/s, half duplex
    expect(read(GENERAL_STATUS)).toBe(0x03);
    mdi('write', CONTROL, 0x3200);
    expect([read(GENERAL_STATUS), mdi('read', CONTROL)]).toEqual([0, 0x3000]);
    clock.advance(autonegotiationNs);
    expect(read(GENERAL_STATUS)).toBe(0x03);
  });

  it('can be forced to what the other end can, and not beyond', () => {
    const forced = (partnerMbps: 10 | 100, control: number) => {
      const { mdi, clock, read } = createCard({ partnerMbps });
      mdi('write', CONTROL, control);
      clock.advance(2 * autonegotiationNs);
      return read(GENERAL_STATUS);
    };
    expect(forced(100, 0x2000)).toBe(0x03);
    expect(forced(100, 0x0100)).toBe(0x05);
    expect(forced(10, 0x2000)).toBe(0);
  });

  it('is gone while powered down; a PHY reset brings everything back', () => {
    const { mdi, clock, read } = createCard();
    mdi('write', CONTROL, 0x3800);
    clock.advance(2 * autonegotiationNs);
    expect(read(GENERAL_STATUS)).toBe(0);
    mdi('write', CONTROL, 0x8000);
    expect(mdi('read', CONTROL)).toBe(0x3000);
    clock.advance(autonegotiationNs);
    expect(read(GENERAL_STATUS)).toBe(0x07);
  });
});
