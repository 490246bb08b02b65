// Failures of the machine as values: what happened, the facts, what to do next, a code.
// Guest faults are machine behaviour and never appear here.

/** Codes are stable: scripts and lessons may rely on them. */
export type EmulatorErrorCode =
  | 'EMU-PROFILE' // a machine profile that no machine can be built from
  | 'EMU-IMAGE' // a ROM, disk or kernel image that is damaged or of the wrong kind
  | 'EMU-GUEST-SHUTDOWN' // a triple fault where the path did not ask for one
  | 'EMU-GUEST-STUCK' // halted with interrupts off, or nothing left that could happen
  | 'EMU-GUEST-PANIC' // the lab kernel's panic was reached
  | 'EMU-LIMIT-CYCLES' // the cycle limit of the run was reached
  | 'EMU-CANCELLED' // the caller asked to stop
  | 'EMU-UNSUPPORTED'; // asked for something this version does not offer

/** An error of the emulator with everything a person needs. `message` says what happened and why. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';

  /**
   * @param code     stable identifier
   * @param message  what happened and why, one or two sentences
   * @param nextStep what the person can do about it
   * @param facts    values that matter for a report (addresses, sizes, names)
   */
  constructor(
    readonly code: EmulatorErrorCode,
    message: string,
    readonly nextStep: string,
    readonly facts: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
  }
}
