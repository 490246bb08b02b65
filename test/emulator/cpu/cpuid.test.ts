import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import * as state from '../../../src/emulator/cpu/state';
import { CODE_3, ProtectedGuest } from './protected-guest';

/** EAX, EBX, ECX, EDX of a leaf, asked at level 3. */
function identify(model: CpuModel, leaf: number): number[] {
  const guest = new ProtectedGuest(model).enter({ cs: CODE_3 });
  guest.code([0x0f, 0xa2]);
  guest.eax = leaf;
  guest.step();
  return [state.EAX, state.EBX, state.ECX, state.EDX].map((at) => guest.cpu.i32[at] >>> 0);
}

const text = (words: number[]) =>
  words.flatMap((word) => [0, 8, 16, 24].map((shift) => String.fromCharCode((word >>> shift) & 0xff))).join('');

describe('CPUID', () => {
  it('raises #UD on the 386 and 486', () => {
    for (const model of ['386', '486'] as const) {
      const guest = new ProtectedGuest(model).enter();
      guest.code([0x0f, 0xa2]);
      expect(guest.step().vector).toBe(6);
    }
  });

  it.each([
    ['586', 1],
    ['686', 2],
  ] as const)('names the maker and the highest leaf of the %s', (model, highest) => {
    const [eax, ebx, ecx, edx] = identify(model, 0);
    expect(eax).toBe(highest);
    expect(text([ebx, edx, ecx])).toBe('GenuineIntel');
  });

  it('says what RESET leaves in EDX', () => {
    for (const model of ['586', '686'] as const) {
      const guest = new ProtectedGuest(model);
      guest.cpu.reset();
      expect(identify(model, 1)[0]).toBe(guest.cpu.i32[state.EDX]);
    }
  });

  it('claims what the models have: no VME, PAE, APIC, MMX, SSE', () => {
    expect(identify('586', 1)[3]).toBe(0x0000_01bd);
    expect(identify('686', 1)[3]).toBe(0x0101_f9bd);
  });

  it('answers for the highest leaf beyond it', () => {
    expect(identify('686', 0x8000_0000)).toEqual(identify('686', 2));
    expect(identify('686', 2)).toEqual([0x0302_0101, 0, 0, 0x0c04_0882]);
  });
});
