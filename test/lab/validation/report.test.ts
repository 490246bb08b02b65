import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../../src/emulator/index';
import type { MachineProfile } from '../../../src/lab/index';
import type { PublishedCheck } from '../../../src/lab/validation/published';
import { PUBLISHED_CHECKS } from '../../../src/lab/validation/published';
import type { CheckResult } from '../../../src/lab/validation/report';
import { checkMachines, validationReport } from '../../../src/lab/validation/report';
import type { MachineRuns } from '../../../src/lab/validation/runs';
import type { FakeStretch } from '../../support/fake-record';
import { FAKE_COLD, FAKE_KEXEC, FAKE_WARM, fakeRecord } from '../../support/fake-record';

const COPY = {
  memoryModel: 'flat',
  pages: 1,
  coreCycles: 4110,
  memoryCycles: 8192,
  cycles: 12_302,
  ns: 369_000,
  mbPerSecond: 11.1,
} as const;

const shipped = (id: string) => JSON.parse(readFileSync(`resources/profiles/${id}.json`, 'utf8')) as MachineProfile;

/** A machine whose warm and kexec paths went through these stretches. */
function machine(
  machineId: string,
  { warm = FAKE_WARM, kexec = FAKE_KEXEC }: { warm?: readonly FakeStretch[]; kexec?: readonly FakeStretch[] } = {},
): MachineRuns {
  return {
    profile: shipped(machineId),
    cold: fakeRecord('cold'),
    warm: fakeRecord('warm', warm),
    kexec: fakeRecord('kexec', kexec),
    copy: COPY,
  };
}

/** A check that gives `measured`, published as 2 to 4. */
function checkGiving(measured: number, reason?: string | null): PublishedCheck {
  return {
    id: 'made',
    quantity: 'made by hand',
    unit: 's',
    published: { '386dx-33': { min: 2, max: 4, source: 'this test' } },
    measure: () => measured,
    ...(reason === undefined ? {} : { explain: () => reason }),
  };
}

const verdictOf = (check: PublishedCheck) => checkMachines([machine('386dx-33')], [check])[0].verdict;

function resultOf(checkId: string, runs: MachineRuns): CheckResult {
  const check = PUBLISHED_CHECKS.find(({ id }) => id === checkId)!;
  return checkMachines([runs], [check])[0];
}

const S = 1_000_000_000;
const withStretch = (stretches: readonly FakeStretch[], id: string, cycles: number) =>
  stretches.map((stretch) => (stretch.id === id ? { ...stretch, cycles } : stretch));

describe('a verdict', () => {
  it.each([2, 3, 4])('is "inside" from one end of the range to the other: %d', (measured) => {
    expect(verdictOf(checkGiving(measured))).toBe('inside');
    expect(verdictOf(checkGiving(measured, 'not asked for'))).toBe('inside');
  });

  it.each([1.999, 4.001, -3, Infinity])('is "open" outside without a reason: %d', (measured) => {
    expect(verdictOf(checkGiving(measured))).toBe('open');
  });

  it('is "explained" outside where the reason holds for this run, and "open" where it does not', () => {
    expect(verdictOf(checkGiving(5, 'because'))).toBe('explained');
    expect(verdictOf(checkGiving(5, null))).toBe('open');
  });

  it('is "open" where nothing could be measured, whatever the reason', () => {
    expect(verdictOf(checkGiving(NaN, 'because'))).toBe('open');
  });

  it('is given only on machines that something was published of', () => {
    expect(checkMachines([machine('486dx2-66')], [checkGiving(3)])).toEqual([]);
  });
});

describe('the reason for a gain', () => {
  it('is none where the gain is published', () => {
    // 20 s of reboot against 8 s.
    const shared = 7_641_000_000;
    const runs = machine('p3-1000-desktop', {
      warm: withStretch(FAKE_WARM, 'userspace', shared),
      kexec: withStretch(FAKE_KEXEC, 'userspace', shared),
    });
    const result = resultOf('gain', runs);
    expect(result.measured).toBeGreaterThan(2);
    expect(result.measured).toBeLessThan(4);
    expect([result.verdict, result.reason]).toEqual(['inside', null]);
  });

  it('is what both paths pay, where that is less than was published, with the phases of this run', () => {
    const result = resultOf('gain', machine('p3-1000-desktop'));
    expect(result.measured).toBeCloseTo(20 / 0.4, 9);
    expect(result.verdict).toBe('explained');
    expect(result.reason).toContain(
      'firmware and loader take 19.6 s (published: 25 s saved; here ram-test 10.9 s, storage-detect 2 s), ',
    );
    expect(result.reason).toContain(
      'both paths pay 0.4 s (published: 22 s; here decompress 0.09 s, device-shutdown 0.06 s, driver-probe 0.06 s)',
    );
  });

  it('is none where kexec saves what it cannot save', () => {
    // Ten seconds of user space that only the reboot pays.
    const runs = machine('p3-1000-desktop', { warm: withStretch(FAKE_WARM, 'userspace', 10 * S) });
    expect(resultOf('gain', runs).verdict).toBe('open');
  });

  it('is what both paths pay, where that is more than was published', () => {
    const slow = (stretches: readonly FakeStretch[]) => withStretch(stretches, 'userspace', 90 * S);
    const result = resultOf('gain', machine('p3-1000-desktop', { warm: slow(FAKE_WARM), kexec: slow(FAKE_KEXEC) }));
    expect(result.verdict).toBe('explained');
    expect(result.reason).toContain('what both paths pay 90.4 s (published: 22 s; here userspace 90 s,');
  });
});

