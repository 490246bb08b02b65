// The clock tables by the name a profile uses.
import type { ClockTableId } from '../profile';
import type { ClockTable } from './clock-table';
import { createPlaceholderClocks } from './clock-table';

export function clockTableOf(id: ClockTableId): ClockTable {
  return createPlaceholderClocks(id === 'i386' ? '386' : '486');
}
