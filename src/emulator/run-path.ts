// Runs one reboot path on one machine and gives its record: the engine's main door.
import { CopyOnWriteDiskImage } from './boot/disk-image';
import type { ServicesWork } from './boot/lab-disk';
import { buildLabDisk } from './boot/lab-disk';
import { memoryModelOf } from './cache-figures';
import { EmulatorError } from './errors';
import type { LabOptions } from './lab-options';
import { createMachine } from './machine';
import type { Machine, RunEnd } from './machine';
import type { ObservedGuest, PathObserverState, SymbolTable } from './path-observer';
import { PathObserver } from './path-observer';
import type { LinuxGuest } from './path-software';
import { labOptionsFor, labSoftware, linuxSoftware } from './path-software';
import { ChipFigures } from './provenance/chip-figures';
import type { CodeSymbols } from './provenance/code-map';
import { CodeMap } from './provenance/code-map';
import type { LeafCauses } from './provenance/contribution';
import { CycleLedger } from './provenance/cycle-ledger';
import { leafCauses } from './provenance/leaf-causes';
import type { PathRecord, PhaseId, RebootPath, VariationId } from './phases';
import { PATH_NAMES } from './phases';
import type { MachineProfile } from './profile';
import { bootScsiId, checkProfile } from './profile-checks';
import type { MachineSnapshot } from './snapshot';
import { restoreMachine, saveMachine } from './snapshot';
import { drawStartingConditions, withAnswerTimes } from './variation';
import { ENGINE_VERSION } from './version';
import type { Drives } from './wiring/drives';

/** A Linux brings its own. */
const NO_INIT = new Uint8Array(0);

/** The software that runs inside the machine, as built by resources/guest. */
export interface GuestImages {
  readonly bios: Uint8Array;
  readonly videoRom: Uint8Array;
  /** Option ROM of the SCSI adapter, and boot agent of the network card. */
  readonly scsiRom: Uint8Array;
  readonly networkRom: Uint8Array;
  readonly loaderStage1: Uint8Array;
  readonly loaderStage2: Uint8Array;
  /** The lab kernel as a bzImage. */
  readonly kernel: Uint8Array;
  /** The first program of user space. */
  readonly init: Uint8Array;
  /** First process of a Linux of the user's own: reboots it or jumps. */
  readonly linuxAgent: Uint8Array;
  /** Linear addresses of named places: part ("kernel", "loader", "init"), then symbol. */
  readonly symbols: SymbolTable;
  /** What the places in the code of the images are called; empty: cycles are put down to ranges. */
  readonly code: CodeSymbols;
}

/** A run as a value. */
export interface PathRunRequest {
  readonly profile: MachineProfile;
  readonly path: RebootPath;
  /** Seed of all variation models. */
  readonly seed: number;
  /** Variation models that are on. */
  readonly variations: readonly VariationId[];
  readonly images: GuestImages;
  /** A Linux to start instead of the lab kernel. */
  readonly linux?: LinuxGuest | null;
  /** How the lab kernel does a kexec; what is missing is as in DEFAULT_LAB_OPTIONS. */
  readonly lab?: Partial<LabOptions>;
  /** The run fails with EMU-LIMIT-CYCLES after so many cycles, the first boot included. */
  readonly limitCycles: number;
}

/** How far a run is, for people. */
export interface RunProgress {
  readonly cycles: number;
  /** Name of the phase now running, or "First boot" while the machine is being prepared. */
  readonly phaseName: string;
}

/** What the caller hears and says while a run goes on. Neither changes a cycle. */
export interface RunHooks {
  /** Called a hundred times per emulated second. */
  onProgress?(progress: RunProgress): void;
  /** Asked as often; true ends the run with EMU-CANCELLED. */
  shouldStop?(): boolean;
  /** Told each mark of a phase, or of a step in it; true keeps the run behind this instruction. */
  shouldSave?(phase: PhaseId): boolean;
  /** Cycles since power-on, ascending, at which the run is kept. Each is an alarm: POLL_CYCLES may count waits next to it as run. */
  readonly saveAtCycles?: readonly number[];
  /** Takes what is kept. */
  onSnapshot?(snapshot: PathSnapshot): void;
}

/** A run at one instant: `runPathFrom` goes on from it, any number of times. Plain data. */
export interface PathSnapshot {
  readonly machine: MachineSnapshot;
  readonly observer: PathObserverState;
}

