// CR0 to CR4: which bits a model has, what may be written together, and what a change brings about
// (i386 PRM 4.1.3, 10.2, i486 PRM 10.2; SDM vol. 3 2.5, 9.9). Privilege is the instruction's matter.
import type { Cpu } from '../cpu';
import type { CpuModel } from '../cpu-host';
import { debugRegistersChanged } from './debug-registers';
import { endBlockForEvents } from './eflags-rules';
import { flushTlb } from '../memory/paging';
import {
  CPL,
  CR0,
  CR0_AM,
  CR0_CD,
  CR0_EM,
  CR0_ET,
  CR0_MP,
  CR0_NE,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
  CR3,
  CR4,
  CR4_DE,
  CR4_MCE,
  CR4_OSFXSR,
  CR4_PCE,
  CR4_PGE,
  CR4_PSE,
  CR4_TSD,
  VECTOR_GP,
} from '../state';

const CR0_I386 = CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_PG;
const CR0_I486 = CR0_I386 | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD;
/** Bits of CR0 that LMSW loads. */
const MSW = CR0_PE | CR0_MP | CR0_EM | CR0_TS;
/** Bits whose change makes translations stale. */
const CR0_PAGING = CR0_PE | CR0_PG | CR0_WP;
const CR4_PAGING = CR4_PSE | CR4_PGE;

const CR4_BITS: Record<CpuModel, number> = {
  '386': 0,
  '486': 0,
  '586': CR4_TSD | CR4_DE | CR4_PSE | CR4_MCE,
  '686': CR4_TSD | CR4_DE | CR4_PSE | CR4_MCE | CR4_PGE | CR4_PCE | CR4_OSFXSR,
};

/** PWT and PCD came with the i486. */
const CR3_I386 = ~0xfff;
const CR3_I486 = ~0xfff | 0x18;

/** True where the model has a CR4: the Pentium and later. */
export function hasCr4(model: CpuModel): boolean {
  return CR4_BITS[model] !== 0;
}

/** MOV CR0. Raises #GP(0) for PG without PE, and since the i486 for NW without CD. */
export function setCr0(cpu: Cpu, value: number): void {
  const is386 = cpu.model === '386';
  if ((value & (CR0_PG | CR0_PE)) === CR0_PG) cpu.raise(VECTOR_GP, 0);
  if (!is386 && (value & (CR0_NW | CR0_CD)) === CR0_NW) cpu.raise(VECTOR_GP, 0);
  // ET says which coprocessor protocol to use on the 386; later it is always 1.
  storeCr0(cpu, is386 ? value & CR0_I386 : (value & CR0_I486) | CR0_ET);
}

/** LMSW: the low four bits; PE can be set but not cleared. */
export function loadMachineStatusWord(cpu: Cpu, value: number): void {
  const old = cpu.i32[CR0];
  storeCr0(cpu, (old & ~MSW) | (value & MSW) | (old & CR0_PE));
}

/** CLTS. */
export function clearTaskSwitched(cpu: Cpu): void {
  storeCr0(cpu, cpu.i32[CR0] & ~CR0_TS);
}

function storeCr0(cpu: Cpu, value: number): void {
  const old = cpu.i32[CR0];
  const changed = old ^ value;
  if (changed === 0) return;
  cpu.i32[CR0] = value;
  // Level 0 is where CR0 can be written, and where real mode runs.
  if ((changed & CR0_PE) !== 0) cpu.i32[CPL] = 0;
  if ((changed & CR0_PAGING) !== 0) flushTlb(cpu, true);
  cpu.segmentsChanged();
  endBlockForEvents(cpu);
  cpu.observer?.controlRegister0Changed?.(old, value);
}

/** MOV CR3: a new page directory. Translations go, except those of global pages while CR4.PGE is set. */
export function setCr3(cpu: Cpu, value: number): void {
  cpu.i32[CR3] = value & (cpu.model === '386' ? CR3_I386 : CR3_I486);
  flushTlb(cpu, (cpu.i32[CR4] & CR4_PGE) === 0);
}

/** MOV CR4. Raises #GP(0) for a bit the model does not have. */
export function setCr4(cpu: Cpu, value: number): void {
  if ((value & ~CR4_BITS[cpu.model]) !== 0) cpu.raise(VECTOR_GP, 0);
  const changed = cpu.i32[CR4] ^ value;
  cpu.i32[CR4] = value;
  if ((changed & CR4_PAGING) !== 0) flushTlb(cpu, true);
  if ((changed & CR4_DE) !== 0) debugRegistersChanged(cpu);
}
