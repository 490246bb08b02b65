import { describe, expect, it } from 'vitest';
import { answerSentence } from '../../src/lab/answer';
import { comparePaths } from '../../src/lab/compare';
import { phaseTotals } from '../../src/lab/phase-totals';
import { FAKE_KEXEC, fakeRecord } from '../support/fake-record';

const M = 1_000_000;

describe('the answer', () => {
  it('says how many times fewer cycles kexec takes, what the saving is, and what it costs back', () => {
    const at3GHz = { cpuHz: 3_000_000_000 };
    const warm = fakeRecord(
      'warm',
      [
        { id: 'device-shutdown', cycles: 100 * M },
        { id: 'ram-test', cycles: 1_360 * M },
        { id: 'loader-load', cycles: 320 * M },
        { id: 'start-kernel', cycles: 140 * M },
      ],
      at3GHz,
    );
    const kexec = fakeRecord(
      'kexec',
      [
        { id: 'kexec-load', cycles: 900 * M },
        { id: 'device-shutdown', cycles: 100 * M },
        { id: 'relocate-copy', cycles: 60 * M },
        { id: 'start-kernel', cycles: 140 * M },
      ],
      at3GHz,
    );
    expect(answerSentence([warm, kexec])).toBe(
      'kexec takes 6.4 times fewer cycles than a firmware reboot ' +
        '(outage 300 M cycles · 100 ms against 1.92 G cycles · 640 ms at 3.0 GHz). ' +
        '81 % of the saving is the memory test; copying pages costs 3.6 % of it back. ' +
        'From the end of device shutdown to the start of the next kernel it takes 28 times fewer cycles than a firmware reboot ' +
        '(handover 60.0 M cycles · 20.0 ms against 1.68 G cycles · 560 ms).',
    );
  });

  it('says plainly when the other path is slower', () => {
    const slow = fakeRecord('kexec', [...FAKE_KEXEC, { id: 'userspace', cycles: 60_000 * M }]);
    expect(answerSentence([fakeRecord('warm'), slow])).toMatch(
      /^kexec takes 3\.0 times as many cycles as a firmware reboot \(outage 60\.4 G cycles · 60\.4 s against 20\.0 G cycles · 20\.0 s at 1\.0 GHz\)\. More than 99 % of the extra cost is starting services; the memory test saves 18 % of it\./,
    );
  });

  it('uses a percentage when the paths are close', () => {
    const one = fakeRecord('warm', [{ id: 'userspace', cycles: 100 * M }]);
    const other = fakeRecord('kexec', [{ id: 'userspace', cycles: 97 * M }]);
    expect(answerSentence([one, other])).toContain('kexec takes 3 % fewer cycles than a firmware reboot (');
    expect(answerSentence([other, one])).toContain('A firmware reboot takes 3.1 % more cycles than kexec (');
  });

  it('says so when both take the same, and gives no cause for nothing', () => {
    const one = fakeRecord('warm', [{ id: 'userspace', cycles: 100 * M }], { handoverCycles: 5 });
    const other = fakeRecord('kexec', [{ id: 'userspace', cycles: 100 * M }], { handoverCycles: 5 });
    const answer = answerSentence([one, other]);
    expect(answer).toContain('kexec takes exactly as many cycles as a firmware reboot');
    expect(answer).not.toContain('saving');
  });

  it('names two phases when none makes half of the saving', () => {
    const one = fakeRecord('warm', [
      { id: 'ram-test', cycles: 40 * M },
      { id: 'loader-menu', cycles: 35 * M },
      { id: 'storage-detect', cycles: 25 * M },
      { id: 'userspace', cycles: 10 * M },
    ]);
    const other = fakeRecord('kexec', [{ id: 'userspace', cycles: 10 * M }]);
    expect(answerSentence([one, other])).toContain('. 40 % of the saving is the memory test, 35 % the boot prompt.');
  });

  it('tells of a path alone how long services are down', () => {
    expect(answerSentence([fakeRecord('warm')])).toBe(
      'A firmware reboot keeps services down for 20.0 G cycles · 20.0 s at 1.0 GHz. 55 % of it is the memory test.',
    );
    expect(answerSentence([fakeRecord('kexec')])).toBe(
      'kexec keeps services down for 400 M cycles · 400 ms at 1.0 GHz. 23 % of it is decompressing the kernel, 15 % shutting devices down.',
    );
  });

  it('counts a cold start from power good, and says it', () => {
    expect(answerSentence([fakeRecord('cold')])).toMatch(
      /^A cold start takes .* from power good to running services\. /,
    );
    const answer = answerSentence([fakeRecord('cold'), fakeRecord('warm')]);
    expect(answer).toContain('A firmware reboot takes 28 % fewer cycles than a cold start (');
    expect(answer).toContain('; a cold start counts from power good)');
    expect(answer).not.toContain('handover');
  });

  it('compares every further path with the first', () => {
    const answer = answerSentence([fakeRecord('cold'), fakeRecord('warm'), fakeRecord('kexec')]);
    expect(answer.match(/than a cold start/g)).toHaveLength(2);
    expect(answer).not.toContain('than a firmware reboot');
  });

  it('survives records of nothing', () => {
    expect(answerSentence([])).toBe('');
    const nothing = fakeRecord('warm', []);
    expect(answerSentence([nothing])).toBe('A firmware reboot keeps services down for 0 cycles · 0 ms at 1.0 GHz.');
    expect(answerSentence([nothing, fakeRecord('kexec')])).toContain('kexec takes more cycles than a firmware reboot');
  });

  it('never gives a share above 100 %', () => {
    const one = fakeRecord('warm', [
      { id: 'ram-test', cycles: 50 * M },
      { id: 'device-shutdown', cycles: 10 * M },
    ]);
    const other = fakeRecord('kexec', [
      { id: 'relocate-copy', cycles: 48 * M },
      { id: 'device-shutdown', cycles: 10 * M },
    ]);
    expect(answerSentence([one, other])).toContain(
      '100 % of the saving is the memory test; copying pages costs 96 % of it back.',
    );
  });
});

