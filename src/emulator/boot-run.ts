// Boots any ROM and disk on a machine and watches from outside: ports, serial line, screen, registers.
// Knows nothing of what the guest is. Format of the results: docs/conformance.md, section 2.
import { createDisc } from './boot/disc-image';
import { CopyOnWriteDiskImage, SECTOR_BYTES } from './boot/disk-image';
import type { BootHooks, BootReport, BootRequest, BootRunState, BootSnapshot, BootStop } from './boot-request';
import type { KernelPlan } from './boot/kernel-plan';
import { planKernel, startKernel } from './boot/start-kernel';
import { COUNTER } from './counters';
import { disassembleCurrent } from './cpu/disassemble-current';
import { getEflags } from './cpu/flags';
import { CS, DS, EAX, EBP, EBX, ECX, EDI, EDX, EIP, ES, ESI, ESP, FS, GS, SS } from './cpu/state';
import { SEGMENT, SEGMENT_WORDS, SEG_SELECTOR } from './cpu/state';
import { floppyFormatOf } from './devices/floppy-format';
import type { KeyName } from './devices/keyboard-keys';
import { chordsOfText } from './devices/keyboard-text';
import { LINUX_MARKS, READY_TEXT } from './linux-probes';
import { createMachine } from './machine';
import type { Machine } from './machine';
import { PathObserver } from './path-observer';
import type { MachineProfile } from './profile';
import { applyOverlay } from './profile';
import { restoreMachine, saveMachine } from './snapshot';
import { drawStartingConditions } from './variation';

export type { BootHooks, BootKernel, BootReport, BootRequest, BootSnapshot, TextSource } from './boot-request';

/**
 * No model completes more than three instructions a cycle, beside some twenty in flight: an eighth of the instructions left
 * in cycles never executes all of them. The last ones are executed one by one.
 */
const CYCLES_PART = 8;
const SINGLE_STEPS = 40;

/** Bochs's debug console. */
const E9_PORT = 0xe9;

/** What QEMU's loader leaves SeaBIOS for ACPI tables at the end of RAM: `acpi_data_size` (hw/i386/pc.c). */
const FIRMWARE_TABLES_BYTES = 0x2_8000;

/** The firmware's last word: "load the operating system". */
const BOOTSTRAP_INTERRUPT = 0x19;

/** Phases by what every PC and every Linux does. */
const ANY_GUEST = { symbols: {}, linux: { readyText: READY_TEXT, marks: LINUX_MARKS } };

/** The smallest drive a profile may have. */
const SMALLEST_DRIVE_BYTES = 4 * 1024 * 1024;

/** A fast typist: eight keys a second. Firmware's buffers hold 15 keys. */
const KEY_HOLD_NS = 50e6;
const KEY_GAP_NS = 75e6;

/** Values kept of one watched port; a guest may write for ever. */
const KEPT_VALUES = 100_000;

const GENERAL = { eax: EAX, ecx: ECX, edx: EDX, ebx: EBX, esp: ESP, ebp: EBP, esi: ESI, edi: EDI, eip: EIP };
const SEGMENTS = { cs: CS, ds: DS, es: ES, ss: SS, fs: FS, gs: GS };

/**
 * Boots until something in the request says stop, the CPU halts for good, or a triple fault.
 * @throws EmulatorError EMU-PROFILE or EMU-IMAGE when no machine can be built
 */
export function bootMachine(request: BootRequest, hooks: BootHooks = {}): BootReport {
  return new BootRun(request, hooks).run();
}

/** The machine with a disk of this size. What the lab's services would read from theirs is not on it. */
function withDisk(profile: MachineProfile, sizeBytes: number): MachineProfile {
  return applyOverlay({ ...profile, services: null }, { 'disk.sizeBytes': sizeBytes });
}

