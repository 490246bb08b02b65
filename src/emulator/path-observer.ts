// Turns what the machine does into phase marks: architectural events, and the addresses the guest images name.
// Nothing here touches the guest: it only watches. Events and their order: docs/facts.md Phases; docs/decisions/0002.
import { EmulatorError } from './errors';
import type { Machine } from './machine';
import type { TrackedCounters } from './phase-tracker';
import { PhaseTracker } from './phase-tracker';
import type { RebootPath } from './phases';
import { phaseKind } from './phases';
import { postStep } from './post-codes';
import { readCounters } from './counters';
import { CR0_PG } from './cpu/state';
import type { ResetKind, ResetSource } from './reset';

/** Linear addresses that mean the same on every PC. */
const BOOT_SECTOR = 0x7c00;
const SETUP_ENTRY = 0x90200;
const KERNEL_ENTRY_32 = 0x100000;
const RESET_VECTOR = 0xffff_fff0;
const POST_PORT = 0x80;
const ATA_DATA_PORT = 0x1f0;
const PAGE_BYTES = 4096;

/**
 * How far the machine has come. An address or a port means something only in its stage: 100000h is the kernel's
 * entry after set-up or a kexec jump, but any user page later; port 80h takes POST codes, but also delay writes.
 */
type Stage = 'firmware' | 'loader' | 'setup' | 'kernel' | 'ready' | 'stopping' | 'relocating';

/** One page, or a run of pages, that the kexec stub copied. */
export interface PageCopy {
  readonly cycle: number;
  readonly from: number;
  readonly to: number;
  readonly sizeBytes: number;
}

/** Instants of the path, in cycles since power-on; NaN until reached. */
export interface PathInstants {
  start: number;
  servicesStop: number;
  deviceShutdownEnd: number;
  startKernel: number;
  servicesUp: number;
}

/** Linear addresses of named places in the guest images. */
export type SymbolTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Watches one machine run one path. */
export class PathObserver {
  readonly tracker: PhaseTracker;
  readonly instants: PathInstants = {
    start: NaN,
    servicesStop: NaN,
    deviceShutdownEnd: NaN,
    startKernel: NaN,
    servicesUp: NaN,
  };
  readonly postCodes: number[] = [];
  readonly pageCopies: PageCopy[] = [];
  readonly warnings: string[] = [];
  /** Why the path cannot go on; the run loop throws it. */
  failure: EmulatorError | null = null;
  isDone = false;

  private stage: Stage = 'firmware';
  /** True from the path's own start; before that the first boot is preparation. */
  private isMeasuring = false;
  private bytesRead = 0;
  private bytesWritten = 0;

  constructor(
    private readonly machine: Machine,
    private readonly path: RebootPath,
    symbols: SymbolTable,
  ) {
    this.tracker = new PhaseTracker(() => this.counters());
    this.watchBoard();
    this.watchAddresses(symbols);
    if (path === 'cold') this.startMeasuring('reset');
  }

  /** Text of the preparation's or path's current phase, for progress. */
  get phaseName(): string {
    const phase = this.isMeasuring ? this.tracker.currentPhase : null;
    return phase ? phaseKind(phase).name : 'First boot';
  }

  private counters(): TrackedCounters {
    return { ...readCounters(this.machine.memory), bytesRead: this.bytesRead, bytesWritten: this.bytesWritten };
  }

  private startMeasuring(phase: Parameters<PhaseTracker['start']>[0]): void {
    this.isMeasuring = true;
    this.instants.start = this.machine.clock.nowCycles;
    this.postCodes.length = 0;
    this.tracker.start(phase);
  }

  /** A mark; before the measured part there is nothing to mark. */
  private mark(...phase: Parameters<PhaseTracker['begin']>): void {
    if (this.isMeasuring) this.tracker.begin(...phase);
  }

  private watchBoard(): void {
    const { machine } = this;
    machine.onReset = (kind, source) => this.resetAsserted(kind, source);
    machine.bus.listenToPort(POST_PORT, (_port, _size, value, isWrite) => {
      if (isWrite) this.postCodeWritten(value & 0xff);
    });
    machine.bus.listenToPort(ATA_DATA_PORT, (_port, sizeBytes, _value, isWrite) => {
      if (isWrite) this.bytesWritten += sizeBytes;
      else this.bytesRead += sizeBytes;
    });
    machine.cpu.observer = {
      controlRegister0Changed: (oldValue, newValue) => {
        const turnedOff = (oldValue & CR0_PG) !== 0 && (newValue & CR0_PG) === 0;
        if (turnedOff && this.stage === 'stopping') this.relocationBegins();
      },
      userModeEntered: () => {
        if (this.stage === 'kernel') this.mark('userspace');
      },
      blockMoved: (from, to, sizeBytes) => {
        if (this.stage === 'relocating') this.pageCopied(from, to, sizeBytes);
      },
    };
  }