/**
 * Runs a path from power-on to services up. The first boot is preparation unless the path is `cold`.
 * @throws EmulatorError as its codes say; nothing else
 */
export function runPath(request: PathRunRequest, hooks: RunHooks = {}): PathRecord {
  const prepared = preparePath(request);
  prepared.machine.powerOn();
  return finishPath(request, prepared, hooks);
}

/**
 * Runs a path on from a snapshot of a run of the same request; the record is the one of the undisturbed run.
 * @throws EmulatorError as its codes say; Error when the snapshot is of another machine or path
 */
export function runPathFrom(request: PathRunRequest, snapshot: PathSnapshot, hooks: RunHooks = {}): PathRecord {
  if (snapshot.observer.path !== request.path) throw new Error(`the snapshot is of the path ${snapshot.observer.path}`);
  const prepared = preparePath(request);
  restoreMachine(prepared.machine, snapshot.machine);
  prepared.observer.restoreState(snapshot.observer);
  return finishPath(request, prepared, hooks);
}

/** A record, and what each cycle of it was for. Plain data. */
export interface ExplainedPath {
  readonly record: PathRecord;
  /** Causes of the record's leaves, in the order of `leafPhases`; they add up to the leaf's duration. */
  readonly leaves: readonly LeafCauses[];
}

/**
 * As `runPath`, with the same record, and every cycle of it put down to its cause. Takes longer, so it is for who asks.
 * @throws EmulatorError as its codes say; nothing else
 */
export function explainPath(request: PathRunRequest, hooks: RunHooks = {}): ExplainedPath {
  const prepared = preparePath(request);
  const { machine, observer } = prepared;
  const { reserve = null } = observedGuest(request);
  const map = new CodeMap(request.images.code, !request.linux, reserve?.startBytes ?? null);
  const ledger = new CycleLedger(machine, map, () => observer.stage);
  observer.keepAccounts(ledger);
  machine.powerOn();
  const record = finishPath(request, prepared, hooks);
  ledger.stop();
  const figures = new ChipFigures(machine.profile, request.path === 'cold');
  return { record, leaves: leafCauses(record.root, observer.instants.start, ledger, figures) };
}

interface PreparedPath {
  readonly machine: Machine;
  readonly observer: PathObserver;
}

function finishPath(request: PathRunRequest, { machine, observer }: PreparedPath, hooks: RunHooks): PathRecord {
  const { clock } = machine;
  let isSaveWanted = false;
  const save = () => {
    isSaveWanted = true;
    machine.requestStop();
  };
  observer.onMark = (phase) => {
    if (hooks.shouldSave?.(phase)) save();
  };
  const saveAlarms = (hooks.saveAtCycles ?? []).filter((cycle) => cycle > clock.nowCycles);
  for (const cycle of saveAlarms) clock.createAlarm(save).scheduleAt(cycle);
  const heartbeat = () => {
    hooks.onProgress?.({ cycles: clock.nowCycles, phaseName: observer.phaseName });
    return !hooks.shouldStop?.();
  };
  for (;;) {
    const end = machine.run({ limitCycles: request.limitCycles, heartbeat });
    if (observer.failure) throw observer.failure;
    if (observer.isDone) return makeRecord(request, machine, observer);
    if (end !== 'stopped' || !isSaveWanted) throw explainEnd(end, machine, observer, request);
    isSaveWanted = false;
    hooks.onSnapshot?.({ machine: saveMachine(machine), observer: observer.saveState() });
  }
}

/** A machine, power still off, with an observer attached. */
function preparePath(request: PathRunRequest): PreparedPath {
  const machine = buildPathMachine(request);
  const observer = new PathObserver(machine, request.path, observedGuest(request));
  return { machine, observer };
}

/** The addresses of our own images; of a Linux, only those of the loader before it. */
function observedGuest({ images: { symbols }, linux, path, profile, lab }: PathRunRequest): ObservedGuest {
  if (linux) return { symbols: { loader: symbols.loader ?? {} }, linux };
  const { crashReserve, stub } = labOptionsFor(path, profile, lab);
  const copiesPerPage = stub === 'three' ? 3 : 1;
  return { symbols, linux: null, reserve: crashReserve, copiesPerPage };
}

