// Turns what the machine does into phase marks: architectural events, and the addresses the guest images name.
// Nothing here touches the guest: it only watches. Events and their order: docs/facts.md Phases; docs/decisions/0002, 0015.
import type { Stage, StageReporter } from './boot-stage';
import type { CorruptionState } from './corruption';
import { CorruptionWatch } from './corruption';
import type { CpuObserver } from './cpu/cpu-host';
import { CR0_PG, EAX } from './cpu/state';
import { readCounters } from './counters';
import { driverSteps } from './driver-steps';
import { EmulatorError } from './errors';
import type { CrashReserve } from './lab-options';
import type { LinuxGuestWords, LinuxProbesState } from './linux-probes';
import { LinuxProbes } from './linux-probes';
import type { Machine } from './machine';
import type { CycleLedger } from './provenance/cycle-ledger';
import type { PhaseStep, PhaseTrackerState, TrackedCounters } from './phase-tracker';
import { PhaseTracker } from './phase-tracker';
import type { PhaseId, RebootPath } from './phases';
import { phaseKind } from './phases';
import { postStep } from './post-codes';
import type { ResetKind, ResetSource } from './reset';

/** Linear addresses that mean the same on every PC. */
const BOOT_SECTOR = 0x7c00;
const SETUP_ENTRY = 0x90200;
const KERNEL_ENTRY_32 = 0x100000;
/** Where the lab's init puts boot_params, command line and purgatory; a crash reserve begins with them. */
const PURGATORY_BASE = 0x90000;
const RESET_VECTOR = 0xffff_fff0;
const VIDEO_ROM_ENTRY = 0xc0003;
const POST_PORT = 0x80;
const ATA_DATA_PORT = 0x1f0;
const BOOTSTRAP_INTERRUPT = 0x19;
const PAGE_BYTES = 4096;

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

/** What is known of the guest besides the architecture: addresses of our own images, or the words of a Linux. */
export interface ObservedGuest {
  readonly symbols: SymbolTable;
  /** Null: the lab kernel. */
  readonly linux: LinuxGuestWords | null;
  /** The lab kernel's crash reserve, if it has one. */
  readonly reserve?: CrashReserve | null;
  /** Of the lab kernel's stub: 1 unless given. */
  readonly copiesPerPage?: 1 | 3;
}

/** For snapshots; plain data. A path that has failed is not kept. */
export interface PathObserverState {
  readonly path: RebootPath | null;
  readonly stage: Stage;
  readonly isMeasuring: boolean;
  readonly isDone: boolean;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly instants: PathInstants;
  readonly postCodes: readonly number[];
  readonly pageCopies: readonly PageCopy[];
  readonly warnings: readonly string[];
  readonly corruption: CorruptionState;
  readonly tracker: PhaseTrackerState;
  readonly linux: LinuxProbesState | null;
}

/** Watches one machine run one path; or, with no path, whatever it does from power-on. */
export class PathObserver implements StageReporter {
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
  stage: Stage = 'firmware';
  /** Keeps accounts of the measured part, when somebody wants them. */
  private ledger: CycleLedger | null = null;
  /** Told each mark of the measured part, behind it. */
  onMark: (phase: PhaseId) => void = () => {};

  /** True from the path's own start; before that the first boot is preparation. */
  private isMeasuring = false;
  private bytesRead = 0;
  private bytesWritten = 0;
  private readonly corruption: CorruptionWatch;
  private readonly linux: LinuxProbes | null;
  private readonly copiesPerPage: number;
  private cpuObserver: CpuObserver = {};

  constructor(
    private readonly machine: Machine,
    readonly path: RebootPath | null,
    { symbols, linux, reserve = null, copiesPerPage = 1 }: ObservedGuest,
  ) {
    this.copiesPerPage = copiesPerPage;
    this.tracker = new PhaseTracker(() => this.counters());
    this.corruption = new CorruptionWatch(machine, path === 'crash' ? reserve : null);
    this.linux = linux && new LinuxProbes(machine, this, linux);
    this.watchBoard();
    this.watchAddresses(symbols);
    this.watchPurgatory(symbols, 0);
    if (reserve) this.watchReserve(symbols, reserve.startBytes);
    if (path === 'cold' || path === null) this.startMeasuring('reset');
  }

  /** Text of the preparation's or path's current phase, for progress. */
  get phaseName(): string {
    const phase = this.isMeasuring ? this.tracker.currentPhase : null;
    return phase ? phaseKind(phase).name : 'First boot';
  }

  /** Has the cycles of the path accounted for, from its start. To be called before the machine runs. */
  keepAccounts(ledger: CycleLedger): void {
    this.ledger = ledger;
    if (this.isMeasuring) ledger.start();
  }

