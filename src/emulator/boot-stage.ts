// How far a machine has come on its way through a reboot, and what probes may report of it.
// An address, a port or a system call means something only in its stage: 100000h is a kernel's entry after set-up
// or a kexec jump, but any page later; port 80h takes POST codes, but also delay writes.
import type { TrackedCounters } from './phase-tracker';
import type { PhaseStep } from './phase-tracker';
import type { PhaseId, RebootPath } from './phases';

export type Stage = 'firmware' | 'loader' | 'setup' | 'kernel' | 'ready' | 'stopping' | 'relocating' | 'purgatory';

/** What probes of a guest tell the observer of the run. */
export interface StageReporter {
  readonly stage: Stage;
  /** The path observed; null: everything from power-on is, whatever the guest does. */
  readonly path: RebootPath | null;
  /** A phase begins in the same stage; `from` where the instant was only understood later. */
  mark(phase: PhaseId, step?: PhaseStep | null, from?: TrackedCounters): void;
  /** A phase begins, and a stage with it. */
  enter(stage: Stage, phase: PhaseId): void;
  kernelStarts(): void;
  servicesAreUp(): void;
  servicesStop(): void;
  /** Device shutdown is over and machine shutdown begins. */
  devicesAreDown(from?: TrackedCounters): void;
  /** The guest cannot go on. */
  panicked(message: string): void;
  counters(): TrackedCounters;
}
