// 2 GiB of RAM: host offsets of the last MiBs lie above 2^31, where 32-bit numbers turn negative.
import { beforeAll, expect, it } from 'vitest';
import * as state from '../../../src/emulator/cpu/state';
import { LAYOUT, MIB } from '../../../src/emulator/memory';
import { createPlaceholderClocks } from '../../../src/emulator/timing/clock-table';
import { ProtectedGuest } from './protected-guest';

const RAM_BYTES = 2048 * MIB;
/** The first byte whose host offset does not fit 31 bits. */
const EDGE = 0x8000_0000 - LAYOUT.RAM;
const HLT = 0xf4;

const bytesOf = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const movEax = (value: number) => [0xb8, ...bytesOf(value)];
const movEcx = (value: number) => [0xb9, ...bytesOf(value)];
const movEsi = (value: number) => [0xbe, ...bytesOf(value)];
const movEdi = (value: number) => [0xbf, ...bytesOf(value)];

let guest: ProtectedGuest;

beforeAll(() => {
  guest = new ProtectedGuest('686', createPlaceholderClocks('686'), RAM_BYTES);
});

/** Runs code in flat protected mode until it halts. */
function run(code: readonly number[], at?: number): void {
  guest.cpu.i32[state.CR0] &= ~state.CR0_PG;
  guest.cpu.tlb.flush(true);
  guest.enter(at === undefined ? {} : { eip: at });
  guest.code([...code, HLT], at);
  for (let i = 0; i < 1000 && guest.cpu.i32[state.RUN_STATE] === state.RUNNING; i++) guest.step();
  expect(guest.cpu.i32[state.RUN_STATE]).toBe(state.HALTED);
}

it.each([EDGE - 8, EDGE - 4, EDGE - 2, EDGE, EDGE + 4093, RAM_BYTES - 4])(
  'a dword at %i is read back, twice as once',
  (address) => {
    // mov [edi], eax; mov ebx, [edi]; mov esi, [edi]
    run([...movEdi(address), ...movEax(0x1234_5678 ^ address), 0x89, 0x07, 0x8b, 0x1f, 0x8b, 0x37]);
    expect(guest.cpu.i32[state.EBX]).toBe((0x1234_5678 ^ address) | 0);
    expect(guest.cpu.i32[state.ESI]).toBe((0x1234_5678 ^ address) | 0);
    for (let i = 0; i < 4; i++) expect(guest.read8(address + i)).toBe(((0x1234_5678 ^ address) >>> (8 * i)) & 0xff);
  },
);

it('string instructions fill and copy over the edge', () => {
  const dwords = 4096;
  const from = EDGE - 2 * dwords;
  run([0xfc, ...movEdi(from), ...movEax(0xa5a5_0f0f), ...movEcx(dwords), 0xf3, 0xab]);
  expect(guest.read32(from)).toBe(0xa5a5_0f0f);
  expect(guest.read32(EDGE)).toBe(0xa5a5_0f0f);
  expect(guest.read32(from + 4 * dwords - 4)).toBe(0xa5a5_0f0f);
  expect(guest.read32(from + 4 * dwords)).toBe(0);
  const to = RAM_BYTES - 4 * dwords;
  run([0xfc, ...movEsi(from), ...movEdi(to), ...movEcx(dwords), 0xf3, 0xa5]);
  for (let i = 0; i < dwords; i += 97) expect(guest.read32(to + 4 * i)).toBe(0xa5a5_0f0f);
});

it('code and its own changes run there', () => {
  const at = EDGE + 0x1_0000;
  // mov byte [eax+...], 41h overwrites the nop with inc ecx
  run([...movEcx(7), ...movEax(at + 13), 0xc6, 0x00, 0x41, 0x90], at);
  expect(guest.cpu.i32[state.ECX]).toBe(8);
});

it('page tables may lie there, and get their accessed and dirty bits', () => {
  const directory = RAM_BYTES - 0x4000;
  const table = RAM_BYTES - 0x3000;
  guest.write32(directory, table | 7);
  for (let page = 0; page < 1024; page++) guest.write32(table + 4 * page, (page << 12) | 7);
  guest.write32(table + 4 * 0x300, (RAM_BYTES - 0x2000) | 7);
  // mov cr3, eax; mov eax, cr0; or eax, 80000000h; mov cr0, eax; mov dword [300000h], 77h
  run([
    ...movEax(directory),
    ...[0x0f, 0x22, 0xd8, 0x0f, 0x20, 0xc0, 0x0d, 0, 0, 0, 0x80, 0x0f, 0x22, 0xc0],
    ...[0xc7, 0x05, ...bytesOf(0x30_0000), ...bytesOf(0x77)],
  ]);
  expect(guest.read32(RAM_BYTES - 0x2000)).toBe(0x77);
  expect(guest.read32(table + 4 * 0x300) & 0x60).toBe(0x60);
  expect(guest.read32(directory) & 0x20).toBe(0x20);
});
