// Who may use a port: IOPL, and the permission bitmap of the TSS (i386 PRM 8.3; SDM vol. 1 19.5).
import type { AccessSize } from '../../bus';
import type { Cpu } from '../cpu';
import { notePortAccess } from './debug-registers';
import { TYPE_IS_32 } from './descriptors';
import { ioPrivilegeLevel } from './eflags-rules';
import { accessOf, baseOf, isVirtual8086, limitOf } from './segments';
import { CPL, CR0, CR0_PE, TR, VECTOR_GP } from '../state';

/** Offset of the bitmap's offset in a 32-bit TSS. */
const TSS_IO_BASE = 0x66;

/**
 * To be called before each port access. Raises #GP(0) when neither IOPL nor the bitmap allows it; a virtual 8086 task
 * always goes by the bitmap. Notes I/O breakpoints.
 */
export function checkIoPermission(cpu: Cpu, port: number, sizeBytes: AccessSize): void {
  if (needsBitmap(cpu) && !isAllowedByBitmap(cpu, port, sizeBytes)) cpu.raise(VECTOR_GP, 0);
  notePortAccess(cpu, port, sizeBytes);
}

/** True when the bitmap decides: what the clock tables call "CPL > IOPL or V86". */
export function needsBitmap(cpu: Cpu): boolean {
  const { i32 } = cpu;
  if ((i32[CR0] & CR0_PE) === 0) return false;
  return i32[CPL] > ioPrivilegeLevel(cpu) || isVirtual8086(cpu);
}

/** All bits of the ports must be 0. Two bytes are read always, so the map ends with a byte of ones (PRM 8.3.2). */
function isAllowedByBitmap(cpu: Cpu, port: number, sizeBytes: AccessSize): boolean {
  const base = baseOf(cpu, TR);
  const limit = limitOf(cpu, TR);
  if ((accessOf(cpu, TR) & TYPE_IS_32) === 0 || limit < TSS_IO_BASE + 1) return false;
  const at = cpu.readSystem16((base + TSS_IO_BASE) >>> 0) + (port >>> 3);
  if (at + 1 > limit) return false;
  // Byte by byte: the figure for port I/O holds wherever in the map the port's bits lie.
  const word = cpu.readSystem8((base + at) >>> 0) | (cpu.readSystem8((base + at + 1) >>> 0) << 8);
  const bits = word >>> (port & 7);
  return (bits & ((1 << sizeBytes) - 1)) === 0;
}