  /** Reads the counters; an instant of a phase is one of these readings, so accounts are cut there. */
  counters(): TrackedCounters {
    this.ledger?.cut();
    return { ...readCounters(this.machine.memory), bytesRead: this.bytesRead, bytesWritten: this.bytesWritten };
  }

  saveState(): PathObserverState {
    const { path, stage, isMeasuring, isDone, bytesRead, bytesWritten, instants } = this;
    return {
      ...{ path, stage, isMeasuring, isDone, bytesRead, bytesWritten },
      instants: { ...instants },
      postCodes: [...this.postCodes],
      pageCopies: [...this.pageCopies],
      warnings: [...this.warnings],
      corruption: this.corruption.saveState(),
      tracker: this.tracker.saveState(),
      linux: this.linux && this.linux.saveState(),
    };
  }

  /** Goes on where the observer of another machine was; the machine itself is restored by snapshot.ts. */
  restoreState(state: PathObserverState): void {
    this.isMeasuring = state.isMeasuring;
    this.isDone = state.isDone;
    this.bytesRead = state.bytesRead;
    this.bytesWritten = state.bytesWritten;
    Object.assign(this.instants, state.instants);
    this.postCodes.splice(0, this.postCodes.length, ...state.postCodes);
    this.pageCopies.splice(0, this.pageCopies.length, ...state.pageCopies);
    this.warnings.splice(0, this.warnings.length, ...state.warnings);
    this.corruption.restoreState(state.corruption);
    this.tracker.restoreState(state.tracker);
    this.setStage(state.stage);
    if (state.linux) this.linux?.restoreState(state.linux);
  }

  private startMeasuring(phase: PhaseId): void {
    this.isMeasuring = true;
    this.instants.start = this.machine.clock.nowCycles;
    this.ledger?.start();
    this.postCodes.length = 0;
    this.tracker.start(phase);
    this.onMark(phase);
  }

  /** A mark; before the measured part there is nothing to mark. */
  mark(phase: PhaseId, step: PhaseStep | null = null, from?: TrackedCounters): void {
    if (!this.isMeasuring) return;
    this.tracker.begin(phase, step, from);
    this.onMark(phase);
  }

  /** A mark of the architecture where a firmware's own codes have not said the same already. */
  private markUnlessIn(phase: PhaseId): void {
    if (this.tracker.currentPhase !== phase) this.mark(phase);
  }

  private watchBoard(): void {
    const { machine } = this;
    machine.onReset = (kind, source) => this.resetAsserted(kind, source);
    machine.bus.listenToPort(POST_PORT, (_port, _size, value, isWrite) => {
      if (isWrite) this.postCodeWritten(value & 0xff);
    });
    machine.bus.listenToPort(ATA_DATA_PORT, (_port, sizeBytes, _value, isWrite, times) => {
      if (isWrite) this.bytesWritten += sizeBytes;
      else this.bytesRead += sizeBytes * times;
    });
    this.cpuObserver = machine.cpu.observer = {
      controlRegister0Changed: (oldValue, newValue) => {
        const isOn = (newValue & CR0_PG) !== 0;
        if (isOn !== ((oldValue & CR0_PG) !== 0)) this.pagingChanged(isOn);
      },
      userModeEntered: () => {
        if (this.stage === 'kernel') this.mark('userspace');
        this.linux?.userModeEntered();
      },
      softwareInterrupt: (vector, eax) => {
        if (vector === BOOTSTRAP_INTERRUPT && this.stage === 'firmware') this.markUnlessIn('boot-select');
        else this.linux?.cpuObserver.softwareInterrupt?.(vector, eax);
      },
      fastCall: (eax) => this.linux?.cpuObserver.fastCall?.(eax),
    };
  }

  private pagingChanged(isOn: boolean): void {
    if (this.linux) this.linux.pagingChanged(isOn);
    else if (!isOn && this.stage === 'stopping') this.relocationBegins();
  }

  private watch(address: number | undefined, stages: readonly Stage[], act: () => void): void {
    if (address === undefined) return;
    this.machine.cpu.watchExecution(address, () => {
      if (stages.includes(this.stage)) act();
    });
  }

