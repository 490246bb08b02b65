// IN and OUT (i386 PRM ch. 17, 8.2). The bus lets the access time pass; permission comes first.
import type { AccessSize } from '../../bus';
import type { Cpu } from '../cpu';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { chargeBitmap } from '../decode/instruction-clocks';
import { checkIoPermission } from '../protection/io-permission';
import { EAX, EDX } from '../state';

const AL = EAX * 4;
const AX = EAX * 2;
const DX = EDX * 2;

function readPort(cpu: Cpu, insn: Instruction, port: number, sizeBytes: AccessSize): number {
  checkIoPermission(cpu, port, sizeBytes);
  chargeBitmap(cpu, insn);
  if (cpu.skipIdleLoops && !cpu.isObserving) cpu.idleLoop.visit();
  return cpu.bus.readPort(port, sizeBytes);
}

function writePort(cpu: Cpu, insn: Instruction, port: number, sizeBytes: AccessSize, value: number): void {
  checkIoPermission(cpu, port, sizeBytes);
  chargeBitmap(cpu, insn);
  cpu.bus.writePort(port, sizeBytes, value);
}

export const inAlIb: ExecuteFunction = (cpu, insn) => void (cpu.u8[AL] = readPort(cpu, insn, insn.imm, 1));
export const inAxIb: ExecuteFunction = (cpu, insn) => void (cpu.u16[AX] = readPort(cpu, insn, insn.imm, 2));
export const inEaxIb: ExecuteFunction = (cpu, insn) => void (cpu.i32[EAX] = readPort(cpu, insn, insn.imm, 4));
export const inAlDx: ExecuteFunction = (cpu, insn) => void (cpu.u8[AL] = readPort(cpu, insn, cpu.u16[DX], 1));
export const inAxDx: ExecuteFunction = (cpu, insn) => void (cpu.u16[AX] = readPort(cpu, insn, cpu.u16[DX], 2));
export const inEaxDx: ExecuteFunction = (cpu, insn) => void (cpu.i32[EAX] = readPort(cpu, insn, cpu.u16[DX], 4));
export const outIbAl: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, insn.imm, 1, cpu.u8[AL]);
export const outIbAx: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, insn.imm, 2, cpu.u16[AX]);
export const outIbEax: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, insn.imm, 4, cpu.i32[EAX] >>> 0);
export const outDxAl: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, cpu.u16[DX], 1, cpu.u8[AL]);
export const outDxAx: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, cpu.u16[DX], 2, cpu.u16[AX]);
export const outDxEax: ExecuteFunction = (cpu, insn) => writePort(cpu, insn, cpu.u16[DX], 4, cpu.i32[EAX] >>> 0);
