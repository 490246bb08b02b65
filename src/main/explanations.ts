// Explanations of numbers: a run that is asked about is run again once, with its cycles accounted for, and kept for further
// questions. Runs are deterministic: what is explained is what was compared.
import type { Comparison, NumberRequest, Result } from '../contract/api';
import type { LabHost } from '../host/lab-host';
import type { ExplainedPath, NumberExplanation } from '../lab/index';
import { explainNumber, spansInOrder } from '../lab/index';
import { failed } from './ipc';

/** Explained runs that are kept: a few paths of the comparison on screen. */
const KEPT_RUNS = 8;

/** Answers questions about numbers. */
export interface Explanations {
  explain(comparison: Comparison, request: NumberRequest): Promise<Result<NumberExplanation>>;
  cancelAll(): void;
}

export function createExplanations(host: Pick<LabHost, 'explain'>): Explanations {
  const runs = new Map<string, Promise<Result<ExplainedPath>>>();
  const stopper = new AbortController();

  /** The run, once for all questions about it; one that failed is tried again the next time. */
  function runOf(comparison: Comparison, runOrder: number): Promise<Result<ExplainedPath>> {
    const key = `${comparison.id}/${runOrder}`;
    const known = runs.get(key);
    if (known) return known;
    const { path } = comparison.records[runOrder];
    const run = host.explain(comparison.request, path, { signal: stopper.signal });
    runs.set(key, run);
    if (runs.size > KEPT_RUNS) runs.delete(runs.keys().next().value as string);
    void run.then((result) => result.ok || runs.delete(key)).catch(() => runs.delete(key));
    return run;
  }

  return {
    async explain(comparison, { runOrder, table, column, phaseIndexes }) {
      const record = comparison.records[runOrder];
      const isKnown = record && (phaseIndexes ?? []).every((index) => index < spansInOrder(record.root).length);
      if (!isKnown) return failed('APP-REQUEST', 'The comparison has no such row.', 'Choose one that is shown.');
      const run = await runOf(comparison, runOrder);
      if (!run.ok) return run;
      const explanation = explainNumber({ table, column, record, phaseIndexes }, run.value.leaves);
      if (!explanation) return failed('APP-REQUEST', 'There is no such column.', 'Choose one that is shown.');
      return { ok: true, value: explanation };
    },
    cancelAll: () => stopper.abort(),
  };
}
