// Delivery of exceptions, and what a fault during delivery becomes: another exception,
// a double fault, or shutdown (i386 PRM 9.8.8; SDM vol. 3 6.15, table 6-5).
import type { Cpu } from '../cpu';
import { DR6_BD } from './debug-registers';
import type { InterruptEvent } from './interrupt-gate';
import { enterHandler, ERROR_EXT } from './interrupt-gate';
import {
  DR,
  EIP,
  EVENTS,
  EVENT_TRAP,
  FLAG_RF,
  RUNNING,
  RUN_STATE,
  SHUTDOWN,
  VECTOR_DB,
  VECTOR_DE,
  VECTOR_DF,
  VECTOR_GP,
  VECTOR_NP,
  VECTOR_PF,
  VECTOR_SS,
  VECTOR_TS,
} from '../state';
import type { NewTaskFault } from './task-switch';

type ExceptionClass = 'benign' | 'contributory' | 'page-fault' | 'double-fault';

/** What follows when `second` is raised while `first` is being delivered. */
type FaultCombination = 'deliver-second' | 'double-fault' | 'shutdown';

/**
 * Benign faults may follow each other for ever: #AC on a misaligned level 3 stack, whose handler uses that stack. The
 * real processor hangs then until RESET; this one shuts down. Table 6-5 itself ends after five.
 */
const MOST_TRIES = 16;

/** The class of table 6-5. */
function exceptionClass(vector: number): ExceptionClass {
  switch (vector) {
    case VECTOR_DE:
    case VECTOR_TS:
    case VECTOR_NP:
    case VECTOR_SS:
    case VECTOR_GP:
      return 'contributory';
    case VECTOR_PF:
      return 'page-fault';
    case VECTOR_DF:
      return 'double-fault';
    default:
      return 'benign';
  }
}

/** Table 6-5: rows are the first exception, columns the second. */
export function combineFaults(first: number, second: number): FaultCombination {
  const firstClass = exceptionClass(first);
  const secondClass = exceptionClass(second);
  if (secondClass === 'benign' || firstClass === 'benign') return 'deliver-second';
  if (firstClass === 'double-fault') return 'shutdown';
  if (firstClass === 'contributory' && secondClass === 'page-fault') return 'deliver-second';
  return 'double-fault';
}

/**
 * Delivers an exception with EIP as it stands: that of the faulting instruction, or behind it for a trap.
 * Never throws a guest fault: it ends in a handler or in shutdown.
 */
export function deliverException(cpu: Cpu, vector: number, errorCode: number | undefined): void {
  // A fault discards the traps of the instruction that did not complete.
  cpu.i32[EVENTS] &= ~EVENT_TRAP;
  cpu.i32[RUN_STATE] = RUNNING;
  let pending: NewTaskFault | null = { vector, errorCode };
  for (let tries = 0; pending; tries++) {
    if (tries === MOST_TRIES) {
      enterShutdown(cpu);
      return;
    }
    pending = deliverOnce(cpu, pending.vector, pending.errorCode);
  }
}

/** Tries one delivery; returns what has to be delivered instead, or null when done. */
function deliverOnce(cpu: Cpu, vector: number, errorCode: number | undefined): NewTaskFault | null {
  cpu.observer?.exception?.(vector, errorCode);
  const imageFlags = isFault(cpu, vector) ? FLAG_RF : 0;
  const fault = tryHandler(cpu, { vector, isSoftware: false, returnEip: cpu.i32[EIP], imageFlags, errorCode });
  if (!fault) return null;
  switch (combineFaults(vector, fault.vector)) {
    case 'deliver-second':
      return markExternal(fault);
    case 'double-fault':
      return { vector: VECTOR_DF, errorCode: 0 };
    case 'shutdown':
      enterShutdown(cpu);
      return null;
  }
}

/** Delivers what is no exception: external interrupts and NMI. Faults on the way are delivered in its place. */
export function deliverExternalEvent(cpu: Cpu, event: InterruptEvent): void {
  const fault = tryHandler(cpu, event);
  if (!fault) return;
  const { vector, errorCode } = markExternal(fault);
  deliverException(cpu, vector, errorCode);
}

/** The fault met on the way, thrown before or returned behind a task switch; null when the handler was reached. */
function tryHandler(cpu: Cpu, event: InterruptEvent): NewTaskFault | null {
  try {
    return enterHandler(cpu, event);
  } catch (thrown) {
    if (thrown !== cpu.fault) throw thrown;
    return { vector: cpu.fault.vector, errorCode: cpu.fault.errorCode };
  }
}

/** Faults restart their instruction: RF in the frame keeps a breakpoint there from hitting twice. */
function isFault(cpu: Cpu, vector: number): boolean {
  return vector !== VECTOR_DB || (cpu.i32[DR + 6] & DR6_BD) !== 0;
}

/** EXT in the error codes that name a selector: the fault arose on the way to a handler, not in the program. */
export function markExternal({ vector, errorCode }: NewTaskFault): NewTaskFault {
  if (errorCode === undefined || vector < VECTOR_TS || vector > VECTOR_GP) return { vector, errorCode };
  return { vector, errorCode: errorCode | ERROR_EXT };
}

function enterShutdown(cpu: Cpu): void {
  cpu.i32[RUN_STATE] = SHUTDOWN;
  cpu.clock.requestAttention();
  cpu.host.shutdown();
}
