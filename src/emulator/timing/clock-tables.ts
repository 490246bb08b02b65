// The clock tables by the name a profile uses.
import type { CpuModel } from '../cpu/cpu-host';
import type { ClockTableId } from '../profile';
import type { ClockTable } from './clock-table';
import { I386_CLOCKS } from './i386';
import { I486_CLOCKS } from './i486';
import { P6_CLOCKS } from './p6';
import { PENTIUM_CLOCKS } from './pentium';

const TABLES: Readonly<Record<ClockTableId, ClockTable>> = {
  i386: I386_CLOCKS,
  i486: I486_CLOCKS,
  pentium: PENTIUM_CLOCKS,
  p6: P6_CLOCKS,
};

/** The table of a CPU model, where nobody names another. */
export function clockTableIdOf(model: CpuModel): ClockTableId {
  return ({ '386': 'i386', '486': 'i486', '586': 'pentium', '686': 'p6' } as const)[model];
}

/** The clock table that a profile names. */
export function clockTableOf(id: ClockTableId): ClockTable {
  return TABLES[id];
}
