// bootlab machine: boots images, and closes with one line of JSON. Format: docs/conformance.md, section 2.
import { writeFileSync } from 'node:fs';
import type { Failure, Result } from '../contract/api';
import type { BootHost, BootKernel, BootReport, HostBootRequest } from '../host/boot-host';
import { changeMachine, checkImageFile, readImageFile } from '../host/boot-host';
import type { LabHost } from '../host/lab-host';
import type { PhaseRecord } from '../lab/index';
import { bootPhasesCsv, leafPhases } from '../lab/index';
import type { ExitCode } from './exit-codes';
import { EXIT, exitCodeOf, failureText } from './exit-codes';
import type { MachineOptions } from './machine-options';
import { refusalOf } from './machine-options';
import { openOutputs, outputFailure, STDIO } from './machine-outputs';
import { addSnapshots } from './machine-snapshots';
import { writeScreenshot } from './screenshot';
import type { Terminal } from './terminal';

const MIB = 2 ** 20;
/** Where a run without any limit of its own ends: a guest may loop for ever. */
const DEFAULT_LIMIT_CYCLES = 1e12;

export interface MachineContext {
  readonly terminal: Terminal;
  readonly host: LabHost;
  readonly bootHost: BootHost;
}

export async function machineCommand(options: MachineOptions, context: MachineContext): Promise<ExitCode> {
  const { terminal, bootHost } = context;
  const refused = (failure: Failure) => {
    terminal.tell(failureText(failure));
    return exitCodeOf(failure);
  };
  const refusal = refusalOf(options);
  if (refusal) return refused(refusal);
  const plain = await makeRequest(options, context);
  if (!plain.ok) return refused(plain.failure);
  const prepared = await addSnapshots(plain.value, options);
  if (!prepared.ok) return refused(prepared.failure);
  const { request, writer } = prepared.value;

  const files = openOutputs(options);
  if (!files.ok) return refused(files.failure);
  const { writeSerial, writePort, broken } = files.value;
  const console = createConsole(terminal);
  const output = {
    onSerial: options.serial === STDIO ? console.write : writeSerial,
    onPortBytes: writePort,
    onSnapshot: writer?.onSnapshot,
  };
  const startMs = performance.now();
  try {
    const end = await bootHost.boot(request, output, AbortSignal.any([terminal.cancel, broken]));
    console.endLine();
    const lost = files.value.failure();
    if (lost) return refused(lost);
    if (!end.ok) return refused(end.failure);
    const hostSeconds = Number(((performance.now() - startMs) / 1000).toFixed(3));
    terminal.print(`${closingLine(end.value, hostSeconds)}\n`);
    const unsaved = options.screenshot === undefined ? null : writeScreenshot(options.screenshot, end.value);
    const lostPhases = options.phases === undefined ? null : writePhases(options.phases, end.value);
    const unkept = (await writer?.finish(end.value.cycles)) ?? null;
    const failed = unsaved ?? lostPhases ?? unkept ?? guestFailure(end.value, options);
    return failed ? refused(failed) : exitCodeOfReport(end.value);
  } finally {
    files.value.close();
  }
}

async function makeRequest(
  options: MachineOptions,
  { host, bootHost }: MachineContext,
): Promise<Result<HostBootRequest>> {
  const profile = await host.findMachine(options.profile);
  if (!profile.ok) return profile;
  const roms = options.bios === undefined ? await bootHost.ownRoms() : await readRoms(options.bios, options.vgabios);
  if (!roms.ok) return roms;
  const disk = options.hda === undefined ? null : await readImageFile(options.hda);
  if (disk && !disk.ok) return disk;
  const cdrom = options.cdrom === undefined ? null : await checkImageFile(options.cdrom);
  if (cdrom && !cdrom.ok) return cdrom;
  const floppy = options.fda === undefined ? null : await readImageFile(options.fda);
  if (floppy && !floppy.ok) return floppy;
  const kernel = await readKernel(options);
  if (kernel && !kernel.ok) return kernel;
  const memoryBytes = options.mem === undefined ? undefined : options.mem * MIB;
  return {
    ok: true,
    value: {
      profile: changeMachine(profile.value, { cpu: options.cpu, memoryBytes }),
      ...roms.value,
      ...(options.bios === undefined ? null : { firmwareInterface: 'qemu' }),
      disk: disk && disk.value,
      cdromFile: cdrom && cdrom.value,
      floppy: floppy && floppy.value,
      typing: options.typeAt,
      kernel: kernel && kernel.value,
      limitInstructions: options.maxInsns ?? null,
      limitCycles: options.maxCycles ?? DEFAULT_LIMIT_CYCLES,
      untilPort: options.untilPort ?? null,
      untilText: options.untilText ?? null,
      watchPorts: options.watchPort,
      logPorts: options.log.map(({ port }) => port),
      exitPort: options.exitPort ?? null,
      watchPhases: true,
    },
  };
}

