// Random descriptors, tables and system instructions: whatever happens must be machine behaviour, and leave a state in
// which the rules of protection hold.
import { expect, it } from 'vitest';
import type { CpuModel } from '../../../../src/emulator/cpu/cpu-host';
import * as state from '../../../../src/emulator/cpu/state';
import type { RandomStream } from '../../../../src/emulator/random';
import { createRandomStream } from '../../../../src/emulator/random';
import {
  CODE,
  CODE_0,
  CODE_3,
  DATA_0,
  DATA_3,
  GDT,
  IDT,
  LDT,
  ProtectedGuest,
  STACK_0,
  STACK_1,
  STACK_3,
  TSS_16,
  TSS_A,
  TSS_B,
} from '../protected-guest';

const CASES = 1200;
const STEPS = 4;
const MODELS: readonly CpuModel[] = ['386', '486', '586', '686'];

/** Instructions that look at selectors; `s` is a selector. */
const INSTRUCTIONS: readonly ((selector: number, random: RandomStream) => number[])[] = [
  (s) => [0xea, 0x00, 0x00, 0x01, 0x00, s & 0xff, s >>> 8],
  (s) => [0x9a, 0x00, 0x00, 0x01, 0x00, s & 0xff, s >>> 8],
  (_s, random) => [0xcd, random.nextInteger(32)],
  () => [0xcf],
  () => [0xcb],
  () => [0xca, 4, 0],
  () => [0x8e, 0xd8],
  () => [0x8e, 0xd0],
  () => [0x0f, 0x00, 0xd0],
  () => [0x0f, 0x00, 0xd8],
  () => [0x0f, 0x02, 0xd8],
  () => [0x0f, 0x03, 0xd8],
  () => [0x0f, 0x00, 0xe0],
  () => [0x9d],
  () => [0xfb],
  () => [0xec],
  () => [0x0f, 0x0b],
  () => [0xf1],
];

function randomGuest(random: RandomStream): ProtectedGuest {
  const guest = new ProtectedGuest(MODELS[random.nextInteger(4)]);
  const pick = <T>(values: readonly T[]): T => values[random.nextInteger(values.length)];
  const selector = () => (random.nextInteger(32) << 3) | random.nextInteger(8);
  const descriptor = (address: number) => {
    const base = pick([0, 0, TSS_A, TSS_B, TSS_16, LDT]);
    const access = random.nextInteger(256) | (random.nextInteger(4) > 0 ? 0x80 : 0);
    const isGate = (access & 0x10) === 0 && (access & 0xf) >= 4 && (access & 0xf) !== 9 && (access & 0xf) !== 0xb;
    const low = isGate ? (selector() << 16) | 0x100 : (base << 16) | pick([0xffff, 0x67, 0x2b, 0]);
    const high = isGate
      ? (1 << 16) | (access << 8) | random.nextInteger(4)
      : (pick([0, 4, 8, 0xc]) << 20) | (access << 8);
    guest.write32(address, low >>> 0);
    guest.write32(address + 4, high >>> 0);
  };
  for (let n = 0; n < 10; n++) descriptor(GDT + 8 * (16 + n));
  for (let n = 0; n < 8; n++) descriptor(LDT + 8 * n);
  for (let n = 0; n < 8; n++) descriptor(IDT + 8 * random.nextInteger(32));
  // Mostly sound: three in four fields are what they should be.
  const mostly = (good: number) => (random.nextInteger(4) > 0 ? good : selector());
  for (const tss of [TSS_A, TSS_B]) {
    const level = random.nextInteger(2) * 3;
    const data = level === 0 ? DATA_0 : DATA_3;
    guest.write32(tss + 4, STACK_0);
    guest.write32(tss + 8, mostly(DATA_0));
    guest.write32(tss + 0x20, CODE);
    guest.write32(tss + 0x24, pick([2, 0x202, 0x4002, 0x2_0002]));
    guest.write32(tss + 0x38, level === 0 ? STACK_1 : STACK_3);
    for (let n = 0; n < 6; n++) guest.write32(tss + 0x48 + 4 * n, mostly(data));
    guest.write32(tss + 0x4c, mostly(level === 0 ? CODE_0 : CODE_3));
    guest.write32(tss + 0x60, pick([0, 0, 0x40, selector()]));
  }
  for (let at = 0; at < 0x2c; at += 2) guest.write16(TSS_16 + at, pick([mostly(DATA_0), CODE_0, 2]));
  guest.write16(TSS_A, pick([0x28, 0x30, 0x38, selector()]));
  for (const stack of [STACK_0, STACK_1, STACK_3]) {
    for (let n = 0; n < 12; n++) guest.write32(stack - 64 + 4 * n, pick([CODE, selector(), CODE_3, 0x23, 0x2_0202, 2]));
  }
  return guest;
}