describe('the reason for a long reboot of a server', () => {
  const server = (ramTest: number, userspace: number) =>
    machine('dual-xeon-2003', {
      warm: withStretch(withStretch(FAKE_WARM, 'ram-test', ramTest), 'userspace', userspace),
      kexec: withStretch(FAKE_KEXEC, 'userspace', 50 * S),
    });

  it('is a memory check of minutes, where the rest is as published', () => {
    const result = resultOf('reboot', server(150 * S, 140 * S));
    expect(result.verdict).toBe('explained');
    expect(result.reason).toContain('the memory check takes 150 s');
    expect(result.reason).toContain('without it the reboot takes 149 s');
  });

  it('is none where the rest is too long, or the check longer than minutes', () => {
    expect(resultOf('reboot', server(150 * S, 300 * S)).verdict).toBe('open');
    expect(resultOf('reboot', server(400 * S, 140 * S)).verdict).toBe('open');
  });
});

describe('the reason for a short memory check', () => {
  it('is the size at which it would take the published time', () => {
    // 2 GiB in 10.9 s: 120 s for 23.6 GB.
    const result = resultOf('memory-check-server', machine('dual-xeon-2003'));
    expect([result.verdict, result.measured]).toEqual(['explained', 10.9]);
    expect(result.reason).toContain('2.15 GB take 10.9 s here, 120 s would be 23.6 GB');
  });

  it('is none for a long one, or for none at all', () => {
    const taking = (cycles: number) => machine('dual-xeon-2003', { warm: withStretch(FAKE_WARM, 'ram-test', cycles) });
    expect(resultOf('memory-check-server', taking(301 * S)).verdict).toBe('open');
    expect(resultOf('memory-check-server', taking(0)).verdict).toBe('open');
  });
});

describe('the reason for a whole boot of another length', () => {
  const scaled = (stretches: readonly FakeStretch[], userspace: number) =>
    withStretch(stretches, 'userspace', userspace);
  // Ten seconds of user space on both.
  const runs = machine('p3-1000-desktop', { warm: scaled(FAKE_WARM, 10 * S), kexec: scaled(FAKE_KEXEC, 10 * S) });

  it('is that the quotient is as published, and what both paths pay', () => {
    const [reboot, kexec] = [resultOf('reboot', runs), resultOf('kexec', runs)];
    expect([reboot.measured, kexec.measured]).toEqual([expect.closeTo(29.96, 9), expect.closeTo(10.36, 9)]);
    expect([reboot.verdict, kexec.verdict]).toEqual(['explained', 'explained']);
    expect(kexec.reason).toContain('2.12 times shorter');
    expect(kexec.reason).toContain('reboot over kexec is 2.89 times');
    expect(kexec.reason).toContain('userspace 10 s, decompress 0.09 s');
  });

  it('is none where the quotient is not, or the length is another altogether', () => {
    expect(resultOf('kexec', machine('p3-1000-desktop')).verdict).toBe('open');
    const both = (cycles: number) =>
      machine('p3-1000-desktop', {
        warm: withStretch(scaled(FAKE_WARM, cycles), 'ram-test', 2 * cycles),
        kexec: scaled(FAKE_KEXEC, cycles),
      });
    expect(resultOf('kexec', both(100 * S)).verdict).toBe('open');
    expect(resultOf('kexec', both(60 * S)).verdict).toBe('explained');
  });
});

