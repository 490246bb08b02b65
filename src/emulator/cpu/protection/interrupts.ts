// What starts interrupts besides faults: the INTR and NMI pins, and the instructions INT n, INT3, INTO and INT1
// (i386 PRM 9.1, 9.2, 15.3, INT page). The way into the handler is interrupt-gate.ts.
import type { Cpu } from '../cpu';
import { deliverException, deliverExternalEvent, markExternal } from './exceptions';
import { ioPrivilegeLevel } from './eflags-rules';
import { enterHandler } from './interrupt-gate';
import { isVirtual8086 } from './segments';
import type { NewTaskFault } from './task-switch';
import { EAX, EFLAGS, EIP, EVENTS, EVENT_NO_STEP, FLAG_TF, VECTOR_DB, VECTOR_GP } from '../state';

/** Delivers an external interrupt or NMI between two instructions. Never throws a guest fault. */
export function deliverHardwareInterrupt(cpu: Cpu, vector: number): void {
  const returnEip = cpu.i32[EIP];
  deliverExternalEvent(cpu, { vector, isSoftware: false, returnEip, imageFlags: 0, errorCode: undefined });
}

/** INT n: in a virtual 8086 task it needs IOPL 3, else #GP(0) (i386 PRM 15.3.1). INT3 and INTO are not concerned. */
export function interruptByNumber(cpu: Cpu, vector: number, nextEip: number): void {
  if (isVirtual8086(cpu) && ioPrivilegeLevel(cpu) < 3) cpu.raise(VECTOR_GP, 0);
  softwareInterrupt(cpu, vector, nextEip);
}

/**
 * Enters the handler of `vector` on behalf of INT n, INT3 or INTO; the gate's DPL must allow it.
 * Faults are those of the instruction, which can be restarted.
 */
export function softwareInterrupt(cpu: Cpu, vector: number, nextEip: number): void {
  if (endsAtSink(cpu, vector, nextEip)) return;
  const event = { vector, isSoftware: true, returnEip: nextEip, imageFlags: 0, errorCode: undefined };
  const isTraced = (cpu.i32[EFLAGS] & FLAG_TF) !== 0;
  const eax = cpu.i32[EAX];
  const fault = enterHandler(cpu, event);
  // Told once: a fault on the way starts the instruction again.
  cpu.observer?.softwareInterrupt?.(vector, eax);
  if (isTraced) cpu.i32[EVENTS] |= EVENT_NO_STEP;
  if (fault) deliverException(cpu, fault.vector, fault.errorCode);
}

/** INT1 (F1): a #DB that the program asks for. No DPL check, DR6 unchanged, EXT set in faults (SDM vol. 3 6.13). */
export function debugInterrupt(cpu: Cpu, nextEip: number): void {
  if (endsAtSink(cpu, VECTOR_DB, nextEip)) return;
  const event = { vector: VECTOR_DB, isSoftware: false, returnEip: nextEip, imageFlags: 0, errorCode: undefined };
  const isTraced = (cpu.i32[EFLAGS] & FLAG_TF) !== 0;
  let fault: NewTaskFault | null;
  try {
    fault = enterHandler(cpu, event);
  } catch (thrown) {
    if (thrown !== cpu.fault) throw thrown;
    const { vector, errorCode } = markExternal(cpu.fault);
    cpu.raise(vector, errorCode);
  }
  if (isTraced) cpu.i32[EVENTS] |= EVENT_NO_STEP;
  if (fault) {
    const { vector, errorCode } = markExternal(fault);
    deliverException(cpu, vector, errorCode);
  }
}

/** A sink takes it as a trap: EIP stands behind the instruction. */
function endsAtSink(cpu: Cpu, vector: number, nextEip: number): boolean {
  if (!cpu.isTaken(vector, undefined)) return false;
  cpu.i32[EIP] = nextEip;
  return true;
}
