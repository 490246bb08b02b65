// The inner loop carries out hot forms itself; one instruction at a time they go through their own functions.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CODE_AT, CpuBench, DATA_AT } from '../cpu-bench';

const hex = (value: number, bytes = 1) =>
  Array.from({ length: bytes }, (_, i) => ((value >>> (8 * i)) & 0xff).toString(16).padStart(2, '0')).join('');

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, -0x8000_0000, -1];
const dword = fc.oneof(fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), fc.constantFrom(...EDGES));
const register = fc.nat({ max: 7 }).filter((n) => n !== 4);
const registers = fc.tuple(register, register).map(([to, from]) => hex(0xc0 | (from << 3) | to));
const operation = fc.nat({ max: 7 });
const place = fc.nat({ max: 0xff0 }).map((offset) => hex(DATA_AT + offset, 4));

/** Forms that have a case of their own, as machine code. */
const form = fc.oneof(
  fc
    .tuple(operation, fc.constantFrom(1, 3), registers)
    .map(([op, direction, modrm]) => hex(op * 8 + direction) + modrm),
  fc.tuple(operation, register, dword).map(([op, reg, imm]) => `81${hex(0xc0 | (op << 3) | reg)}${hex(imm, 4)}`),
  fc.tuple(operation, register, dword).map(([op, reg, imm]) => `83${hex(0xc0 | (op << 3) | reg)}${hex(imm)}`),
  fc.tuple(operation, dword).map(([op, imm]) => `${hex(op * 8 + 5)}${hex(imm, 4)}`),
  fc.tuple(fc.constantFrom('89', '8b', '85'), registers).map(([code, modrm]) => code + modrm),
  fc.tuple(register, dword).map(([reg, imm]) => `${hex(0xb8 + reg)}${hex(imm, 4)}`),
  fc
    .tuple(register, register, register)
    .map(([reg, base, index]) => `8d${hex(0x44 | (reg << 3))}${hex((index << 3) | base | 0x80)}7f`),
  fc.tuple(fc.constantFrom(0x40, 0x48), register).map(([code, reg]) => hex(code + reg)),
  dword.map((imm) => `a9${hex(imm, 4)}`),
  fc
    .tuple(fc.constantFrom(0, 4, 5), register, fc.nat({ max: 40 }))
    .map(([op, reg, n]) => `c1${hex(0xc0 | (op << 3) | reg)}${hex(n)}`),
  fc
    .tuple(fc.constantFrom('8b', '89', '0fb6'), register, place)
    .map(([code, reg, at]) => `${code}${hex(5 | (reg << 3))}${at}`),
  fc.tuple(operation, register, place).map(([op, reg, at]) => `${hex(op * 8 + 3)}${hex(5 | (reg << 3))}${at}`),
  fc.tuple(register, register).map(([from, to]) => `${hex(0x50 + from)}${hex(0x58 + to)}`),
  // jcc over inc edi; call to a ret behind a jump; both conditions of all sixteen
  fc.nat({ max: 15 }).map((condition) => `${hex(0x70 + condition)}0147`),
  fc.constant('e802000000eb01c3'),
);

function stateAfter(code: string, values: readonly number[], flags: number, isStepped: boolean) {
  const bench = new CpuBench({ ramMib: 1 }).code(`${code}f4`).setFlags((flags & 0x8d5) | 2);
  for (let i = 0; i < 0x1000; i++) bench.memory.u8[bench.memory.ramOffset + DATA_AT + i] = (i * 197) & 0xff;
  values.forEach((value, n) => n !== 4 && bench.setRegister(n, value));
  if (isStepped) for (let n = 0; n < 1000 && !bench.cpu.isHalted; n++) bench.cpu.step();
  else bench.run(5000);
  expect(bench.cpu.isHalted).toBe(true);
  return {
    registers: Array.from({ length: 8 }, (_, n) => bench.register(n)),
    flags: bench.eflags,
    eip: bench.eip - CODE_AT,
    data: bench.bytes(DATA_AT, 0x1000).toString('hex'),
    counters: bench.counters,
  };
}

it('gives what the forms’ own functions give: registers, flags, memory, counters', () => {
  fc.assert(
    fc.property(
      fc.array(form, { minLength: 1, maxLength: 40 }),
      fc.array(dword, { minLength: 8, maxLength: 8 }),
      fc.nat({ max: 0xfff }),
      (forms, values, flags) => {
        const code = forms.join('');
        expect(stateAfter(code, values, flags, false)).toEqual(stateAfter(code, values, flags, true));
      },
    ),
    { numRuns: 150 },
  );
});
