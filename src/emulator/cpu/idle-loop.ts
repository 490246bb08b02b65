// Polling loops, jumped over by whole iterations once it is proven that they do nothing but read unchanged ports.
// All counters end up as if every iteration had run (COUNTER.POLL_CYCLES tells how much was jumped over).
import { COUNTER } from '../counters';
import type { Cpu } from './cpu';

export class IdleLoopFinder {
  /** Looks at every IN. Off, all iterations run. */
  isWatching = false;

  constructor(private readonly cpu: Cpu) {}

  /** An IN is about to be executed. */
  visit(): void {
    void this.cpu.f64[COUNTER.CYCLES];
  }
}
