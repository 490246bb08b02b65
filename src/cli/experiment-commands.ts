// The commands for experiments and their options. What they do: run-command.ts, completion-command.ts.
import type { Command } from 'commander';
import { Argument } from 'commander';
import { DEFAULT_PROFILE_ID } from '../lab/index';
import type { CommandContext } from './compare-command';
import { completionCommand, SHELLS } from './completion-command';
import type { Shell } from './completion-command';
import type { ExitCode } from './exit-codes';
import { EXIT_CODES_HELP } from './exit-codes';
import type { ExecutionOptions } from './experiment-execution';
import type { ExperimentChanges } from './experiment-options';
import { parseParameter, parseProfiles, parseRepetitions, parseWorkers } from './experiment-options';
import {
  parseFigureChange,
  parseFileName,
  parsePaths,
  parseRunOption,
  parseSeed,
  runOptionsHelp,
} from './option-values';
import type { SweepOptions } from './run-command';
import { runCommand, sweepCommand } from './run-command';

const PARAMETER_WORDS =
  'sweep a figure or an option: values "64Mi,1Gi" or a range "from..to:steps", ":log" for equal ratios; may be repeated';

const KEPT_HELP = `
Every finished run is kept at once in the run store ("bootlab history"). What it has is not computed again: the same
command goes on where Ctrl+C, a crash or a power failure ended it. The first Ctrl+C ends after the runs under way, the
second ends them; results and files are written all the same.
`;

const RUN_EXAMPLES = `
Examples:
  bootlab run resources/samples/reboot-vs-kexec.bootlab
  bootlab run my.bootlab --repeat 20 --seed 7 --out results
  bootlab run my.bootlab --param memory.ramBytes=64Mi,256Mi --json > results.json
`;

const SWEEP_EXAMPLES = `
Examples:
  bootlab sweep --param memory.ramBytes=16Mi..256Mi:5:log --repeat 9 --out results
  bootlab sweep --profile 486dx2-66,pentium-133 --param firmware.memoryTest=0,3 --param console=none,9600
  bootlab sweep --paths warm,kexec,crash --param hash=on,off --write hash.bootlab
`;

/** Adds run, sweep and completion. */
export function addExperimentCommands(
  program: Command,
  context: CommandContext,
  setExitCode: (code: ExitCode) => void,
): void {
  addExecutionOptions(program.command('run').argument('<file>', 'an experiment (*.bootlab)', parseFileName))
    .description('carry out an experiment from a file on all processors and sum it up')
    .option('--seed <n>', 'the first seed, instead of the file’s', parseSeed)
    .option('--repeat <n>', 'seeds per point and path, instead of the file’s', parseRepetitions)
    .option('--param <name=values>', PARAMETER_WORDS, parseParameter, [])
    .addHelpText('after', KEPT_HELP + RUN_EXAMPLES + EXIT_CODES_HELP)
    .action(async (file: string, options: ExecutionOptions & ExperimentChanges) => {
      setExitCode(await runCommand(file, options, context));
    });

  addExecutionOptions(program.command('sweep'))
    .description('the same for an experiment given on the command line')
    .option('--profile <list>', 'machines: ids of "bootlab machines", or profile files', parseProfiles, [
      DEFAULT_PROFILE_ID,
    ])
    .option('--paths <list>', 'paths, the baseline first: cold, warm, kexec, crash', parsePaths, ['warm', 'kexec'])
    .option('--param <name=values>', PARAMETER_WORDS, parseParameter, [])
    .option('--repeat <n>', 'seeds per point and path', parseRepetitions, 1)
    .option('--seed <n>', 'the first seed', parseSeed, 1)
    .option('--set <figure=value>', 'change a figure at every point; may be repeated', parseFigureChange, {})
    .option('--option <name=value>', 'set an option at every point, see below; may be repeated', parseRunOption, {})
    .option('--no-variation', 'switch off all that varies by seed')
    .option('--name <text>', 'what the experiment is called')
    .option('--write <file>', 'write the experiment into a file (*.bootlab) instead of running it', parseFileName)
    .addHelpText('after', runOptionsHelp() + KEPT_HELP + SWEEP_EXAMPLES + EXIT_CODES_HELP)
    .action(async (options: SweepOptions) => setExitCode(await sweepCommand(options, context)));

  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(bootlab completion bash)
  bootlab completion zsh > ~/.zfunc/_bootlab
  bootlab completion fish > ~/.config/fish/completions/bootlab.fish
`,
    )
    .action(async (shell: Shell) => setExitCode(await completionCommand(shell, program, context)));
}

function addExecutionOptions(command: Command): Command {
  return command
    .option('--workers <n>', 'runs at a time; the number of processors unless given', parseWorkers)
    .option('--out <folder>', 'write all tables, charts, the trace and the report into this folder', parseFileName)
    .option('--store <file>', 'the run store, instead of your own', parseFileName)
    .option('--json', 'print the results as JSON')
    .option('--quiet', 'no progress');
}
