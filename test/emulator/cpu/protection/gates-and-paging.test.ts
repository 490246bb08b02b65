// Descriptor tables, TSS and stacks under paging: supervisor accesses whatever the level, and nothing half done.
import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import {
  CODE,
  CODE_0,
  CODE_3,
  DATA_0,
  DATA_3,
  FREE,
  gate,
  GDT,
  handlerOf,
  IDT,
  ProtectedGuest,
  segment,
  SELECTOR_TSS_B,
  STACK_0,
  STACK_1,
  STACK_3,
  TSS_A,
  TSS_B,
} from '../protected-guest';

const DIRECTORY = 0x10_0000;
const TABLE = 0x10_1000;
const PRESENT = 1;
const WRITABLE = 2;
const USER = 4;
const DIRTY = 0x40;

/** Identity paging of the first 2 MiB; code and user stack for the user, the rest for the supervisor. */
function paged(cs: number, bytes: readonly number[]): ProtectedGuest {
  const guest = new ProtectedGuest();
  guest.write32(DIRECTORY, TABLE | PRESENT | WRITABLE | USER);
  for (let page = 0; page < 512; page++) guest.write32(TABLE + 4 * page, (page << 12) | PRESENT | WRITABLE);
  setPage(guest, CODE, PRESENT | WRITABLE | USER);
  setPage(guest, STACK_3 - 1, PRESENT | WRITABLE | USER);
  guest.write32(TSS_A + 0x1c, DIRECTORY);
  guest.enter({ cs });
  guest.cpu.i32[state.CR3] = DIRECTORY;
  guest.cpu.i32[state.CR0] |= state.CR0_PG | state.CR0_WP;
  guest.cpu.onMemoryMapChanged();
  guest.code(bytes);
  return guest;
}

function setPage(guest: ProtectedGuest, linear: number, bits: number): void {
  guest.write32(TABLE + 4 * (linear >>> 12), (linear & ~0xfff) | bits);
}

function faultAt(guest: ProtectedGuest) {
  const { vector, errorCode, eip } = guest.fault();
  return { vector, errorCode, eip, cr2: guest.cpu.i32[state.CR2] >>> 0 };
}

describe('a gate under paging', () => {
  it('reads tables and TSS and writes the inner stack as the supervisor', () => {
    const guest = paged(CODE_3, [0xcd, 0x30]);
    guest.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    guest.step();
    expect(guest.vector).toBe(0x30);
    expect(guest.stack(5)).toEqual([CODE + 2, CODE_3, 2, STACK_3, DATA_3]);
    expect(guest.read32(TABLE + 4 * ((STACK_0 - 1) >>> 12)) & DIRTY).toBe(DIRTY);
  });

  it('raises a supervisor #PF when the descriptor is not there', () => {
    const guest = paged(CODE_3, [0x8e, 0xd8]);
    guest.ldt(0, segment(0, 0xf_ffff, 0xf3));
    setPage(guest, 0x3000, 0);
    guest.eax = 0x04;
    expect(faultAt(guest)).toEqual({ vector: 14, errorCode: 0, eip: CODE, cr2: 0x3000 });
  });

  it('raises #PF for the accessed bit in a read-only table, and loads nothing', () => {
    const guest = paged(CODE_0, [0x8e, 0xd8]);
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x92));
    guest.cpu.onMemoryMapChanged();
    setPage(guest, GDT, PRESENT);
    guest.eax = FREE;
    expect(faultAt(guest)).toEqual({ vector: 14, errorCode: 3, eip: CODE, cr2: GDT + FREE + 5 });
    expect(guest.selector('ds')).toBe(DATA_0);
  });

  it('leaves the caller as it was when the inner stack is not there; the page fault then becomes a double fault', () => {
    const guest = paged(CODE_3, [0xcd, 0x30]);
    guest.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    guest.idt(8, gate(0x85, SELECTOR_TSS_B, 0));
    setPage(guest, STACK_0 - 1, 0);
    fillTaskB(guest);
    const seen: (number | undefined)[][] = [];
    guest.cpu.observer = { exception: (vector, errorCode) => seen.push([vector, errorCode]) };
    guest.step();
    expect(seen).toEqual([
      [14, 2],
      [8, 0],
    ]);
    expect(guest.cpu.i32[state.CR2] >>> 0).toBe(STACK_0 - 4);
    expect(guest.eip).toBe(0x1_2000);
    expect(guest.stack(1)).toEqual([0]);
    expect([guest.read32(TSS_A + 0x20), guest.read32(TSS_A + 0x38), guest.read16(TSS_A + 0x4c)]).toEqual([
      CODE,
      STACK_3,
      CODE_3,
    ]);
  });

  it('can be gone through again once the page is there', () => {
    const guest = paged(CODE_3, [0xcd, 0x30]);
    guest.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    guest.idt(14, gate(0x85, SELECTOR_TSS_B, 0));
    setPage(guest, STACK_0 - 1, 0);
    fillTaskB(guest);
    guest.code([0x58, 0xcf], 0x1_2000); // pop eax; iretd
    guest.step();
    expect(guest.eip).toBe(0x1_2000);
    setPage(guest, STACK_0 - 1, PRESENT | WRITABLE);
    guest.step(2);
    expect([guest.eip, guest.cpl, guest.esp]).toEqual([CODE, 3, STACK_3]);
    guest.step();
    expect(guest.vector).toBe(0x30);
  });

  it('loads CR3 from a 32-bit TSS', () => {
    const guest = paged(CODE_0, [0xea, 0, 0, 0, 0, SELECTOR_TSS_B, 0]);
    fillTaskB(guest);
    guest.write32(TSS_B + 0x1c, 0x10_2000);
    guest.write32(0x10_2000, TABLE | PRESENT | WRITABLE | USER);
    guest.step();
    expect(guest.cpu.i32[state.CR3]).toBe(0x10_2000);
    expect(guest.eip).toBe(0x1_2000);
  });

  it('raises #PF for a gate in an IDT page that is not there', () => {
    const guest = paged(CODE_3, [0xcd, 0xf0]);
    // The IDT over the end of a page: the first 64 vectors before it.
    const base = 0xee00;
    for (let n = 0; n < 0x200; n += 4) guest.write32(base + n, guest.read32(IDT + n));
    guest.cpu.i32[state.IDTR_BASE] = base;
    setPage(guest, 0xf000, 0);
    expect(faultAt(guest)).toEqual({ vector: 14, errorCode: 0, eip: CODE, cr2: base + 0xf0 * 8 });
  });
});

function fillTaskB(guest: ProtectedGuest): void {
  guest.write32(TSS_B + 0x1c, DIRECTORY);
  guest.write32(TSS_B + 0x20, 0x1_2000);
  guest.write32(TSS_B + 0x24, 2);
  guest.write32(TSS_B + 0x38, STACK_1);
  for (let n = 0; n < 6; n++) guest.write32(TSS_B + 0x48 + 4 * n, DATA_0);
  guest.write32(TSS_B + 0x4c, CODE_0);
}