describe('the reason for a slow memory test', () => {
  // Patterns written and compared, then zeros, at 8.60 and 18.78 ns a dword over 256 MiB.
  const passes = (patterns: number) => Math.round(((2 ** 26 * (patterns * (8.6 + 18.78) + 8.6)) / 1e9) * S);
  const testing = (cycles: number, memoryTest: number) => {
    const runs = machine('p3-1000-desktop');
    const profile = applyOverlay(runs.profile, { 'firmware.memoryTest': memoryTest });
    return { ...runs, profile, cold: fakeRecord('cold', withStretch(FAKE_COLD, 'ram-test', cycles)) };
  };

  it('is its passes, where they add up to the time', () => {
    const result = resultOf('memory-test-desktop', testing(passes(2), 3));
    expect(result.verdict).toBe('explained');
    expect(result.reason).toContain('goes over memory 5 times, 63.4 ns a dword');
    expect(result.reason).toContain('(465 and 213 MB/s)');
  });

  it('is none where the time is longer than its passes, or there is one', () => {
    expect(resultOf('memory-test-desktop', testing(2 * passes(2), 3)).verdict).toBe('open');
    expect(resultOf('memory-test-desktop', testing(passes(2), 2)).verdict).toBe('open');
    expect(resultOf('memory-test-desktop', testing(passes(2), 1)).verdict).toBe('open');
  });
});

it('what kexec saves may be less than firmware and loader by its own phases, and by nothing else', () => {
  const withCopy = (cycles: number) =>
    resultOf('saved-by-kexec', machine('386dx-33', { kexec: withStretch(FAKE_KEXEC, 'relocate-copy', cycles) }));
  expect(withCopy(59_000_000).verdict).toBe('inside');
  const long = withCopy(2 * S);
  expect([long.verdict, long.reason]).toEqual(['explained', 'the jump’s own phases take 1.99 s']);
  const other = machine('386dx-33', { kexec: withStretch(FAKE_KEXEC, 'driver-probe', 2 * S) });
  expect(resultOf('saved-by-kexec', other).verdict).toBe('open');
});

describe('loading within the outage', () => {
  it('is nothing with two calls, and seen where a record has it', () => {
    const runs = machine('386dx-33');
    expect(resultOf('load-before-outage', runs).verdict).toBe('inside');
    const { kexec } = runs;
    const bad = { ...runs, kexec: { ...kexec, outageCycles: kexec.totalCycles } };
    expect([resultOf('load-before-outage', bad).verdict, resultOf('load-before-outage', bad).measured]).toEqual([
      'open',
      expect.closeTo(0.3, 9),
    ]);
  });
});

describe('the published figures', () => {
  it('have ranges in order, with a source each, of machines that there are', () => {
    for (const { id, published } of PUBLISHED_CHECKS) {
      expect(Object.keys(published).length, id).toBeGreaterThan(0);
      for (const [machineId, { min, max, source }] of Object.entries(published)) {
        expect(min, id).toBeLessThanOrEqual(max);
        expect(source.length, id).toBeGreaterThan(20);
        expect(shipped(machineId).id).toBe(machineId);
      }
    }
  });

  it('have names of their own', () => {
    expect(new Set(PUBLISHED_CHECKS.map(({ id }) => id)).size).toBe(PUBLISHED_CHECKS.length);
  });
});

describe('the report', () => {
  const text = validationReport([machine('386dx-33'), machine('dual-xeon-2003')], '9.9.9');

  it('shows totals, checks, copies and phases of every machine', () => {
    expect(text).toContain('with engine 9.9.9');
    expect(text).toContain(
      '| 386dx-33 | 5 + 4 x 1024 = 4101 | 4110 | 1024 x 360 ns = 369 µs | 12302 | 369 µs | 11.1 MB/s |',
    );
    expect(text).toContain('| dual-xeon-2003 |  | 4110 | 1024 x 5.4 ns = 5.53 µs |');
    expect(text).toContain('### 386DX-33 PC');
    expect(text).toContain(
      '| 386dx-33 | a page copied, by the clock table | 4101 to 4141 clocks | 4110 clocks | inside |',
    );
  });

  it('counts verdicts, and gives each reason with its machine', () => {
    const results = checkMachines([machine('386dx-33'), machine('dual-xeon-2003')]);
    const count = (wanted: string) => results.filter(({ verdict }) => verdict === wanted).length;
    expect(text).toContain(
      `${results.length} comparisons: ${count('inside')} inside the published range, ${count('explained')} outside and explained, ${count('open')} open.`,
    );
    expect(text).toContain('- dual-xeon-2003, memory check of POST: the manual names no size');
  });

  it('names the figures that nothing holds the lab to', () => {
    expect(text).toContain('| C1 | XT clone, 8088 at 4.77 MHz | nothing: no machine with an 8088 |');
    expect(text).toContain('| C2 | serial console | `test/exercises/exercise-08.test.ts` |');
  });
});