  private watchAddresses({ kernel = {}, loader = {}, init = {} }: SymbolTable): void {
    const at = (...args: Parameters<PathObserver['watch']>) => this.watch(...args);
    at(RESET_VECTOR, ['firmware'], () => this.mark('early-chipset'));
    at(VIDEO_ROM_ENTRY, ['firmware'], () => this.markUnlessIn('video-oprom'));
    at(BOOT_SECTOR, ['firmware'], () => this.enter('loader', 'loader-load'));
    at(loader.prompt_begin, ['loader'], () => this.mark('loader-menu'));
    at(loader.prompt_end, ['loader'], () => this.mark('loader-load'));
    at(SETUP_ENTRY, ['loader'], () => this.enter('setup', 'setup-realmode'));
    at(KERNEL_ENTRY_32, ['setup', 'relocating', 'purgatory'], () => this.enter('kernel', 'decompress'));
    at(kernel.start_kernel, ['kernel'], () => this.kernelStarts());
    at(kernel.drivers_probe_begin, ['kernel'], () => this.mark('driver-probe'));
    this.watchDriverProbes(kernel, 0);
    at(kernel.drivers_probe_end, ['kernel'], () => this.mark('start-kernel'));
    at(init.services_up, ['kernel'], () => this.servicesAreUp());
    at(init.services_stop, ['ready'], () => this.servicesStop());
    at(kernel.sys_kexec, ['stopping'], () => this.mark('kexec-load'));
    at(kernel.device_shutdown_begin, ['stopping'], () => this.mark('device-shutdown'));
    at(kernel.device_shutdown_end, ['stopping'], () => this.devicesAreDown());
    const everywhere: readonly Stage[] = ['setup', 'kernel', 'ready', 'stopping', 'relocating'];
    at(kernel.panic, everywhere, () => {
      if (this.path === 'crash' && this.stage === 'ready' && !this.isMeasuring) this.crashes();
      else this.panicked('The lab kernel stopped with a panic.');
    });
    // The unpacking code runs in low memory that is anybody's before: a control page may lie there too.
    at(kernel.decompress_error, ['kernel'], () =>
      this.panicked('The kernel image could not be unpacked: its check sum or its data are wrong.'),
    );
  }

  /** Each driver is a step; a line that is given up tells its number in EAX. */
  private watchDriverProbes(kernel: Readonly<Record<string, number>>, distance: number): void {
    for (const { address, step } of driverSteps(kernel)) {
      this.watch(address + distance, ['kernel'], () => this.mark('driver-probe', step));
    }
    if (kernel.irq_nobody_cared === undefined) return;
    this.watch(kernel.irq_nobody_cared + distance, ['kernel'], () =>
      this.corruption.lineWasGivenUp(this.machine.memory.i32[EAX]),
    );
  }

  /** Of the lab kernel's purgatory; an image in a reserve has it so much higher. */
  private watchPurgatory({ purgatory = {} }: SymbolTable, distance: number): void {
    const at = (address: number | undefined, stages: readonly Stage[], act: () => void) =>
      this.watch(address === undefined ? undefined : address + distance, stages, act);
    at(purgatory.purgatory_hash_begin, ['relocating'], () => this.enter('purgatory', 'purgatory-hash'));
    at(purgatory.purgatory_move_begin, ['relocating', 'purgatory'], () => this.enter('purgatory', 'relocate-copy'));
    at(purgatory.purgatory_real_mode, ['relocating', 'purgatory'], () => this.enter('setup', 'setup-realmode'));
    at(purgatory.purgatory_mismatch, ['purgatory'], () =>
      this.panicked('The purgatory found that the loaded segments had changed.'),
    );
  }

  /** What lies in a crash reserve is laid out as the first MiB is, and the kernel behind it. */
  private watchReserve(symbols: SymbolTable, reserveStart: number): void {
    const { kernel = {} } = symbols;
    const at = (address: number | undefined, stages: readonly Stage[], act: () => void) =>
      this.watch(address === undefined ? undefined : address + reserveStart, stages, act);
    this.watchPurgatory(symbols, reserveStart - PURGATORY_BASE);
    at(KERNEL_ENTRY_32, ['relocating', 'purgatory'], () => this.enter('kernel', 'decompress'));
    at(kernel.start_kernel, ['kernel'], () => this.kernelStarts());
    at(kernel.drivers_probe_begin, ['kernel'], () => this.mark('driver-probe'));
    this.watchDriverProbes(kernel, reserveStart);
    at(kernel.drivers_probe_end, ['kernel'], () => this.mark('start-kernel'));
    at(kernel.panic, ['kernel', 'ready', 'stopping'], () => this.panicked('The crash kernel stopped with a panic.'));
  }

  /** Nothing is shut down: the path begins where the old kernel gives up. */
  private crashes(): void {
    this.stage = 'stopping';
    this.startMeasuring('machine-shutdown');
    this.instants.servicesStop = this.instants.deviceShutdownEnd = this.machine.clock.nowCycles;
  }

