// What a run under way says of itself.
import type { ComparisonProgress } from '../../contract/api';

/** "warm: Memory test · path 1 of 2". */
export function runningText(progress: ComparisonProgress | null, isCancelling: boolean): string {
  if (isCancelling) return 'Cancelling …';
  if (!progress) return 'Starting …';
  return `${progress.text} · path ${Math.min(progress.pathsDone + 1, progress.pathsTotal)} of ${progress.pathsTotal}`;
}
