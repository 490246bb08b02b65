// The four layouts of FSTENV and FSAVE (SDM vol. 1 figures 8-9 to 8-12).
import { describe, expect, it } from 'vitest';
import { CR0, CR0_NE, CS, DS, EFLAGS, FPU_VALID } from '../../../../src/emulator/cpu/state';
import { setSegment } from '../../../../src/emulator/cpu/protection/segments';
import { CODE_AT, CpuBench, DATA_AT } from '../cpu-bench';

const FLAT_CODE = 0xc09b;

/** Words or dwords of the environment at DATA_AT + 100h, in hexadecimal. */
function environment(bench: CpuBench, size: 16 | 32): string[] {
  const image = bench.bytes(DATA_AT + 0x100, size === 32 ? 28 : 14);
  return Array.from({ length: 7 }, (_, i) =>
    size === 32
      ? image
          .readUInt32LE(4 * i)
          .toString(16)
          .padStart(8, '0')
      : image
          .readUInt16LE(2 * i)
          .toString(16)
          .padStart(4, '0'),
  );
}

function protectedBench(code: string): CpuBench {
  const bench = new CpuBench();
  setSegment(bench.cpu, CS, 0x18, 0, -1, FLAT_CODE);
  setSegment(bench.cpu, DS, 0x2b, 0, -1, 0xc093);
  bench.memory.i32[CR0] |= CR0_NE;
  // fninit; fldz; fld1; fadd dword [20010h] behind two prefixes
  bench.code(`dbe3 d9ee d9e8 3e66d80510000200 ${code} f4`).load(DATA_AT + 0x10, '0000803f');
  return bench.run(10_000, true);
}

function realBench(code: string): CpuBench {
  const bench = new CpuBench({ mode: 'real' });
  // fninit; fldz; fld1; fadd dword [10h]
  bench.code(`dbe3 d9ee d9e8 d8061000 ${code} f4`).load(DATA_AT + 0x10, '0000803f');
  return bench.run(10_000, true);
}

describe('the environment', () => {
  it('in 32-bit protected mode', () => {
    expect(environment(protectedBench('d93500010200'), 32)).toEqual([
      'ffff037f',
      'ffff3000',
      'ffff4fff',
      (CODE_AT + 6).toString(16).padStart(8, '0'),
      '00050018',
      '00020010',
      'ffff002b',
    ]);
  });

  it('in 16-bit protected mode has no opcode, and halves of the offsets', () => {
    expect(environment(protectedBench('66d93500010200'), 16)).toEqual([
      '037f',
      '3000',
      '4fff',
      '0006',
      '0018',
      '0010',
      '002b',
    ]);
  });

  it('in 32-bit real mode has linear addresses in two parts', () => {
    expect(environment(realBench('66d9360001'), 32)).toEqual([
      'ffff037f',
      'ffff3000',
      'ffff4fff',
      'ffff0006',
      '00001006',
      'ffff0010',
      '00002000',
    ]);
  });

  it('in 16-bit real mode', () => {
    expect(environment(realBench('d9360001'), 16)).toEqual(['037f', '3000', '4fff', '0006', '1006', '0010', '2000']);
  });

  it('masks all exceptions once stored', () => {
    const bench = new CpuBench();
    bench.code('dbe3 d92d00000200 d93500010200 d93d04000200 f4').load(DATA_AT, '4003').run(1000, true);
    expect(bench.bytes(DATA_AT + 4, 2).toString('hex')).toBe('7f03');
    expect(environment(bench, 32)[0]).toBe('ffff0340');
  });

  it.each([16, 32] as const)('comes back as it was, %i bits', (size) => {
    const prefix = size === 16 ? '66' : '';
    // fnstenv; fninit; fldenv; fnstenv again, the layout of 32 bits, behind the first
    const bench = protectedBench(`${prefix}d93500010200 dbe3 ${prefix}d92500010200 ${prefix}d93500020200`);
    const bytes = size === 16 ? 14 : 28;
    expect(bench.bytes(DATA_AT + 0x200, bytes)).toEqual(bench.bytes(DATA_AT + 0x100, bytes));
  });
});

describe('FSAVE', () => {
  it.each([
    [16, '66'],
    [32, ''],
  ] as const)('has the registers from ST on, initialises, and FRSTOR brings all back: %i bits', (size, prefix) => {
    const bench = protectedBench(`d9eb ${prefix}dd3500010200 ${prefix}dd2500010200 ${prefix}dd3500020200`);
    const environmentBytes = size === 16 ? 14 : 28;
    const image = bench.bytes(DATA_AT + 0x100, environmentBytes + 80);
    const register = (i: number) =>
      image.subarray(environmentBytes + 10 * i, environmentBytes + 10 * i + 10).toString('hex');
    expect([register(0), register(1), register(2)]).toEqual([
      '35c26821a2da0fc90040',
      '00000000000000800040',
      '00000000000000000000',
    ]);
    expect(bench.bytes(DATA_AT + 0x200, environmentBytes + 80)).toEqual(image);
    expect(bench.memory.i32[FPU_VALID]).toBe(0);
  });
});

describe('tags', () => {
  it('are worked out from what the registers hold: FRSTOR tells only empty from not', () => {
    const bench = new CpuBench();
    const image = Buffer.alloc(108);
    image.writeUInt16LE(0x037f, 0);
    image.writeUInt16LE(0x0000, 4);
    image.writeUInt16LE(0x0000, 8); // all valid, it says
    const values = [
      '0000000000000080ff3f',
      '00000000000000000080',
      '0100000000000000ff7f',
      '0000000000000040ff3f',
      '01000000000000000000',
    ];
    values.forEach((hex, i) => Buffer.from(hex, 'hex').copy(image, 28 + 10 * i));
    bench.load(DATA_AT, image.toString('hex')).code('dd2500000200 d93500010200 f4').run(1000, true);
    // 1.0 valid, -0 zero, pseudo-NaN, unnormal and denormal special, then zeros
    expect(environment(bench, 32)[2]).toBe('ffff56a4');
    expect(bench.memory.i32[EFLAGS] & 2).toBe(2);
  });
});
