// The commands and their options. What they do is in <name>-command.ts.
import { Command, CommanderError, Option } from 'commander';
import type { BootHost } from '../host/boot-host';
import type { LabHost } from '../host/lab-host';
import { DEFAULT_PROFILE_ID, ENGINE_VERSION } from '../lab/index';
import type { CompareCommandOptions } from './compare-command';
import { compareCommand } from './compare-command';
import { conformCommand } from './conform-command';
import type { ExitCode } from './exit-codes';
import { EXIT, EXIT_CODES_HELP, failureText } from './exit-codes';
import type { ExportCommandOptions } from './export-command';
import { addExportCommand, exportCommand } from './export-command';
import { addExperimentCommands } from './experiment-commands';
import { addHistoryCommand } from './history-command';
import { addLessonCommands } from './lesson-commands';
import type { MachineContext } from './machine-command';
import { machineCommand } from './machine-command';
import type { MachineOptions } from './machine-options';
import {
  parseCount,
  parseMemory,
  parsePort,
  parsePortLog,
  parsePorts,
  parsePortValue,
  parseSavePoint,
  parseTypeAt,
  parseUntilText,
} from './machine-options';
import { machinesCommand } from './machines-command';
import {
  parseFigureChange,
  parseFileName,
  parseMark,
  parsePath,
  parsePaths,
  parseRunOption,
  parseSeed,
  runOptionsHelp,
} from './option-values';
import type { ExplainCommandOptions } from './explain-command';
import { explainCommand } from './explain-command';
import { sampleCommand } from './sample-command';
import type { Terminal } from './terminal';
import { validateCommand } from './validate-command';

/**
 * Runs one command line.
 * @param args without the program's own name
 * @returns the exit code; never rejects for anything a person can cause
 */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  host: LabHost,
  bootHost: BootHost,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.OK;
  const program = createProgram({ terminal, host, bootHost }, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end this way too, with 0.
    return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  }
}

function createProgram(context: MachineContext, setExitCode: (code: ExitCode) => void): Command {
  const { terminal } = context;
  const program = new Command('bootlab');

  program
    .description('Counts the cycles of a firmware reboot and of a kexec jump on a PC in software.')
    .version(ENGINE_VERSION)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.tell(text),
      outputError: (text, write) => write(usageText(text)),
    })
    .addHelpText('after', EXIT_CODES_HELP);

  program
    .command('compare')
    .description('run reboot paths on one machine and print the difference; writes nothing without --csv')
    .option('--profile <id|file>', 'the machine: an id of "bootlab machines", or a profile file', DEFAULT_PROFILE_ID)
    .option('--paths <list>', 'paths to run, the baseline first: cold, warm, kexec, crash', parsePaths, [
      'warm',
      'kexec',
    ])
    .option('--seed <n>', 'seed of everything that varies', parseSeed, 1)
    .option('--set <figure=value>', 'change a figure of the machine; may be repeated', parseFigureChange, {})
    .option('--option <name=value>', 'how the lab kernel behaves, see below; may be repeated', parseRunOption, {})
    .option('--no-variation', 'switch off all that varies by seed')
    .option('--kernel <file>', 'a Linux of your own (bzImage) instead of the lab kernel', parseFileName)
    .option('--initrd <file>', 'its initial RAM disk', parseFileName)
    .option('--append <text>', 'its command line; with labmode=... its own init reboots, else the lab agent does')
    .option('--ready <text>', 'the text on its console that says that services are up')
    .option('--mark <phase=text>', 'a console line that begins a phase; may be repeated', parseMark, [])
    .option('--csv <folder>', 'write runs.csv and phases.csv into this folder', parseFileName)
    .option('--json', 'print the comparison as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', runOptionsHelp())
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (options: CompareCommandOptions) => setExitCode(await compareCommand(options, context)));

  program
    .command('explain')
    .description('say where a number of a run comes from: which code, which chips, which figures with tag and source')
    .option('--profile <id|file>', 'the machine, as for "compare"', DEFAULT_PROFILE_ID)
    .requiredOption('--path <path>', 'the path: cold, warm, kexec or crash', parsePath)
    .option('--phase <id>', 'one phase or step of phases.csv, all its stretches together')
    .option('--column <name>', 'a number of runs.csv, with --phase of phases.csv; else outage or duration')
    .option('--seed <n>', 'seed of everything that varies', parseSeed, 1)
    .option('--set <figure=value>', 'change a figure of the machine; may be repeated', parseFigureChange, {})
    .option('--option <name=value>', 'how the lab kernel behaves, as for "compare"', parseRunOption, {})
    .option('--no-variation', 'switch off all that varies by seed')
    .option('--top <n>', 'how many causes to show', parseCount, 20)
    .option('--json', 'print the explanation as JSON, with all causes')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (options: ExplainCommandOptions) => setExitCode(await explainCommand(options, context)));

  addExperimentCommands(program, context, setExitCode);

  program
    .command('machines')
    .description('list the machines')
    .option('--json', 'print everything about them as JSON')
    .action(async (options: { json?: boolean }) => setExitCode(await machinesCommand(options, context)));

  program
    .command('sample')
    .description('run every machine by warm reboot and by kexec, and write the results into ./bootlab-results')
    .action(async () => setExitCode(await sampleCommand(context)));

  program
    .command('validate')
    .description('run every machine and set its times beside what was published of its class, as Markdown')
    .option('--out <file>', 'write it there', parseFileName)
    .action(async (options: { readonly out?: string }) => setExitCode(await validateCommand(options, context)));

  addMachineCommand(program).action(async (options: MachineOptions) => {
    setExitCode(await machineCommand(options, context));
  });

  addExportCommand(program).action(async (sources: string[], options: ExportCommandOptions) => {
    setExitCode(await exportCommand(sources, options, terminal));
  });

  addHistoryCommand(program, terminal, setExitCode);
  addLessonCommands(program, context, setExitCode);

  program
    .command('conform')
    .description('answer conformance requests: JSON lines on standard input, JSON lines on standard output')
    .action(async () => setExitCode(await conformCommand(terminal)));

  return program;
}

