// Held to the Trace Event Format (Google, 2016): which fields each kind of event must have, and how spans of a thread may lie.
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../src/lab/export/trace';
import { traceJsonChunks } from '../../../src/lab/export/trace';
import type { FakeResultsOptions } from '../../support/fake-results';
import { fakeResults } from '../../support/fake-results';

interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: string;
  readonly otherData: Readonly<Record<string, string>>;
}

function traceOf(options: FakeResultsOptions = {}): Trace {
  return JSON.parse([...traceJsonChunks(fakeResults(options))].join('')) as Trace;
}

const METADATA = ['process_name', 'process_labels', 'process_sort_index', 'thread_name', 'thread_sort_index'];

describe('trace.json', () => {
  it('has the fields that the format asks of each kind of event, and no kind besides', () => {
    const { traceEvents, displayTimeUnit } = traceOf();
    expect(displayTimeUnit).toBe('ms');
    expect(new Set(traceEvents.map(({ ph }) => ph))).toEqual(new Set(['M', 'X', 'C']));
    for (const event of traceEvents) {
      expect([event.pid, event.tid].every(Number.isInteger)).toBe(true);
      expect(event.name).not.toBe('');
      if (event.ph === 'M') {
        expect(METADATA).toContain(event.name);
        expect(Object.keys(event.args)).toHaveLength(1);
      } else {
        expect(event.ts).toBeGreaterThanOrEqual(0);
      }
      if (event.ph === 'X') expect(event.dur).toBeGreaterThanOrEqual(0);
      if (event.ph === 'C') expect(Object.values(event.args).every(Number.isFinite)).toBe(true);
    }
  });

  it('names a process for each path at each point, and the threads that have spans', () => {
    const { traceEvents } = traceOf();
    const named = (kind: string) => traceEvents.filter(({ name }) => name === kind);
    expect(named('process_name').map(({ pid, args }) => [pid, args.name])).toEqual([
      [1, 'Firmware reboot · p3-1000-desktop · memory.ramBytes 67108864 · seed 7'],
      [2, 'kexec jump · p3-1000-desktop · memory.ramBytes 67108864 · seed 7'],
      [3, 'Firmware reboot · p3-1000-desktop · memory.ramBytes 268435456 · seed 7'],
      [4, 'kexec jump · p3-1000-desktop · memory.ramBytes 268435456 · seed 7'],
    ]);
    const threads = new Set(named('thread_name').map(({ pid, tid }) => `${pid} ${tid}`));
    expect(new Set(traceEvents.filter(({ ph }) => ph === 'X').map(({ pid, tid }) => `${pid} ${tid}`))).toEqual(threads);
  });

  it('lets the spans of a thread follow each other or lie within each other, as a viewer stacks them', () => {
    const spans = traceOf({ machines: ['p3-1000-desktop'] }).traceEvents.filter(({ ph }) => ph === 'X');
    for (const key of new Set(spans.map(({ pid, tid }) => `${pid} ${tid}`))) {
      const stack: number[] = [];
      // Nanoseconds, for sums of thousandths are not exact.
      const own = spans
        .filter(({ pid, tid }) => `${pid} ${tid}` === key)
        .map(({ ts, dur }) => ({
          start: Math.round(ts! * 1000),
          end: Math.round(ts! * 1000) + Math.round(dur! * 1000),
        }));
      for (const { start, end } of own) {
        while (stack.length > 0 && stack.at(-1)! <= start) stack.pop();
        if (stack.length > 0) expect(end).toBeLessThanOrEqual(stack.at(-1)!);
        stack.push(end);
      }
    }
  });

  it('gives exact cycles beside microseconds at the clock of the machine', () => {
    const results = fakeResults({ repetitions: 1 });
    const [{ outcome }] = [...results.runs];
    const record = outcome.status === 'done' ? outcome.record : undefined;
    const [root] = traceOf({ repetitions: 1 }).traceEvents.filter(({ ph }) => ph === 'X');
    expect(root.args).toMatchObject({ phase_id: 'path', start_cycle: 0, duration_cycles: record!.totalCycles });
    expect(root.dur).toBe(record!.totalCycles / 1000);
  });

  it('counts the pages left over the copy, where pages were copied', () => {
    const counters = traceOf({ repetitions: 1, ramBytes: [256 * 1024 * 1024] }).traceEvents.filter(
      ({ ph }) => ph === 'C',
    );
    // The copy begins 401 M cycles after the load and takes 59 M.
    expect(counters.map(({ pid, ts, args }) => [pid, ts, args])).toEqual([
      [2, 401_000, { pages: 250 }],
      [2, 460_000, { pages: 0 }],
    ]);
  });

  it('shows the first run of each path and point that was done, and says so', () => {
    const failed = { status: 'failed', code: 'X', message: 'y' } as const;
    const { traceEvents, otherData } = traceOf({ repetitions: 2, outcomes: { 1: failed, 3: failed, 7: failed } });
    const names = traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => String(args.name));
    expect(names.map((name) => name.replace(/ · .*(?= seed)/, ''))).toEqual([
      'Firmware reboot seed 7',
      'Firmware reboot seed 7',
      'kexec jump seed 8',
    ]);
    expect(otherData.runs_shown).toBe('the first that was done of each path at each point');
  });
});
