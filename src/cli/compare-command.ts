// bootlab compare: runs paths on one machine and prints the difference. Writes nothing unless told where.
import type { Comparison, ComparisonRequest, Failure, Result } from '../contract/api';
import { compareFigures } from '../host/figure-machines';
import type { LabHost } from '../host/lab-host';
import type { ReadLinux } from '../host/linux-guest';
import { readLinuxGuest } from '../host/linux-guest';
import type {
  ConsoleMark,
  FigureMachine,
  LinuxGuest,
  MachineProfile,
  ProfileOverlay,
  RebootPath,
  RunOptions,
} from '../lab/index';
import { comparisonText } from './comparison-text';
import type { ExitCode } from './exit-codes';
import { EXIT, exitCodeOf, failureText } from './exit-codes';
import { createProgressLine } from './progress-line';
import type { Terminal } from './terminal';

export interface CompareCommandOptions {
  readonly profile: string;
  readonly paths: readonly RebootPath[];
  readonly seed: number;
  readonly set: ProfileOverlay;
  readonly option: RunOptions;
  /** False with --no-variation. */
  readonly variation: boolean;
  /** A Linux of one's own instead of the lab kernel. */
  readonly kernel?: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly ready?: string;
  readonly mark: readonly ConsoleMark[];
  readonly csv?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What the commands stand on. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly host: LabHost;
}

export async function compareCommand(options: CompareCommandOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const machine = await findAnyMachine(options.profile, host);
  if (!machine.ok) return reportFailure(machine.failure, terminal);

  const linux = await readLinux(options);
  if (linux && !linux.ok) return reportFailure(linux.failure, terminal);

  const request: ComparisonRequest = {
    profileId: machine.value.id,
    paths: options.paths,
    seed: options.seed,
    overlay: options.set,
    ...(Object.keys(options.option).length > 0 ? { options: options.option } : {}),
    ...(options.variation ? {} : { variations: [] }),
    ...(linux ? { linux: linux.value.identity } : {}),
  };
  const guest = linux && linux.value.guest;
  const comparison = isFigureMachine(machine.value)
    ? compareFiguresUnchanged(machine.value, request)
    : await runComparison(request, machine.value, options.quiet ?? false, context, guest);
  if (!comparison.ok) return reportFailure(comparison.failure, terminal);

  if (options.json) terminal.print(`${JSON.stringify({ schema_version: 1, ...comparison.value }, null, 2)}\n`);
  else terminal.print(comparisonText(comparison.value, machine.value));

  if (options.csv === undefined) return EXIT.OK;
  const saved = await host.saveCsv(comparison.value, options.csv);
  if (!saved.ok) return reportFailure(saved.failure, terminal);
  // With --json the output is one JSON value and nothing else.
  if (!options.json) terminal.print(`\nWritten: ${saved.value.paths.join(', ')}\n`);
  return EXIT.OK;
}

const isFigureMachine = (machine: MachineProfile | FigureMachine): machine is FigureMachine => 'kind' in machine;

/** Nothing runs on a machine of figures that could be told anything. */
function compareFiguresUnchanged(machine: FigureMachine, request: ComparisonRequest): Result<Comparison> {
  if (!request.options) return compareFigures(machine, request);
  const failure: Failure = {
    code: 'HOST-REQUEST',
    message: `${machine.id} has figures only: no kernel runs on it that could have options.`,
    nextStep: 'Leave --option away, or choose a machine that runs.',
  };
  return { ok: false, failure };
}

/** A machine that runs, or one of figures by its id. */
async function findAnyMachine(idOrFile: string, host: LabHost): Promise<Result<MachineProfile | FigureMachine>> {
  const figures = await host.listFigureMachines();
  if (!figures.ok) return figures;
  const found = figures.value.find(({ id }) => id === idOrFile);
  return found ? { ok: true, value: found } : host.findMachine(idOrFile);
}

/** Null: the lab kernel. */
async function readLinux(options: CompareCommandOptions): Promise<Result<ReadLinux> | null> {
  const { kernel, initrd, append, ready, mark } = options;
  if (kernel !== undefined) {
    return readLinuxGuest({ kernel, initrd, commandLine: append ?? '', readyText: ready, marks: mark });
  }
  if (initrd === undefined && append === undefined && ready === undefined && mark.length === 0) return null;
  return {
    ok: false,
    failure: {
      code: 'CLI-USAGE',
      message: '--initrd, --append, --ready and --mark go with a kernel of your own.',
      nextStep: 'Give one with --kernel.',
    },
  };
}

/** Runs with a progress line that is gone afterwards. */
export async function runComparison(
  request: ComparisonRequest,
  profile: MachineProfile,
  isQuiet: boolean,
  { terminal, host }: CommandContext,
  linux: LinuxGuest | null = null,
): Promise<Result<Comparison>> {
  const progress = createProgressLine(terminal, isQuiet);
  try {
    const options = { signal: terminal.cancel, onProgress: progress.show };
    return await host.compare(request, options, profile, linux);
  } finally {
    progress.clear();
  }
}

/** Says what went wrong and gives the code to end with. */
export function reportFailure(failure: Failure, terminal: Terminal): ExitCode {
  terminal.tell(failureText(failure));
  return exitCodeOf(failure);
}
