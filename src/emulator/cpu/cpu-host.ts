// What the CPU needs from the board, and what it tells to whoever listens. The board is machine.ts, or a test.
import type { Block } from './decode/instruction';

/** The four models an instruction set and a clock table exist for. */
export type CpuModel = '386' | '486' | '586' | '686';

/** Pins of the CPU that other chips drive or answer. */
export interface CpuHost {
  /** INTA cycles: the 8259 pair's vector. Called once per accepted interrupt. */
  acknowledgeInterrupt(): number;
  /** The CPU entered shutdown (triple fault). The board decides: reset or stop. */
  shutdown(): void;
  /** FERR# / IGNNE# pin: an unmasked x87 error with CR0.NE = 0 (IRQ 13). */
  signalFpuError(): void;
}

/** Observation points of the CPU. Watching never changes a cycle; null costs one branch at most. */
export interface CpuObserver {
  /** CR0 was written with another value. */
  controlRegister0Changed?(oldValue: number, newValue: number): void;
  /** Privilege became 3 (user mode or virtual 8086 mode) from another level. */
  userModeEntered?(): void;
  /** LGDT or LIDT, with the limit loaded. */
  tableLoaded?(table: 'gdt' | 'idt', base: number, limit: number): void;
  /** INT n by instruction (not hardware): vector and EAX. */
  softwareInterrupt?(vector: number, eax: number): void;
  /** SYSENTER took the CPU to privilege 0: EAX. The other registers are still the caller's. */
  fastCall?(eax: number): void;
  /** An exception is being delivered. */
  exception?(vector: number, errorCode: number | undefined): void;
  /** A REP MOVS moved `sizeBytes` from and to these linear addresses, all at once or a part of it. */
  blockMoved?(from: number, to: number, sizeBytes: number): void;
}

/** Keeps accounts of where cycles go (provenance/cycle-ledger.ts). Changes none. */
export interface CycleAccount {
  /** A block is about to run, its fetch included; what the counters have gained since the last call is another's. */
  enter(block: Block): void;
  /** A hardware interrupt is being taken. */
  interrupted(vector: number): void;
}

/** Called when an instruction at a watched linear address is about to execute. */
export type ExecutionWatcher = (linearAddress: number) => void;

/** A conformance harness may take exceptions and software interrupts instead of the guest's IDT. */
export interface ExceptionSink {
  /** @returns true when taken: the CPU then stops with registers as at the fault, or behind the instruction for a trap. */
  take(vector: number, errorCode: number | undefined): boolean;
}
