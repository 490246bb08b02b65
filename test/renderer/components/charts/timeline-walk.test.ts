import { describe, expect, it } from 'vitest';
import { PATH_TITLES } from '../../../../src/lab/index';
import { phasesOf, speakPhase, walkTimeline } from '../../../../src/renderer/components/charts/timeline-walk';
import { fakeRecord } from '../../../support/fake-comparison';

const RECORDS = [fakeRecord('warm'), fakeRecord('kexec')];
const LAST = phasesOf(RECORDS[0]).length - 1;
const walk = (keys: readonly string[]) =>
  keys.reduce<ReturnType<typeof walkTimeline>>((spot, key) => walkTimeline(RECORDS, spot, key), null);
const idAt = (keys: readonly string[]) => {
  const spot = walk(keys)!;
  return phasesOf(RECORDS[spot.lane])[spot.index].id;
};

describe('arrow keys', () => {
  it('begin at the first phase of the first lane', () => {
    expect(idAt(['ArrowRight'])).toBe('userspace-shutdown');
  });

  it('go to the next phase and back', () => {
    expect(idAt(['ArrowRight', 'ArrowRight'])).toBe('device-shutdown');
    expect(idAt(['ArrowRight', 'ArrowRight', 'ArrowLeft'])).toBe('userspace-shutdown');
  });

  it('stop at both ends', () => {
    expect(walk(['Home', 'ArrowLeft'])).toEqual({ lane: 0, index: 0 });
    expect(walk(['End', 'ArrowRight'])).toEqual({ lane: 0, index: LAST });
  });

  it('change the lane at the same moment', () => {
    // The warm reboot's "Shut devices down" begins at 310 ms, while kexec still loads the next kernel.
    expect(idAt(['ArrowRight', 'ArrowRight', 'ArrowDown'])).toBe('kexec-load');
    expect(idAt(['End', 'ArrowDown'])).toBe('userspace');
    expect(walk(['Home', 'ArrowUp'])).toEqual({ lane: 0, index: 0 });
  });

  it('are left alone when they do not walk', () => {
    expect(walkTimeline(RECORDS, { lane: 0, index: 0 }, 'Tab')).toBeNull();
    expect(walkTimeline(RECORDS, null, 'Enter')).toBeNull();
  });
});

it('a phase is spoken with cycles first and the clock of its time', () => {
  const memoryTest = phasesOf(RECORDS[0]).find(({ id }) => id === 'ram-test')!;
  expect(speakPhase(RECORDS[0], memoryTest)).toBe(
    `${PATH_TITLES.warm}, Memory test: 8.90 G cycles, 8.90 s at 1.0 GHz, 46 % of the path, executed.`,
  );
});
