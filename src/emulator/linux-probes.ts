// Finds the phases of a Linux nobody changed: system calls, mode changes, the segments it hands to kexec_load, console lines.
// Nothing here touches the guest. Which event begins which phase: docs/decisions/0015.
import type { Stage, StageReporter } from './boot-stage';
import type { ConsoleLinesState } from './console-lines';
import { ConsoleLines } from './console-lines';
import type { CpuObserver } from './cpu/cpu-host';
import { peekTranslation } from './cpu/memory/paging';
import { CR3, EBX, ECX, EDX } from './cpu/state';
import type { Machine } from './machine';
import type { TrackedCounters } from './phase-tracker';
import type { PhaseId } from './phases';

/** A console line that begins with this text (behind the kernel's time stamp) begins this phase while the kernel starts. */
export interface ConsoleMark {
  readonly text: string;
  readonly phase: PhaseId;
}

/** What of a Linux is not architectural. */
export interface LinuxGuestWords {
  /** A console line that contains this says that services are up. */
  readonly readyText: string;
  /** Marks in the order they are looked for; the first that fits a line counts. */
  readonly marks: readonly ConsoleMark[];
}

/** Lines of a Linux console that begin a phase, from 2.4 to 6.x: what is not printed is not marked. */
export const LINUX_MARKS: readonly ConsoleMark[] = [
  { text: 'PCI: Using configuration type', phase: 'driver-probe' },
  { text: 'PCI: PCI BIOS', phase: 'driver-probe' },
  { text: 'Freeing unused kernel', phase: 'start-kernel' },
];

/** What the lab's own and the agent's user space print when they are up. */
export const READY_TEXT = 'LAB-MARKER';

// arch/x86/entry/syscalls/syscall_32.tbl
const SYSTEM_CALL_VECTOR = 0x80;
const SYS_REBOOT = 88;
const SYS_KEXEC_LOAD = 283;

// include/uapi/linux/reboot.h
const REBOOT_MAGIC1 = 0xfee1_dead;
const REBOOT_COMMANDS: ReadonlySet<number> = new Set([0x0123_4567, 0xa1b2_c3d4, 0x4558_4543]); // RESTART, RESTART2, KEXEC

const MAX_SEGMENTS = 16;
const SEGMENT_BYTES = 16;

/** Stages in which paging is switched on by nobody but a kernel. */
const KERNEL_STAGES: ReadonlySet<Stage> = new Set(['loader', 'setup', 'kernel']);

const TIME_STAMP = /^\[ *\d+\.\d+\] /;
/** What the kernel prints between device_shutdown() and machine_shutdown() (kernel/reboot.c, kernel/kexec_core.c). */
const DEVICES_ARE_DOWN = /Restarting system|Starting new kernel/;
const PANIC = /Kernel panic - not syncing/;

/** struct kexec_segment: where it goes. */
interface Segment {
  readonly address: number;
  readonly sizeBytes: number;
}

/** The image that kexec_load took. */
interface LoadedImage {
  readonly entry: number;
  readonly segments: readonly Segment[];
}

/** For snapshots; plain data. */
export interface LinuxProbesState {
  readonly consoleLine: ConsoleLinesState<TrackedCounters>;
  readonly image: LoadedImage | null;
  readonly loadingSpace: number | null;
  readonly watchedImage: LoadedImage | null;
}

/** Watches one machine. */
export class LinuxProbes {
  /** To be joined with what else watches the CPU. */
  readonly cpuObserver: Pick<CpuObserver, 'softwareInterrupt' | 'fastCall'>;
  private readonly consoleLines: ConsoleLines<TrackedCounters>;
  private image: LoadedImage | null = null;
  /** CR3 of the process inside kexec_load, or null. */
  private loadingSpace: number | null = null;
  private readonly watched = new Set<number>();
  /** Whose entries are watched. */
  private watchedImage: LoadedImage | null = null;

  constructor(
    private readonly machine: Machine,
    private readonly report: StageReporter,
    private readonly words: LinuxGuestWords,
  ) {
    this.consoleLines = new ConsoleLines(
      () => report.counters(),
      (text, began) => this.lineSent(text.replace(TIME_STAMP, ''), began),
    );
    this.cpuObserver = {
      softwareInterrupt: (vector, eax) => {
        if (vector === SYSTEM_CALL_VECTOR) this.systemCalled(eax);
      },
      fastCall: (eax) => this.systemCalled(eax),
    };
    machine.onSerialByte = (byte) => this.consoleLines.byte(byte);
  }

  saveState(): LinuxProbesState {
    const { image, loadingSpace, watchedImage } = this;
    return { consoleLine: this.consoleLines.saveState(), image, loadingSpace, watchedImage };
  }

  restoreState(state: LinuxProbesState): void {
    this.consoleLines.restoreState(state.consoleLine);
    this.image = state.image;
    this.loadingSpace = state.loadingSpace;
    if (state.watchedImage) this.watchImage(state.watchedImage);
  }

