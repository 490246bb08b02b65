import { describe, expect, it } from 'vitest';
import type { MachineRuns, PublishedCheck } from '../../../src/lab/validation/published';
import { PUBLISHED_CHECKS } from '../../../src/lab/validation/published';
import { checkMachines, validationReport } from '../../../src/lab/validation/report';
import { fakeRecord } from '../../support/fake-record';

const COPY = {
  memoryModel: 'flat',
  pages: 1,
  coreCycles: 4101,
  memoryCycles: 0,
  cycles: 4101,
  ns: 123_000,
  mbPerSecond: 33,
};

function machine(machineId: string): MachineRuns {
  const [cold, warm, kexec] = (['cold', 'warm', 'kexec'] as const).map((path) => fakeRecord(path));
  return { machineId, machineName: machineId, ramBytes: 4 * 2 ** 20, cold, warm, kexec };
}

describe('the validation report', () => {
  it('asks each machine what was published of it, and nothing else', () => {
    const results = checkMachines([machine('386dx-33')]);
    const expected = PUBLISHED_CHECKS.filter(({ machineIds }) => machineIds.includes('386dx-33')).map(({ id }) => id);
    expect(results.map(({ check }) => check.id)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
  });

  it('calls a figure inside, explained or open', () => {
    const runs = machine('386dx-33');
    for (const { check, measured, verdict } of checkMachines([runs])) {
      const { min, max } = check.published;
      const isInside = measured >= min - 1e-9 && measured <= max + 1e-9;
      expect(verdict).toBe(isInside ? 'inside' : check.whyItDiffers === null ? 'open' : 'explained');
    }
  });

  it('has ranges in order, with a source each', () => {
    for (const { id, published } of PUBLISHED_CHECKS as readonly PublishedCheck[]) {
      expect(published.min, id).toBeLessThanOrEqual(published.max);
      expect(published.source.length, id).toBeGreaterThan(20);
    }
  });

  it('shows totals, checks, copies and phases of every machine', () => {
    const text = validationReport([{ ...machine('386dx-33'), copy: COPY as never }], '9.9.9');
    expect(text).toContain('with engine 9.9.9');
    expect(text).toMatch(/\| 386dx-33 \| 4101 \| 0 \| 4101 \| 123 µs \| 33(\.0)? MB\/s \| 5 \+ 4 x 1024 = 4101/);
    expect(text).toContain('### 386dx-33');
  });
});
