import { describe, expect, it } from 'vitest';
import { PHASE_KINDS } from '../../../../src/emulator/phases';
import { PATH_TITLES } from '../../../../src/lab/index';
import {
  familiesPresent,
  familyBarsConfig,
  familyCycles,
} from '../../../../src/renderer/components/charts/family-bars';
import { familyOfPhase, PHASE_FAMILIES } from '../../../../src/renderer/components/charts/phase-families';
import { fakeRecord } from '../../../support/fake-comparison';

const RECORDS = [fakeRecord('warm'), fakeRecord('kexec')];
const COLORS = { surface: '#fff', line: '#ddd', text: '#111', quietText: '#555', fill: ({ id }: { id: string }) => id };
const config = () => familyBarsConfig(RECORDS, 'cycles', COLORS, 'sans-serif');

describe('families', () => {
  it('take in every phase there is', () => {
    for (const { id } of PHASE_KINDS) expect(PHASE_FAMILIES).toContain(familyOfPhase(id));
  });

  it('of a path add up to the path', () => {
    for (const record of RECORDS) {
      const sum = PHASE_FAMILIES.reduce((total, family) => total + familyCycles(record, family), 0);
      expect(sum).toBe(record.totalCycles);
    }
  });

  it('that no path has are left out', () => {
    const ids = familiesPresent([RECORDS[1]]).map(({ id }) => id);
    expect(ids).toEqual(['shutdown', 'kexec', 'kernel', 'services']);
  });
});

describe('the bars', () => {
  it('are a data set per family with a value per path, in cycles', () => {
    const { data } = config();
    expect(data.labels).toEqual([PATH_TITLES.warm, PATH_TITLES.kexec]);
    const memory = data.datasets.find(({ label }) => label === 'Memory test')!;
    expect(memory.data).toEqual([8_903_000_000, 0]);
    expect(memory.backgroundColor).toBe('memory');
  });

  it('share one axis from zero to the longest path', () => {
    expect(config().options?.scales?.x).toMatchObject({ min: 0, max: RECORDS[0].totalCycles, stacked: true });
  });

  it('say cycles, time and share in the tooltip', () => {
    const { label } = config().options!.plugins!.tooltip!.callbacks!;
    const text = (label as (item: unknown) => string)({ dataIndex: 0, raw: 8_903_000_000 });
    expect(text).toBe('8.90 G cycles · 8.90 s, 46 % of the path');
  });
});
