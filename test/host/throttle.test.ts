import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createThrottle } from '../../src/host/throttle';

describe('a throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends the first value at once and then the newest of each interval', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    [1, 2, 3].forEach((value) => throttle.offer(value));
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1, 3]);
    throttle.offer(4);
    expect(sent).toEqual([1, 3]);
    vi.advanceTimersByTime(99);
    expect(sent).toEqual([1, 3]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([1, 3, 4]);
  });

  it('sends at once again after a quiet interval', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    throttle.offer(1);
    vi.advanceTimersByTime(500);
    throttle.offer(2);
    expect(sent).toEqual([1, 2]);
  });

  it('sends nothing after it was stopped', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    throttle.offer(1);
    throttle.offer(2);
    throttle.stop();
    throttle.offer(3);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
