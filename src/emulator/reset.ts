// Reset as a typed value with phases, in the manner of QEMU's docs/devel/reset.rst.
// What survives which kind: docs/facts.md B1.

/**
 * - `power-on`: everything, RAM contents and spindles included
 * - `platform`: port CF9 hard reset: devices and PCI, not RAM contents, CMOS or spindles
 * - `cpu-init`: 8042 pulse, port 92, triple fault: the CPU only
 */
export type ResetKind = 'power-on' | 'platform' | 'cpu-init';

/** What started a reset, for probes and messages. */
export type ResetSource = 'power' | '8042' | 'port-92' | 'port-cf9' | 'triple-fault';

/** A part that takes part in resets. All parts enter, then all hold, then all exit. */
export interface Resettable {
  /** Local state only: registers to their reset values. No effect on other parts. */
  enterReset(kind: ResetKind): void;
  /** Effects on others: drive lines low, cancel alarms. */
  holdReset?(kind: ResetKind): void;
  /** The reset is released: start what starts by itself (spin-up, self-test). */
  exitReset?(kind: ResetKind): void;
}

/**
 * Takes all parts through the three phases in order.
 * @param whileHeld runs while every part is held: the time the reset takes passes here
 */
export function resetAll(parts: readonly Resettable[], kind: ResetKind, whileHeld: () => void): void {
  for (const part of parts) part.enterReset(kind);
  for (const part of parts) part.holdReset?.(kind);
  whileHeld();
  for (const part of parts) part.exitReset?.(kind);
}
