// What a boot loader does with a kernel, as a plan: which bytes go where, and the state the CPU starts in.
import { EmulatorError } from '../errors';

/** Bytes for RAM. `sizeBytes` beyond the bytes is zeroed. */
export interface Placement {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
}

/** The registers that matter at a kernel's entry; all others are zero, interrupts are off. */
export type KernelStart =
  | { readonly mode: 'flat32'; readonly eip: number; readonly eax: number; readonly ebx: number }
  /** Selectors 10h (code) and 18h (data) of the GDT in the plan, as Linux asks for. */
  | { readonly mode: 'linux32'; readonly eip: number; readonly esi: number; readonly gdt: number; readonly esp: number }
  | { readonly mode: 'real'; readonly cs: number; readonly eip: number; readonly data: number; readonly esp: number };

export interface KernelPlan {
  readonly placements: readonly Placement[];
  readonly start: KernelStart;
}

/** What is given along with a kernel. */
export interface KernelContent {
  readonly image: Uint8Array;
  readonly commandLine: string;
  /** Multiboot: the one module. */
  readonly initrd: Uint8Array | null;
  /** Where a bzImage is entered: in its 16-bit set-up code, which asks the BIOS (default), or behind it. */
  readonly entry?: 'setup' | 'flat32';
}

export const PAGE_BYTES = 4096;
/** RAM ends here for programs: above lie the BIOS's own kilobyte, video memory and ROM. */
export const LOW_RAM_END = 0x9fc00;
export const HIGH_RAM = 0x10_0000;

export function place(address: number, bytes: Uint8Array, sizeBytes = bytes.length): Placement {
  return { address, bytes, sizeBytes };
}

/** Bytes of a text and a NUL. Characters above FFh have no byte: they become '?'. */
export function cString(text: string): Uint8Array {
  return Uint8Array.from([...text, '\0'], (c) => (c.charCodeAt(0) < 0x100 ? c.charCodeAt(0) : 0x3f));
}

export function alignUp(address: number, step: number): number {
  return Math.ceil(address / step) * step;
}

export function refuseKernel(why: string, nextStep: string): EmulatorError {
  return new EmulatorError('EMU-IMAGE', `The kernel cannot be loaded: ${why}.`, nextStep);
}

/**
 * Refuses a plan whose bytes do not all go into RAM.
 * @throws EmulatorError EMU-IMAGE
 */
export function checkPlacements(placements: readonly Placement[], ramBytes: number): void {
  for (const { address, sizeBytes } of placements) {
    const end = address + sizeBytes;
    const isLow = end <= LOW_RAM_END;
    const isHigh = address >= HIGH_RAM && end <= ramBytes;
    if (sizeBytes > 0 && !isLow && !isHigh) {
      const range = `${address.toString(16)}h to ${end.toString(16)}h`;
      throw refuseKernel(
        `a part of it belongs at ${range}, where this machine has no free RAM`,
        'Give it more memory.',
      );
    }
  }
}
