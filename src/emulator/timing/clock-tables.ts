// The clock tables by the name a profile uses.
import type { ClockTableId } from '../profile';
import type { ClockTable } from './clock-table';
import { I386_CLOCKS } from './i386';
import { I486_CLOCKS } from './i486';

const TABLES: Readonly<Record<ClockTableId, ClockTable>> = { i386: I386_CLOCKS, i486: I486_CLOCKS };

/** The clock table that a profile names. */
export function clockTableOf(id: ClockTableId): ClockTable {
  return TABLES[id];
}