const EXPLAIN_EXAMPLES = `
Examples:
  bootlab explain --path kexec                                   what the outage is made of
  bootlab explain --path warm --phase storage-detect --set firmware.ideExpectedDrives=3
  bootlab explain --path cold --column forced_delay_cycles --json`;

function addMachineCommand(program: Command): Command {
  return program
    .command('machine')
    .description('boot images on a machine and close with one line of JSON')
    .option('--profile <id|file>', 'the machine', DEFAULT_PROFILE_ID)
    .addOption(new Option('--cpu <model>', 'CPU model and its clock table').choices(['386', '486', '586', '686']))
    .option('--mem <MiB>', 'memory, 4 to 1024', parseMemory)
    .option('--bios <file>', "system ROM that ends at 4 GiB and at 1 MiB; Bootlab's own unless given", parseFileName)
    .option('--vgabios <file>', 'video ROM at C0000h', parseFileName)
    .option('--kernel <file>', 'multiboot ELF or bzImage', parseFileName)
    .option('--append <text>', 'command line of --kernel')
    .option('--initrd <file>', 'initial RAM disk of --kernel', parseFileName)
    .option('--hda <file>', 'raw disk image; writes are forgotten', parseFileName)
    .option('--fda <file>', 'raw floppy image, 360K to 2.88M; writes are forgotten', parseFileName)
    .option('--cdrom <file>', 'CD-ROM image, read as the machine asks', parseFileName)
    .option('--max-insns <n>', 'stop after so many instructions', parseCount)
    .option('--max-cycles <n>', 'stop after so many cycles, to a hundredth of a second', parseCount)
    .option('--until-port <port=value>', 'stop when this value is written', parsePortValue)
    .option('--until-text <where:text>', 'stop at a text on serial, e9 or screen', parseUntilText)
    .option(
      '--type-at <where:text=keys>',
      'type when a text is on serial or screen: "screen:boot:={DOWN}{ENTER}"; may be repeated, one after the other',
      parseTypeAt,
      [],
    )
    .option('--watch-port <port>', 'report what is written to a port; may be repeated', parsePorts, [])
    .option('--log <port=file>', 'write the bytes written to a port to a file; may be repeated', parsePortLog, [])
    .option('--serial <file|stdio>', 'what COM1 sends', parseFileName)
    .option('--exit-port <port>', 'a write of v ends with exit code v*2+1', parsePort)
    .option('--phases <file>', 'phases as CSV')
    .addOption(new Option('--exec <how>', 'executor').choices(['interpret', 'translate', 'auto']).default('auto'))
    .option(
      '--save-at <cycle=file>',
      'write the machine into a file when it passes this cycle since power-on; may be repeated',
      parseSavePoint,
      [],
    )
    .option('--restore <file>', 'go on from such a file; profile, ROMs, images and kernel as then', parseFileName)
    .option('--screenshot <file>', 'the screen at the end, as .png or, its text, as .txt', parseFileName)
    .addHelpText('after', EXIT_CODES_HELP);
}

/** Commander's complaint in the form of every other failure. */
function usageText(text: string): string {
  const complaint = text.replace(/^error: /, '').trim();
  const sentence = complaint.charAt(0).toUpperCase() + complaint.slice(1);
  return failureText({
    code: 'CLI-USAGE',
    message: sentence.endsWith('.') ? sentence : `${sentence}.`,
    nextStep: '"bootlab --help" and "bootlab COMMAND --help" say what can be given.',
  });
}