  private watchAddresses({ kernel = {}, loader = {}, init = {} }: SymbolTable): void {
    const { cpu } = this.machine;
    const at = (address: number | undefined, stages: readonly Stage[], act: () => void) => {
      if (address === undefined) return;
      cpu.watchExecution(address, () => {
        if (stages.includes(this.stage)) act();
      });
    };
    at(RESET_VECTOR, ['firmware'], () => this.mark('early-chipset'));
    at(BOOT_SECTOR, ['firmware'], () => this.enter('loader', 'loader-load'));
    at(loader.prompt_begin, ['loader'], () => this.mark('loader-menu'));
    at(loader.prompt_end, ['loader'], () => this.mark('loader-load'));
    at(SETUP_ENTRY, ['loader'], () => this.enter('setup', 'setup-realmode'));
    at(KERNEL_ENTRY_32, ['setup', 'relocating'], () => this.enter('kernel', 'decompress'));
    at(kernel.start_kernel, ['kernel'], () => this.kernelStarts());
    at(kernel.drivers_probe_begin, ['kernel'], () => this.mark('driver-probe'));
    at(kernel.drivers_probe_end, ['kernel'], () => this.mark('start-kernel'));
    at(init.services_up, ['kernel'], () => this.servicesAreUp());
    at(init.services_stop, ['ready'], () => this.servicesStop());
    at(kernel.device_shutdown_begin, ['stopping'], () => this.mark('device-shutdown'));
    at(kernel.device_shutdown_end, ['stopping'], () => {
      this.instants.deviceShutdownEnd = this.machine.clock.nowCycles;
      this.mark('machine-shutdown');
    });
    const everywhere: readonly Stage[] = ['setup', 'kernel', 'ready', 'stopping', 'relocating'];
    at(kernel.panic, everywhere, () => this.fail('EMU-GUEST-PANIC', 'The lab kernel stopped with a panic.'));
    at(kernel.decompress_error, everywhere, () =>
      this.fail('EMU-GUEST-PANIC', 'The kernel image could not be unpacked: its check sum or its data are wrong.'),
    );
  }

  private enter(stage: Stage, phase: Parameters<PhaseTracker['begin']>[0]): void {
    this.stage = stage;
    this.mark(phase);
  }

  private resetAsserted(kind: ResetKind, source: ResetSource): void {
    if (source === 'power') return; // the constructor has begun the path, or the preparation runs
    const isWanted = this.path === 'warm' && this.stage === 'stopping' && this.isMeasuring;
    if (!isWanted) {
      const cause = source === 'triple-fault' ? 'by a triple fault' : `through ${source}`;
      this.fail('EMU-GUEST-SHUTDOWN', `The machine was reset ${cause} (${kind}) where the path has no reset.`);
      return;
    }
    this.enter('firmware', 'reset');
  }

  private postCodeWritten(code: number): void {
    const step = this.stage === 'firmware' ? postStep(code) : undefined;
    if (!step) return;
    this.postCodes.push(code);
    this.mark(step.phase, { id: `post-${code.toString(16).padStart(2, '0')}`, name: step.name });
  }

  private kernelStarts(): void {
    if (this.isMeasuring) this.instants.startKernel = this.machine.clock.nowCycles;
    this.mark('start-kernel');
  }

  private servicesAreUp(): void {
    this.stage = 'ready';
    if (this.isMeasuring) {
      this.instants.servicesUp = this.machine.clock.nowCycles;
      this.tracker.end();
      this.isDone = true;
      this.machine.requestStop();
    } else if (this.path === 'kexec') {
      this.startMeasuring('kexec-load');
    }
  }

  private servicesStop(): void {
    this.stage = 'stopping';
    if (this.path === 'warm') this.startMeasuring('userspace-shutdown');
    else this.mark('userspace-shutdown');
    this.instants.servicesStop = this.machine.clock.nowCycles;
  }

  private relocationBegins(): void {
    if (this.path === 'kexec') this.enter('relocating', 'relocate-copy');
  }

  private pageCopied(from: number, to: number, sizeBytes: number): void {
    this.pageCopies.push({ cycle: this.machine.clock.nowCycles, from, to, sizeBytes });
    this.bytesRead += sizeBytes;
    this.bytesWritten += sizeBytes;
  }

  /** Whole pages copied by the stub. */
  get pagesCopied(): number {
    return this.bytesCopied / PAGE_BYTES;
  }

  get bytesCopied(): number {
    return this.pageCopies.reduce((sum, copy) => sum + copy.sizeBytes, 0);
  }

  private fail(code: 'EMU-GUEST-PANIC' | 'EMU-GUEST-SHUTDOWN', message: string): void {
    const nextStep =
      'Look at the console text below; check the kernel command line and the memory size of the profile.';
    this.failure ??= new EmulatorError(code, message, nextStep, { console: this.machine.consoleText() });
    this.machine.requestStop();
  }
}
