// CPUID: what each model says it is and has (Intel AP-485; SDM vol. 2 CPUID). Only what this CPU does is claimed: no VME,
// PAE, APIC, MMX or SSE. The i386DX and this i486DX (an early one, without SL enhancements) have no CPUID: #UD.
import type { Cpu } from './cpu';
import type { CpuModel } from './cpu-host';
import { RESET_SIGNATURE } from './reset-state';
import { EAX, EBX, ECX, EDX } from './state';

// Feature flags of leaf 1, EDX
const FEATURE_FPU = 1 << 0;
const FEATURE_DE = 1 << 2; // I/O breakpoints
const FEATURE_PSE = 1 << 3; // 4 MiB pages
const FEATURE_TSC = 1 << 4;
const FEATURE_MSR = 1 << 5;
const FEATURE_MCE = 1 << 7; // machine check exception
const FEATURE_CX8 = 1 << 8; // CMPXCHG8B
const FEATURE_SEP = 1 << 11; // SYSENTER, SYSEXIT
const FEATURE_MTRR = 1 << 12;
const FEATURE_PGE = 1 << 13; // global pages
const FEATURE_MCA = 1 << 14; // machine check MSRs
const FEATURE_CMOV = 1 << 15;
const FEATURE_PAT = 1 << 16;
const FEATURE_FXSR = 1 << 24; // FXSAVE, FXRSTOR

const FEATURES_PENTIUM = FEATURE_FPU | FEATURE_DE | FEATURE_PSE | FEATURE_TSC | FEATURE_MSR | FEATURE_MCE | FEATURE_CX8;
const FEATURES_P6 =
  FEATURES_PENTIUM | FEATURE_SEP | FEATURE_MTRR | FEATURE_PGE | FEATURE_MCA | FEATURE_CMOV | FEATURE_PAT | FEATURE_FXSR;

/** Brand index 2: Pentium III (AP-485 table 7). */
const BRAND_PENTIUM_III = 0x02;

/** EAX, EBX, ECX, EDX of one leaf. */
type Leaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

// "GenuineIntel" in EBX, EDX, ECX
const vendorLeaf = (highestLeaf: number): Leaf => [highestLeaf, 0x756e_6547, 0x6c65_746e, 0x4965_6e69];

/** Leaves from 0; a higher number gives the last (SDM: the highest basic leaf). */
const LEAVES: Partial<Record<CpuModel, readonly Leaf[]>> = {
  '586': [vendorLeaf(1), [RESET_SIGNATURE['586'], 0, 0, FEATURES_PENTIUM]],
  '686': [
    vendorLeaf(2),
    [RESET_SIGNATURE['686'], BRAND_PENTIUM_III, 0, FEATURES_P6],
    // One call; TLBs, 16 KiB L1 code (08), 16 KiB L1 data (0C), 256 KiB L2 (82), as a Coppermine says.
    [0x0302_0101, 0, 0, 0x0c04_0882],
  ],
};

/** Answers CPUID for the leaf in EAX. */
export function identify(cpu: Cpu): void {
  const leaves = LEAVES[cpu.model];
  if (!leaves) return;
  const { i32 } = cpu;
  const leaf = Math.min(i32[EAX] >>> 0, leaves.length - 1);
  [i32[EAX], i32[EBX], i32[ECX], i32[EDX]] = leaves[leaf];
}
