// Due cycles of alarms as JSON-able values: Infinity (not scheduled) has no JSON form, so it becomes null.
import type { Alarm } from '../clock';

/** The due cycle, or null when the alarm is not scheduled. */
export function dueCycleOf(alarm: Alarm): number | null {
  return alarm.dueCycle === Infinity ? null : alarm.dueCycle;
}

/** Brings an alarm back to what `dueCycleOf` saved. */
export function restoreDueCycle(alarm: Alarm, dueCycle: number | null): void {
  if (dueCycle === null) alarm.cancel();
  else alarm.scheduleAt(dueCycle);
}
