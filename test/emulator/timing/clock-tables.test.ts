import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { Instruction } from '../../../src/emulator/cpu/decode/instruction';
import type { OpcodeRow } from '../../../src/emulator/cpu/decode/opcode-row';
import { INVALID_ROW, opcodesOf } from '../../../src/emulator/cpu/decode/opcodes';
import { collectRules, createPlaceholderClocks, findClockRule, forms } from '../../../src/emulator/timing/clock-table';
import type { ClockTable } from '../../../src/emulator/timing/clock-table';
import { clockTableIdOf, clockTableOf } from '../../../src/emulator/timing/clock-tables';

/** Every row that a model's decoder can meet. */
function rowsOf(model: CpuModel): readonly OpcodeRow[] {
  const { primary, secondary } = opcodesOf(model);
  const rows = [...primary, ...secondary].flat().filter((row): row is OpcodeRow => row !== null);
  return [INVALID_ROW, ...new Set(rows)];
}

/** The keys under which a row looks for its rule. */
function clockForms(row: OpcodeRow): readonly string[] {
  const insn = new Instruction(() => {}, row);
  const plain = row.clockForm(insn);
  if (!row.isString) return [plain];
  insn.repeat = 0xf3;
  return [plain, row.clockForm(insn)];
}

function formsWithoutRule(table: ClockTable, model: CpuModel): readonly string[] {
  return rowsOf(model)
    .flatMap(clockForms)
    .filter((form) => !table.rules.has(form));
}

const IDS = ['i386', 'i486', 'pentium', 'p6'] as const;

describe('clock tables', () => {
  it.each([
    ['i386', '386'],
    ['i486', '486'],
    ['i486', '586'],
    ['i486', '686'],
    ['pentium', '586'],
    ['p6', '686'],
  ] as const)('%s has a rule for every form of a %s', (id, model) => {
    expect(rowsOf(model).length).toBeGreaterThan(300);
    expect(formsWithoutRule(clockTableOf(id), model)).toEqual([]);
  });

  it.each(IDS)('%s has no rule for a form that no CPU has', (id) => {
    const known = new Set((['386', '486', '586', '686'] as const).flatMap(rowsOf).flatMap(clockForms));
    expect([...clockTableOf(id).rules.keys()].filter((form) => !known.has(form))).toEqual([]);
  });

  it.each(IDS)('%s charges nothing in silence for a form it does not know', (id) => {
    expect(() => findClockRule(clockTableOf(id), 'FROB Ev')).toThrow(/no figure for "FROB Ev"/);
  });

  it.each(IDS)('%s has whole, positive figures', (id) => {
    const figures = [...clockTableOf(id).rules].flatMap(([form, rule]) =>
      Object.entries(rule)
        .filter(([, value]) => typeof value === 'number')
        .map(([key, value]) => ({ form, key, value: value as number })),
    );
    expect(figures.length).toBeGreaterThan(300);
    expect(figures.filter(({ value }) => !Number.isInteger(value) || value < 0)).toEqual([]);
  });

  it('are the tables of the models they are named after', () => {
    expect(clockTableOf('i386')).toMatchObject({ name: 'i386', model: '386' });
    expect(clockTableOf('i486')).toMatchObject({ name: 'i486', model: '486' });
    expect(clockTableOf('pentium')).toMatchObject({ name: 'pentium', model: '586' });
    expect(clockTableOf('p6')).toMatchObject({ name: 'p6', model: '686' });
  });

  it.each(['386', '486', '586', '686'] as const)('of a %s is one of its own', (model) => {
    expect(clockTableOf(clockTableIdOf(model)).model).toBe(model);
  });

  it('refuse two rules for one form', () => {
    expect(() => collectRules(forms('NOP', { '': 1 }), forms('NOP', { '': 2 }))).toThrow(/two clock rules for "NOP"/);
  });

  it('differ from the placeholder, which takes anything', () => {
    expect(findClockRule(createPlaceholderClocks('486'), 'FROB Ev')).toEqual({ register: 1 });
  });
});