/** The machine a path runs on, power still off, nobody watching: for tests that look closer than a record. */
export function buildPathMachine({
  images,
  linux,
  path,
  seed,
  variations,
  profile: asWritten,
  lab,
}: PathRunRequest): Machine {
  checkProfile(asWritten);
  const start = drawStartingConditions(seed, variations);
  const profile = withAnswerTimes(asWritten, start.answerFactor);
  const software = linux ? linuxSoftware(images, linux, path) : labSoftware(images, path, profile, start, lab);
  const disk = buildLabDisk({
    loaderStage1: images.loaderStage1,
    loaderStage2: images.loaderStage2,
    ...software,
    init: linux ? NO_INIT : images.init,
    promptTenths: profile.loader.promptTenths.value,
    services: linux ? null : servicesWorkOf(profile),
  });
  return createMachine({
    profile,
    roms: { bios: images.bios, video: images.videoRom, scsi: images.scsiRom, network: images.networkRom },
    drives: drivesOf(profile, disk),
    start,
  });
}

/** What init is told of services; null where they have nothing to read. */
function servicesWorkOf({ services }: MachineProfile): ServicesWork | null {
  if (!services || services.reads.value + services.stopReads.value === 0) return null;
  const { reads, readBytes, spanBytes, computeLoops, stopReads } = services;
  return {
    ...{ reads: reads.value, readBytes: readBytes.value, spanBytes: spanBytes.value },
    ...{ computeLoops: computeLoops.value, stopReads: stopReads.value },
  };
}

/** The lab's disk where the machine starts from. */
function drivesOf(profile: MachineProfile, content: Uint8Array): Drives {
  const { bootDisk, disk, floppy, scsi } = profile;
  const emptyFloppyType = floppy.driveType.value;
  const scsiId = bootScsiId(profile);
  if (bootDisk === 'ata' || !scsi || scsiId === null) {
    return { hda: new CopyOnWriteDiskImage(content, disk.sizeBytes.value), emptyFloppyType };
  }
  const image = new CopyOnWriteDiskImage(content, scsi.diskSizeBytes.value);
  return {
    hda: null,
    emptyFloppyType,
    scsi: Array.from({ length: scsiId + 1 }, (_, id) => (id === scsiId ? image : null)),
  };
}

function explainEnd(end: RunEnd, machine: Machine, observer: PathObserver, request: PathRunRequest): EmulatorError {
  const during = `during "${observer.phaseName}"`;
  const facts = { phase: observer.phaseName, cycles: machine.clock.nowCycles, console: machine.consoleText() };
  switch (end) {
    case 'cancelled':
      return new EmulatorError('EMU-CANCELLED', 'The run was cancelled.', 'Start it again when you like.', facts);
    case 'limit':
      return new EmulatorError(
        'EMU-LIMIT-CYCLES',
        `The machine was still ${during} after ${request.limitCycles} cycles, the limit of a run.`,
        'Lower the memory size or the time-outs of the profile, or raise the limit.',
        facts,
      );
    default:
      return new EmulatorError(
        'EMU-GUEST-STUCK',
        `The CPU halted ${during} with interrupts off: nothing can wake it.`,
        'Look at the console text; the firmware or the kernel stopped on purpose.',
        facts,
      );
  }
}

function makeRecord(request: PathRunRequest, machine: Machine, observer: PathObserver): PathRecord {
  const { profile, path, seed, variations } = request;
  const { start, servicesStop, deviceShutdownEnd, startKernel, servicesUp } = observer.instants;
  const isCold = path === 'cold';
  return {
    schemaVersion: 1,
    engineVersion: ENGINE_VERSION,
    profileId: profile.id,
    path,
    seed,
    variations: [...variations].sort(),
    cpuHz: machine.clock.cpuHz,
    memoryModel: memoryModelOf(profile),
    totalCycles: servicesUp - start,
    outageCycles: servicesUp - (isCold ? start : servicesStop),
    handoverCycles: isCold ? null : startKernel - deviceShutdownEnd,
    root: observer.tracker.tree(PATH_NAMES[path], profile),
    pagesCopied: observer.pagesCopied,
    bytesCopied: observer.bytesCopied,
    postCodes: [...observer.postCodes],
    serialText: machine.serialText,
    warnings: [...observer.warnings],
  };
}