class BootRun {
  private readonly machine: Machine;
  private readonly watched: Map<number, number[]>;
  private readonly logged: Map<number, number[]>;
  private stop: BootStop | null = null;
  private exitCode: number | null = null;
  private serialSent = 0;
  private e9Tail = '';
  private kernelPlan: KernelPlan | null = null;
  /** INT 19h of the firmware is to start the kernel: from each reset on, until it has. */
  private isKernelWaiting = false;
  /** The firmware executed INT 19h. */
  private isBootRequested = false;
  /** Cycles of `saveAtCycles` that have come and are not kept yet. */
  private savesDue: number[] = [];
  private takeKernelPlanBack = () => {};
  private readonly phases: PathObserver | null;
  private readonly typing: { source: 'serial' | 'screen'; text: string; chords: KeyName[][] }[];

  constructor(
    private readonly request: BootRequest,
    private readonly hooks: BootHooks,
  ) {
    const { profile, bios, videoRom, disk, cdrom, floppy, watchPorts, logPorts } = request;
    const driveBytes = Math.max(SMALLEST_DRIVE_BYTES, disk?.length ?? 0);
    const roundedBytes = Math.ceil(driveBytes / SECTOR_BYTES) * SECTOR_BYTES;
    this.machine = createMachine({
      profile: disk ? withDisk(profile, roundedBytes) : profile,
      roms: { bios, video: videoRom },
      drives: {
        hda: disk && new CopyOnWriteDiskImage(wholeSectors(disk), roundedBytes),
        cdrom: cdrom && createDisc(cdrom),
        fda: floppy && createFloppyImage(floppy),
      },
      start: drawStartingConditions(0, []),
      extras: { firmwareInterface: request.firmwareInterface ?? null, hasDebugConsole: true },
    });
    this.machine.stopsOnShutdown = true;
    this.phases = request.watchPhases ? new PathObserver(this.machine, null, ANY_GUEST) : null;
    this.typing = (request.typing ?? []).map(({ keys, ...at }) => ({ ...at, chords: chordsOfText(keys) }));
    this.watched = new Map(watchPorts.map((port) => [port, []]));
    this.logged = new Map(logPorts.map((port) => [port, []]));
    this.listen();
    this.planKernel();
    if (request.restore) this.restore(request.restore);
  }

  run(): BootReport {
    const { machine, request } = this;
    const { clock, memory } = machine;
    // Whoever counts instructions looks again long before as many can have been executed.
    const lookAgain = clock.createAlarm(() => machine.requestStop());
    if (!request.restore) machine.powerOn();
    this.scheduleSaves();
    while (this.stop === null) {
      let isSingleStep = false;
      if (request.limitInstructions !== null) {
        const left = request.limitInstructions - memory.f64[COUNTER.INSTRUCTIONS];
        if (left <= 0) {
          this.stop = 'insns';
          break;
        }
        const wakeUpCycle = machine.cpu.isHalted ? clock.nextAlarmCycle : 0;
        lookAgain.scheduleAt(Math.max(clock.nowCycles + Math.ceil(left / CYCLES_PART), wakeUpCycle));
        isSingleStep = left <= SINGLE_STEPS;
      }
      const end = machine.run({ limitCycles: request.limitCycles, heartbeat: () => this.beat(), isSingleStep });
      if (end !== 'stopped') this.stop ??= STOP_BY_END[end];
      else if (this.isBootRequested) this.startWaitingKernel();
      this.saveWhatIsDue();
    }
    lookAgain.cancel();
    this.passOutputOn();
    return this.report(this.stop);
  }

  private scheduleSaves(): void {
    const { clock } = this.machine;
    for (const cycle of this.request.saveAtCycles ?? []) {
      if (cycle <= clock.nowCycles) continue;
      const alarm = clock.createAlarm(() => {
        this.savesDue.push(cycle);
        this.machine.requestStop();
      });
      alarm.scheduleAt(cycle);
    }
  }