it(`keeps the rules of protection in ${CASES} random situations`, () => {
  const random = createRandomStream(7, 'protection');
  for (let n = 0; n < CASES; n++) {
    const guest = randomGuest(random);
    const eflags = 2 | (random.nextInteger(16) << 12) | (random.nextInteger(2) << 9);
    if (random.nextInteger(5) === 0) guest.enterVirtual8086(0x1000, 0, 0x0700, 0x100, eflags & ~state.FLAG_NT);
    else guest.enter({ cs: random.nextInteger(2) === 0 ? CODE_0 : CODE_3, eflags: eflags & 0x7202 });
    if (guest.cpl === 3 && (guest.eflags & state.FLAG_VM) === 0) guest.cpu.i32[state.ESP] = STACK_3 - 64;
    else if (guest.cpl === 0) guest.cpu.i32[state.ESP] = STACK_0 - 64;
    guest.eax = random.nextInteger(3) === 0 ? 0x28 + 8 * random.nextInteger(4) : random.nextInteger(256);
    const chosen = INSTRUCTIONS[random.nextInteger(INSTRUCTIONS.length)];
    guest.code(chosen(guest.eax, random));
    for (let step = 0; step < STEPS; step++) {
      guest.step();
      expectConsistent(guest);
    }
  }
});

function expectConsistent(guest: ProtectedGuest): void {
  const { i32 } = guest.cpu;
  const access = (seg: number) => i32[state.SEGMENT + seg * state.SEGMENT_WORDS + state.SEG_ACCESS];
  if (i32[state.RUN_STATE] === state.SHUTDOWN) return;
  const level = guest.cpl;
  if ((guest.eflags & state.FLAG_VM) !== 0) {
    expect(level).toBe(3);
    expect(guest.hidden('cs')).toEqual({ base: guest.selector('cs') << 4, limit: 0xffff, access: 0xf3 });
    return;
  }
  // The code segment is usable and of this level (a task that could not be loaded never gets to run).
  expect(access(state.CS) & 0x98).toBe(0x98);
  expect(guest.selector('cs') & 3).toBe(level);
  const codeLevel = (access(state.CS) >> 5) & 3;
  if ((access(state.CS) & 4) === 0) expect(codeLevel).toBe(level);
  else expect(codeLevel).toBeLessThanOrEqual(level);
  // The stack is writable data of this level.
  expect(access(state.SS) & 0x9a).toBe(0x92);
  expect((access(state.SS) >> 5) & 3).toBe(level);
  // Data segments are null or within reach.
  for (const seg of [state.DS, state.ES, state.FS, state.GS]) {
    const rights = access(seg);
    const isConforming = (rights & 0xc) === 0xc;
    if ((rights & state.SEG_NULL) === 0 && !isConforming) expect((rights >> 5) & 3).toBeGreaterThanOrEqual(level);
  }
  expect(access(state.TR) & 0x97).toBe(0x83);
  expect(i32[state.SEGMENT + state.TR * state.SEGMENT_WORDS] & 4).toBe(0);
}