async function readRoms(
  biosFile: string,
  videoFile: string | undefined,
): Promise<Result<Pick<HostBootRequest, 'bios' | 'videoRom'>>> {
  const bios = await readImageFile(biosFile);
  if (!bios.ok) return bios;
  if (videoFile === undefined) return { ok: true, value: { bios: bios.value, videoRom: null } };
  const videoRom = await readImageFile(videoFile);
  if (!videoRom.ok) return videoRom;
  return { ok: true, value: { bios: bios.value, videoRom: videoRom.value } };
}

/** The kernel with its companions; firmware runs before it. */
async function readKernel({ kernel, append, initrd }: MachineOptions): Promise<Result<BootKernel> | null> {
  if (kernel === undefined) return null;
  const image = await readImageFile(kernel);
  if (!image.ok) return image;
  const ramDisk = initrd === undefined ? null : await readImageFile(initrd);
  if (ramDisk && !ramDisk.ok) return ramDisk;
  return {
    ok: true,
    value: {
      image: image.value,
      commandLine: append ?? '',
      initrd: ramDisk && ramDisk.value,
    },
  };
}

/** The serial line on the terminal; the closing line must begin at the margin. */
function createConsole({ stdout }: Terminal) {
  let isAtMargin = true;
  return {
    write(text: string) {
      if (text === '') return;
      stdout.write(Buffer.from(text, 'latin1'));
      isAtMargin = text.endsWith('\n');
    },
    endLine() {
      if (!isAtMargin) stdout.write('\n');
    },
  };
}

function closingLine(report: BootReport, hostSeconds: number): string {
  const { stop, exitCode, instructions, cycles, cpuHz, ports, registers, phases } = report;
  return JSON.stringify({
    stop,
    exit: exitCode,
    insns: instructions,
    cycles,
    ms: (cycles / cpuHz) * 1000,
    hostSeconds,
    ports: Object.fromEntries(ports.map(({ port, values }) => [`0x${port.toString(16)}`, values])),
    r: registers,
    phases: phases === null ? [] : leafPhases(phases).map((leaf) => closingPhase(leaf, cpuHz)),
  });
}

/** A leaf phase in the closing line. */
function closingPhase({ id, startCycle, endCycle, basis }: PhaseRecord, cpuHz: number) {
  return { id, startCycle, endCycle, ms: ((endCycle - startCycle) / cpuHz) * 1000, basis };
}

/** Phases as a table; see docs/file-formats.md, phases.csv. */
function writePhases(file: string, { phases, cpuHz }: BootReport): Failure | null {
  if (!phases) return null;
  try {
    writeFileSync(file, bootPhasesCsv(phases, cpuHz));
    return null;
  } catch (error) {
    return outputFailure(file, error);
  }
}

/** A guest that ended in a way nobody asked for. */
function guestFailure(
  { stop, cycles, registers, instruction }: BootReport,
  { maxCycles }: MachineOptions,
): Failure | null {
  const isOverLimit = stop === 'cycles' && maxCycles === undefined;
  if (stop !== 'shutdown' && !isOverLimit) return null;
  const at = `CS:EIP ${hex(registers.cs)}:${hex(registers.eip)}${instruction === null ? '' : `, at "${instruction}"`}`;
  if (stop === 'shutdown') {
    return {
      code: 'EMU-GUEST-SHUTDOWN',
      message: `The guest ended in a triple fault: the CPU shut down at ${at}.`,
      nextStep: 'Look at the registers in the closing line; --log and --watch-port show how far it came.',
    };
  }
  return {
    code: 'EMU-LIMIT-CYCLES',
    message: `The guest was still running at ${at} after ${cycles} cycles, where a run without a limit ends.`,
    nextStep: 'Give --max-cycles or --max-insns, or a --until condition the guest reaches.',
  };
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function exitCodeOfReport({ stop, exitCode }: BootReport): ExitCode {
  if (stop === 'cancelled') return EXIT.CANCELLED;
  return exitCode ?? EXIT.OK;
}
