// Carries out a kernel plan on a machine: fills RAM, sets the CPU's state.
import { setEflags } from '../cpu/flags';
import { setSegment } from '../cpu/protection/segments';
import { CR0, CR0_PE, CS, DS, EAX, EBX, EIP, ES, ESI, ESP, FS, GDTR_BASE, GDTR_LIMIT, GS, REG, SS } from '../cpu/state';
import type { Machine } from '../machine';
import { checkPlacements } from './kernel-plan';
import type { KernelContent, KernelPlan } from './kernel-plan';
import { planLinux } from './linux-boot';
import { findMultibootHeader, planMultiboot } from './multiboot';

// Descriptor bits 40..55: present, accessed; flat ones with G and D/B.
const FLAT_CODE = 0xc09b;
const FLAT_DATA = 0xc093;
const REAL = 0x93;
const FLAT_CODE_SELECTOR = 0x08;
const FLAT_DATA_SELECTOR = 0x10;
// Linux, arch/x86/include/asm/segment.h: __BOOT_CS, __BOOT_DS
const LINUX_CODE_SELECTOR = 0x10;
const LINUX_DATA_SELECTOR = 0x18;
const DATA_SEGMENTS = [DS, ES, SS, FS, GS];

/**
 * Plans a kernel of either kind.
 * @throws EmulatorError EMU-IMAGE when it is of none, damaged, or does not fit into `ramBytes`
 */
export function planKernel(content: KernelContent, ramBytes: number): KernelPlan {
  const isMultiboot = findMultibootHeader(content.image) >= 0;
  const plan = isMultiboot ? planMultiboot(content, ramBytes) : planLinux(content, ramBytes);
  checkPlacements(plan.placements, ramBytes);
  return plan;
}

/** Puts the kernel into RAM and the CPU at its entry, whatever both were before. A20 is open, interrupts are off. */
export function startKernel({ cpu, memory }: Machine, { placements, start }: KernelPlan): void {
  const { i32, u8, ramOffset } = memory;
  for (const { address, bytes, sizeBytes } of placements) {
    const at = ramOffset + address;
    u8.set(bytes, at);
    u8.fill(0, at + bytes.length, at + sizeBytes);
    cpu.codeWritten(address, sizeBytes);
  }
  cpu.setA20(true);
  i32.fill(0, REG, REG + 8);
  i32[EIP] = start.eip;
  if (start.mode === 'flat32') {
    i32[CR0] |= CR0_PE;
    i32[EAX] = start.eax;
    i32[EBX] = start.ebx;
    setSegment(cpu, CS, FLAT_CODE_SELECTOR, 0, -1, FLAT_CODE);
    for (const segment of DATA_SEGMENTS) setSegment(cpu, segment, FLAT_DATA_SELECTOR, 0, -1, FLAT_DATA);
  } else if (start.mode === 'linux32') {
    i32[CR0] |= CR0_PE;
    i32[ESI] = start.esi;
    i32[ESP] = start.esp;
    i32[GDTR_BASE] = start.gdt;
    i32[GDTR_LIMIT] = LINUX_DATA_SELECTOR + 7;
    setSegment(cpu, CS, LINUX_CODE_SELECTOR, 0, -1, FLAT_CODE);
    for (const segment of DATA_SEGMENTS) setSegment(cpu, segment, LINUX_DATA_SELECTOR, 0, -1, FLAT_DATA);
  } else {
    i32[CR0] &= ~CR0_PE;
    i32[ESP] = start.esp;
    setSegment(cpu, CS, start.cs, start.cs << 4, 0xffff, REAL);
    for (const segment of DATA_SEGMENTS) setSegment(cpu, segment, start.data, start.data << 4, 0xffff, REAL);
  }
  setEflags(cpu, 0x0002, ~0);
  cpu.modeChanged();
}
