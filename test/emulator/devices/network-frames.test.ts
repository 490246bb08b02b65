// Frames against RFC 826, 791, 768 and 1001.
import { describe, expect, it } from 'vitest';
import { arpRequest, hostAnnouncement, nameQuery } from '../../../src/emulator/devices/network-frames';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const word = (bytes: Uint8Array, at: number) => (bytes[at] << 8) | bytes[at + 1];

it('an ARP request asks everybody for a station and is padded to the least frame', () => {
  const frame = arpRequest(1, 200);
  expect(hex(frame.subarray(0, 42))).toBe(
    'ffffffffffff 0002b30a0001 0806 0001 0800 06 04 0001 0002b30a0001 0a000001 000000000000 0a0000c8'.replaceAll(
      ' ',
      '',
    ),
  );
  expect([...frame.subarray(42)]).toEqual(new Array(18).fill(0));
});

describe.each([
  ['a name query', nameQuery(7, 9, 0x1234), 137, 92],
  ['a host announcement', hostAnnouncement(7, 0x1234), 138, 243],
])('%s', (_, frame, port, sizeBytes) => {
  it('is a UDP broadcast whose lengths agree', () => {
    expect(frame.length).toBe(sizeBytes);
    expect(hex(frame.subarray(0, 14))).toBe('ffffffffffff0002b30a00070800');
    expect(word(frame, 16)).toBe(sizeBytes - 14);
    expect(frame[23]).toBe(17);
    expect([...frame.subarray(26, 34)]).toEqual([10, 0, 0, 7, 10, 0, 0, 255]);
    expect([word(frame, 34), word(frame, 36), word(frame, 38)]).toEqual([port, port, sizeBytes - 34]);
  });

  it('has an IP header whose words add up to ones', () => {
    let sum = 0;
    for (let at = 14; at < 34; at += 2) sum += word(frame, at);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
  });
});

it('names are encoded half a byte to a letter (RFC 1001 14.1)', () => {
  const name = Buffer.from(nameQuery(7, 9, 0).subarray(42 + 12, 42 + 46));
  // "PC009" and eleven blanks
  expect(name.toString('latin1')).toBe(`\x20FAEDDADADJ${'CA'.repeat(11)}\0`);
});