  /** CR0.PG changed in a stage in which that says something. */
  pagingChanged(isOn: boolean): void {
    const { report } = this;
    if (isOn && KERNEL_STAGES.has(report.stage)) {
      // A loader that is not ours may have come here without passing an entry that is known.
      if (report.stage !== 'kernel') report.enter('kernel', 'start-kernel');
      report.kernelStarts();
    }
    if (!isOn && report.stage === 'stopping' && this.image) this.relocationBegins(this.image);
  }

  /** The CPU runs user code again. */
  userModeEntered(): void {
    if (this.loadingSpace === null || this.machine.memory.i32[CR3] !== this.loadingSpace) return;
    this.loadingSpace = null;
    // Whoever loads a kernel wants to jump next: services stop here, and loading was no part of the outage.
    if (this.report.stage === 'ready') this.report.servicesStop();
  }

  /** Whether a copy's destination belongs to the next kernel: the three-copy stub also moves what was there. */
  isDestination(address: number): boolean {
    return this.image?.segments.some((one) => address >= one.address && address < one.address + one.sizeBytes) ?? true;
  }

  private systemCalled(number: number): void {
    if (number === SYS_KEXEC_LOAD) this.kexecLoads();
    else if (number === SYS_REBOOT) this.rebootCalled();
  }

  private kexecLoads(): void {
    const { i32 } = this.machine.memory;
    const count = i32[ECX] >>> 0;
    if (count === 0 || count > MAX_SEGMENTS) return;
    const table = i32[EDX];
    const segments = Array.from({ length: count }, (_, i): Segment => {
      const at = table + i * SEGMENT_BYTES;
      return { address: this.peekWord(at + 8), sizeBytes: this.peekWord(at + 12) };
    });
    this.image = { entry: i32[EBX] >>> 0, segments };
    this.loadingSpace = i32[CR3];
    if (this.report.path === null) this.report.mark('kexec-load');
  }

  private rebootCalled(): void {
    const { i32 } = this.machine.memory;
    const isReboot = i32[EBX] >>> 0 === REBOOT_MAGIC1 && REBOOT_COMMANDS.has(i32[EDX] >>> 0);
    if (!isReboot) return;
    const { report } = this;
    if (report.stage === 'ready' || report.path === null) report.servicesStop();
    if (report.stage === 'stopping') report.mark('device-shutdown');
  }

  /**
   * The stub walks the page list with paging off. It ends at the image's entry; a purgatory is an entry in a segment of
   * its own, and ends where another segment is entered at its beginning (Linux boot protocol: the 32-bit entry point).
   */
  private relocationBegins(image: LoadedImage): void {
    this.report.enter('relocating', 'relocate-copy');
    this.watchImage(image);
  }

  private watchImage(image: LoadedImage): void {
    const { report } = this;
    const { entry, segments } = image;
    this.watchedImage = image;
    const holdsEntry = ({ address, sizeBytes }: Segment) => entry >= address && entry < address + sizeBytes;
    this.watch(entry, () => {
      if (report.stage !== 'relocating') return;
      const isKernel = segments.some(({ address }) => address === entry);
      if (isKernel) report.enter('kernel', 'decompress');
      else report.enter('purgatory', 'purgatory-hash');
    });
    for (const { address } of segments.filter((segment) => !holdsEntry(segment))) {
      this.watch(address, () => {
        if (report.stage === 'relocating' || report.stage === 'purgatory') report.enter('kernel', 'decompress');
      });
    }
  }

  private watch(address: number, act: () => void): void {
    if (this.watched.has(address)) this.machine.cpu.unwatch(address);
    this.watched.add(address);
    this.machine.cpu.watchExecution(address, act);
  }

  private lineSent(line: string, began: TrackedCounters): void {
    const { report, words } = this;
    if (PANIC.test(line)) report.panicked(line);
    else if (report.stage === 'stopping' && DEVICES_ARE_DOWN.test(line)) report.devicesAreDown(began);
    else if (report.stage === 'kernel') {
      const mark = words.marks.find(({ text }) => line.startsWith(text));
      if (mark) report.mark(mark.phase, null, began);
      if (line.includes(words.readyText)) this.servicesAreUp();
    }
  }

  private servicesAreUp(): void {
    const { report } = this;
    report.servicesAreUp();
    // Whoever is told to reboot does so at once: what comes now is its own shutting down.
    if (report.path === 'warm' && report.stage === 'ready') report.servicesStop();
  }

  private peekWord(linear: number): number {
    let value = 0;
    for (let i = 3; i >= 0; i--) {
      const physical = peekTranslation(this.machine.cpu, (linear + i) | 0);
      value = value * 256 + (physical < 0 ? 0 : this.machine.bus.peekMemory(physical, 1));
    }
    return value;
  }
}