  private saveWhatIsDue(): void {
    for (const cycle of this.savesDue) this.hooks.onSnapshot?.(cycle, this.save());
    this.savesDue = [];
  }

  private save(): BootSnapshot {
    const { isKernelWaiting, serialSent, e9Tail, request } = this;
    const run: BootRunState = {
      ...{ isKernelWaiting, serialSent, e9Tail },
      typedCount: (request.typing ?? []).length - this.typing.length,
      watched: [...this.watched].map(([port, values]) => ({ port, values: [...values] })),
      phases: this.phases && this.phases.saveState(),
    };
    return { machine: saveMachine(this.machine), run };
  }

  /** What this run is to watch and to type may differ from what the run was that was kept. */
  private restore({ machine, run }: BootSnapshot): void {
    restoreMachine(this.machine, machine);
    this.machine.stopsOnShutdown = true;
    if (run.phases) this.phases?.restoreState(run.phases);
    this.serialSent = run.serialSent;
    this.e9Tail = run.e9Tail;
    this.typing.splice(0, run.typedCount);
    for (const { port, values } of run.watched) this.watched.get(port)?.push(...values);
    if (this.isKernelWaiting && !run.isKernelWaiting) this.stopWaitingForBootstrap();
  }

  private planKernel(): void {
    const { kernel, profile, firmwareInterface } = this.request;
    if (!kernel) return;
    const keptBytes = firmwareInterface === 'qemu' ? FIRMWARE_TABLES_BYTES : 0;
    this.kernelPlan = planKernel(kernel, profile.memory.ramBytes.value - keptBytes);
    this.waitForBootstrap();
    const { machine } = this;
    const tellReset = machine.onReset;
    machine.onReset = (kind, source) => {
      tellReset(kind, source);
      this.waitForBootstrap();
    };
  }

  private waitForBootstrap(): void {
    if (this.isKernelWaiting) return;
    this.isKernelWaiting = true;
    const { cpu } = this.machine;
    const phaseObserver = cpu.observer;
    this.takeKernelPlanBack = () => (cpu.observer = phaseObserver);
    cpu.observer = {
      ...phaseObserver,
      softwareInterrupt: (vector, eax) => {
        phaseObserver?.softwareInterrupt?.(vector, eax);
        if (vector !== BOOTSTRAP_INTERRUPT) return;
        this.isBootRequested = true;
        this.machine.requestStop();
      },
    };
  }

  private startWaitingKernel(): void {
    if (this.kernelPlan && this.isKernelWaiting) {
      startKernel(this.machine, this.kernelPlan);
      if (this.kernelPlan.start.mode === 'real') this.phases?.enter('setup', 'setup-realmode');
      else this.phases?.enter('kernel', 'decompress');
    }
    this.stopWaitingForBootstrap();
  }

  private stopWaitingForBootstrap(): void {
    this.isKernelWaiting = false;
    this.isBootRequested = false;
    this.takeKernelPlanBack();
  }

  private listen(): void {
    const { untilPort, untilText, exitPort } = this.request;
    const ports = new Set([...this.watched.keys(), ...this.logged.keys()]);
    if (untilPort) ports.add(untilPort.port);
    if (untilText?.source === 'e9') ports.add(E9_PORT);
    if (exitPort !== null) ports.add(exitPort);
    for (const port of ports) {
      this.machine.bus.listenToPort(port, (_port, _sizeBytes, value, isWrite) => {
        if (isWrite) this.portWritten(port, value);
      });
    }
  }

  private portWritten(port: number, value: number): void {
    const { untilPort, untilText, exitPort } = this.request;
    const values = this.watched.get(port);
    if (values && values.length < KEPT_VALUES) values.push(value);
    this.logged.get(port)?.push(value & 0xff);
    if (port === exitPort) {
      this.exitCode = (value * 2 + 1) & 0xff;
      this.end('exit');
    } else if (port === untilPort?.port && value === untilPort.value) {
      this.end('until');
    } else if (port === E9_PORT && untilText?.source === 'e9') {
      this.e9Tail = (this.e9Tail + String.fromCharCode(value & 0xff)).slice(-untilText.text.length);
      if (this.e9Tail === untilText.text) this.end('until');
    }
  }