  enter(stage: Stage, phase: PhaseId): void {
    // A guest that never said so: its devices were down when the copying began.
    if (stage === 'relocating' && Number.isNaN(this.instants.deviceShutdownEnd)) this.devicesAreDown();
    if (stage === 'relocating') this.corruption.copyingBegins();
    if (stage === 'kernel') this.corruption.kernelBegins();
    this.setStage(stage);
    this.mark(phase);
  }

  private setStage(stage: Stage): void {
    this.stage = stage;
    // Watching every REP MOVS costs host time: only the stub's are of interest.
    if (stage === 'relocating') this.cpuObserver.blockMoved = (...copy) => this.pageCopied(...copy);
    else delete this.cpuObserver.blockMoved;
  }

  private resetAsserted(kind: ResetKind, source: ResetSource): void {
    this.ledger?.resetAsserted(kind);
    if (source === 'power') return; // the constructor has begun the path, or the preparation runs
    const isWanted = this.path === null || (this.path === 'warm' && this.stage === 'stopping' && this.isMeasuring);
    if (!isWanted) {
      const cause = source === 'triple-fault' ? 'by a triple fault' : `through ${source}`;
      this.fail('EMU-GUEST-SHUTDOWN', `The machine was reset ${cause} (${kind}) where the path has no reset.`);
      return;
    }
    // A guest that never said so: its devices were down when it pulled the reset.
    if (Number.isNaN(this.instants.deviceShutdownEnd)) this.instants.deviceShutdownEnd = this.machine.clock.nowCycles;
    this.corruption.firmwareBegins();
    this.enter('firmware', 'reset');
  }

  private postCodeWritten(code: number): void {
    const step = this.stage === 'firmware' ? postStep(code) : undefined;
    if (!step) return;
    this.postCodes.push(code);
    const { name, phase, isForcedDelay } = step;
    const id = `post-${code.toString(16).padStart(2, '0')}`;
    this.mark(phase, isForcedDelay ? { id, name, isForcedDelay } : { id, name });
  }

  kernelStarts(): void {
    if (this.isMeasuring) this.instants.startKernel = this.machine.clock.nowCycles;
    this.mark('start-kernel');
  }

  servicesAreUp(): void {
    this.stage = 'ready';
    if (this.path === null) return;
    if (this.isMeasuring) {
      this.instants.servicesUp = this.machine.clock.nowCycles;
      this.tracker.end();
      this.warnings.push(...this.corruption.warnings());
      this.isDone = true;
      this.machine.requestStop();
    } else if (this.path === 'kexec') {
      this.startMeasuring('kexec-load');
    }
  }

  servicesStop(): void {
    if (this.isDone) return;
    this.stage = 'stopping';
    if (this.path === 'warm') this.startMeasuring('userspace-shutdown');
    else this.mark('userspace-shutdown');
    this.instants.servicesStop = this.machine.clock.nowCycles;
  }

  devicesAreDown(from: TrackedCounters = this.counters()): void {
    this.corruption.devicesAreDown();
    this.instants.deviceShutdownEnd = from.cycles;
    this.mark('machine-shutdown', null, from);
  }

  private relocationBegins(): void {
    if (this.path !== 'warm') this.enter('relocating', 'relocate-copy');
  }

  private pageCopied(from: number, to: number, sizeBytes: number): void {
    this.pageCopies.push({ cycle: this.machine.clock.nowCycles, from, to, sizeBytes });
    this.corruption.pageCopied(from, to, sizeBytes);
    this.bytesRead += sizeBytes;
    this.bytesWritten += sizeBytes;
  }

  /** Pages that came to their destination. A three-copy stub moves each three times. */
  get pagesCopied(): number {
    const { linux } = this;
    if (!linux) return this.bytesCopied / this.copiesPerPage / PAGE_BYTES;
    const arrived = this.pageCopies.filter(({ to }) => linux.isDestination(to));
    return arrived.reduce((sum, copy) => sum + copy.sizeBytes, 0) / PAGE_BYTES;
  }

  get bytesCopied(): number {
    return this.pageCopies.reduce((sum, copy) => sum + copy.sizeBytes, 0);
  }

  panicked(message: string): void {
    this.fail('EMU-GUEST-PANIC', message);
  }

  private fail(code: 'EMU-GUEST-PANIC' | 'EMU-GUEST-SHUTDOWN', message: string): void {
    const nextStep =
      'Look at the console text below; check the kernel command line and the memory size of the profile.';
    const warnings = this.corruption.warnings().join('\n');
    const facts = { console: this.machine.consoleText(), ...(warnings && { warnings }) };
    this.failure ??= new EmulatorError(code, message, nextStep, facts);
    this.machine.requestStop();
  }
}