describe('the difference of two paths', () => {
  const difference = comparePaths(fakeRecord('warm'), fakeRecord('kexec'));

  it('leaves loading the next kernel out: it is before the outage', () => {
    expect(difference.phases.map(({ phaseId }) => phaseId)).not.toContain('kexec-load');
  });

  it('adds up over its phases to the saving', () => {
    const sum = difference.phases.reduce((total, { savedCycles }) => total + savedCycles, 0);
    expect(sum).toBe(difference.outageSavedCycles);
    expect(sum).toBe(20_000 * M - 400 * M);
  });

  it('divides both headline metrics', () => {
    expect(difference.outageRatio).toBe(50);
    expect(difference.handoverRatio).toBeCloseTo(19_750 / 150, 10);
    expect(comparePaths(fakeRecord('cold'), fakeRecord('kexec')).handoverRatio).toBeNull();
  });
});

describe('totals by phase', () => {
  it('put the stretches of one phase together, in the order of a reboot', () => {
    const totals = phaseTotals(fakeRecord('warm').root);
    const kbc = totals.find(({ kind }) => kind.id === 'kbc')!;
    expect(kbc).toMatchObject({ durationCycles: 1_100 * M, stretches: 2, basis: 'device' });
    expect(totals.map(({ kind }) => kind.id).slice(0, 4)).toEqual([
      'userspace-shutdown',
      'device-shutdown',
      'machine-shutdown',
      'reset',
    ]);
  });

  it('take the basis with the largest share', () => {
    const { root } = fakeRecord('warm', [
      { id: 'kbc', cycles: 40, basis: 'executed' },
      { id: 'kbc', cycles: 25, basis: 'device' },
      { id: 'kbc', cycles: 35, basis: 'modelled' },
    ]);
    expect(phaseTotals(root)[0]).toMatchObject({ basis: 'executed', evidence: ['D', 'K', 'model'] });
  });
});