  private end(stop: BootStop): void {
    this.stop ??= stop;
    this.machine.requestStop();
  }

  private beat(): boolean {
    const { untilText } = this.request;
    if (untilText?.source === 'serial' && this.serialSince(untilText.text.length).includes(untilText.text)) {
      this.end('until');
    }
    if (untilText?.source === 'screen' && this.screenText().includes(untilText.text)) this.end('until');
    this.typeAtText();
    this.passOutputOn();
    return !this.hooks.shouldStop?.();
  }

  /** One at a heartbeat, so that two on the same screen are not typed into each other. */
  private typeAtText(): void {
    const [next] = this.typing;
    if (!next) return;
    const seen = next.source === 'screen' ? this.screenText() : this.machine.serialText;
    if (!seen.includes(next.text)) return;
    this.typing.shift();
    this.machine.chips.keyboardController.keyboard.pressKeys(next.chords, KEY_HOLD_NS, KEY_GAP_NS);
  }

  /** What came since the last heartbeat, and enough before it for a text that lies across. */
  private serialSince(overlap: number): string {
    return this.machine.serialText.slice(Math.max(0, this.serialSent - overlap));
  }

  private screenText(): string {
    return this.machine.chips.vga.textScreen()?.lines.join('\n') ?? '';
  }

  private passOutputOn(): void {
    const { serialText } = this.machine;
    if (serialText.length > this.serialSent) this.hooks.onSerial?.(serialText.slice(this.serialSent));
    this.serialSent = serialText.length;
    for (const [port, bytes] of this.logged) {
      if (bytes.length > 0) this.hooks.onPortBytes?.(port, Uint8Array.from(bytes));
      bytes.length = 0;
    }
  }

  private report(stop: BootStop): BootReport {
    const { machine, exitCode } = this;
    const { i32, f64 } = machine.memory;
    const general = Object.entries(GENERAL).map(([name, index]) => [name, i32[index] >>> 0]);
    const segments = Object.entries(SEGMENTS).map(([name, segment]) => {
      return [name, i32[SEGMENT + segment * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff];
    });
    return {
      stop,
      exitCode,
      instructions: f64[COUNTER.INSTRUCTIONS],
      cycles: f64[COUNTER.CYCLES],
      cpuHz: machine.clock.cpuHz,
      ports: [...this.watched].map(([port, values]) => ({ port, values })),
      registers: Object.fromEntries([...general, ['eflags', getEflags(machine.cpu) >>> 0], ...segments]),
      instruction: disassembleCurrent(machine.cpu),
      screen: machine.chips.vga.textScreen()?.lines ?? null,
      picture: machine.chips.vga.picture(),
      phases: this.phases?.tracker.tree('Boot', this.request.profile) ?? null,
    };
  }
}

/** Refuses sizes no floppy disk has before a machine is built around it. */
function createFloppyImage(image: Uint8Array): CopyOnWriteDiskImage {
  floppyFormatOf(image.length);
  return new CopyOnWriteDiskImage(image);
}

/** The image, its last sector filled up with zeros. */
function wholeSectors(image: Uint8Array): Uint8Array {
  if (image.length > 0 && image.length % SECTOR_BYTES === 0) return image;
  const filled = new Uint8Array(Math.max(1, Math.ceil(image.length / SECTOR_BYTES)) * SECTOR_BYTES);
  filled.set(image);
  return filled;
}

const STOP_BY_END = {
  stuck: 'hlt',
  shutdown: 'shutdown',
  'power-off': 'power-off',
  limit: 'cycles',
  cancelled: 'cancelled',
} as const;
