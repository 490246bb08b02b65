// What of the CPU is not in its block of linear memory, and what is derived from that block. Translations are kept: a guest
// that changed a page table without telling the CPU goes on with the old ones, and a new walk would set accessed bits.
// Decoded code is not: it depends on bytes and mode alone, and where blocks are cut changes no counter.
import type { Cpu } from './cpu';
import type { SavedCode } from './decode/code-cache';
import type { SavedTlb } from './memory/tlb';

/** Translations for data, and those of code looked up since the last change of any translation. */
export interface CpuTranslations {
  readonly tlb: SavedTlb;
  readonly code: SavedCode;
}

export function saveTranslations({ tlb, code }: Cpu): CpuTranslations {
  return { tlb: tlb.saveState(), code: code.saveTranslations() };
}

/** To be called when the CPU block has been restored: works out the rest. */
export function restoreCpu(cpu: Cpu, { tlb, code }: CpuTranslations): void {
  cpu.deriveFromRegisters();
  cpu.tlb.restoreState(tlb);
  cpu.code.restoreTranslations(code);
}
