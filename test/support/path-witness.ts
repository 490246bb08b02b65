// An independent witness of a run: watches the bare machine, without phases, tracker or record.
import { EAX, CR0_PE, CR0_PG } from '../../src/emulator/cpu/state';
import type { Machine } from '../../src/emulator/machine';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { buildPathMachine } from '../../src/emulator/run-path';

/** One page copied by the kexec stub, with the bytes the source held at that moment. */
export interface WitnessedCopy {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** What was seen from services stopping to services being up again. */
export interface Testimony {
  readonly machine: Machine;
  /** Events by name, in order. */
  readonly events: readonly string[];
  readonly postCodes: readonly number[];
  readonly copies: readonly WitnessedCopy[];
  /** 64 KiB at 1 MiB when services stopped: the old kernel. */
  readonly oldKernel: Uint8Array;
  /** RAM from 1 MiB, as many bytes as the kernel file has, when its 32-bit entry was reached. */
  readonly kernelAtEntry: Uint8Array;
}

const KERNEL_BASE = 0x100000;
const OLD_KERNEL_BYTES = 65536;

/** Runs the path and tells what happened. Throws when services do not come up twice (once on a cold start). */
export function witnessPath(request: PathRunRequest): Testimony {
  const machine = buildPathMachine(request);
  const { cpu, memory, bus } = machine;
  const events: string[] = [];
  const postCodes: number[] = [];
  const copies: WitnessedCopy[] = [];
  let oldKernel = new Uint8Array();
  let kernelAtEntry = new Uint8Array();
  let isWatching = request.path === 'cold';
  let isPagingOff = true;
  const note = (event: string) => {
    if (isWatching && events.at(-1) !== event) events.push(event);
  };
  const ram = (address: number, sizeBytes: number) =>
    memory.u8.slice(memory.ramOffset + address, memory.ramOffset + address + sizeBytes);

  machine.onReset = (kind, source) => note(`reset ${kind} by ${source}`);
  cpu.observer = {
    controlRegister0Changed: (before, after) => {
      isPagingOff = (after & CR0_PG) === 0;
      if (((before ^ after) & CR0_PE) !== 0) note(after & CR0_PE ? 'protected mode' : 'real mode');
      if (((before ^ after) & CR0_PG) !== 0) note(after & CR0_PG ? 'paging on' : 'paging off');
    },
    userModeEntered: () => note('user mode'),
    softwareInterrupt: (vector) => {
      if (vector === 0x19) note('INT 19h');
      if (vector === 0x80 && [88, 283].includes(memory.i32[EAX])) note(`system call ${memory.i32[EAX]}`);
    },
    blockMoved: (from, to, sizeBytes) => {
      if (!isWatching || !isPagingOff || events.at(-1) !== 'paging off') return;
      copies.push({ from, to, bytes: ram(to, sizeBytes) });
    },
  };
  const { kernel = {}, init = {} } = request.images.symbols;
  let servicesUp = 0;
  const places: [string, number][] = [
    ['reset vector', 0xfffffff0],
    ['7C00h', 0x7c00],
    ['set-up entry', 0x90200],
    ['start_kernel', kernel.start_kernel],
  ];
  for (const [name, address] of places) cpu.watchExecution(address, () => note(name));
  cpu.watchExecution(KERNEL_BASE, () => {
    if (!isPagingOff) return;
    // The unpacked kernel starts at the same address a little later: only the first arrival is the file's.
    if (!isWatching || kernelAtEntry.length > 0) return;
    note('32-bit entry');
    kernelAtEntry = ram(KERNEL_BASE, request.images.kernel.length);
  });
  cpu.watchExecution(init.services_stop, () => {
    isWatching = true;
    oldKernel = ram(KERNEL_BASE, OLD_KERNEL_BYTES);
    note('services stop');
  });
  cpu.watchExecution(init.services_up, () => {
    note('services up');
    if (++servicesUp === (request.path === 'cold' ? 1 : 2)) machine.requestStop();
  });
  bus.listenToPort(0x80, (_port, _size, value, isWrite) => {
    if (isWrite && isWatching) postCodes.push(value);
  });

  machine.powerOn();
  const end = machine.run({ limitCycles: request.limitCycles, heartbeat: () => true });
  if (end !== 'stopped') throw new Error(`the run ended with "${end}":\n${machine.consoleText()}`);
  return { machine, events, postCodes, copies, oldKernel, kernelAtEntry };
}
