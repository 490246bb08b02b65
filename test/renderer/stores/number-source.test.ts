// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import type { NumberExplanation } from '../../../src/contract/records';
import type { AskedNumber } from '../../../src/renderer/stores/number-source';
import { useNumberSource } from '../../../src/renderer/stores/number-source';
import { installFakeLabApi } from '../../support/fake-lab-api';

let bridge: ReturnType<typeof installFakeLabApi>;
beforeEach(() => {
  setActivePinia(createPinia());
  bridge = installFakeLabApi();
});

const question = (column: string): AskedNumber => ({
  at: 'headline',
  title: column,
  cpuHz: 1e9,
  request: { comparisonId: 'c', runOrder: 0, table: 'runs', column },
});

describe('the source of a number', () => {
  it('is asked of the main process, and shown with its question', async () => {
    const source = useNumberSource();
    await source.ask(question('outage_cycles'));
    expect(bridge.api.explainNumber).toHaveBeenCalledExactlyOnceWith(question('outage_cycles').request);
    expect(source.explanation).toMatchObject({ column: 'outage_cycles' });
    expect(source.isAbout('headline', 'outage_cycles')).toBe(true);
    expect(source.isAbout('phase', 'outage_cycles')).toBe(false);
  });

  it('is the last one asked, whichever answer comes last', async () => {
    const answers: ((answer: Result<NumberExplanation>) => void)[] = [];
    bridge.api.explainNumber.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const source = useNumberSource();
    const asks = [source.ask(question('outage_cycles')), source.ask(question('handover_cycles'))];
    const answer = (column: string): Result<NumberExplanation> => ({
      ok: true,
      value: { table: 'runs', column, meaning: '', computedFrom: [], value: 1, phases: [], causes: [] },
    });
    answers[1](answer('handover_cycles'));
    answers[0](answer('outage_cycles'));
    await Promise.all(asks);
    expect(source.explanation?.column).toBe('handover_cycles');
  });

  it('is a failure in its place when there is none', async () => {
    const failure = { code: 'APP-NO-COMPARISON', message: 'Gone.', nextStep: 'Run it again.' };
    bridge.api.explainNumber.mockResolvedValue({ ok: false, failure });
    const source = useNumberSource();
    await source.ask(question('outage_cycles'));
    expect(source.failure).toEqual(failure);
    expect(source.explanation).toBeNull();
    source.close();
    expect(source.asked).toBeNull();
  });
});
