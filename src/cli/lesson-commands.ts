// The commands for lessons and their options. What they do: lesson-run.ts, check-command.ts.
import type { Command } from 'commander';
import type { CommandContext } from './compare-command';
import type { CheckOptions } from './check-command';
import { checkCommand } from './check-command';
import type { ExitCode } from './exit-codes';
import { EXIT_CODES_HELP } from './exit-codes';
import { parseWorkers } from './experiment-options';
import type { KeyOptions, LessonRunOptions } from './lesson-command';
import { keyCommand, lessonRunCommand, lessonsCommand, lessonShowCommand } from './lesson-command';
import { parseFileName, parseSeed, parseStudentName } from './option-values';

const RUN_EXAMPLES = `
Examples:
  bootlab lesson show 1
  bootlab lesson run 1
  bootlab lesson run memory-test --name "Ada L." --answers answers.json --report memory-test.html
`;

const CHECK_HELP = `
Exit codes:
  0    every report is as it was made and everything graded in it is right
  1    an answer is wrong or missing, or a report is edited, damaged or of another lesson
  2    something in the command, a lesson or a key is wrong
  130  cancelled with Ctrl+C

Examples:
  bootlab check memory-test.html
  bootlab check handed-in/ --csv grades.csv
  bootlab check handed-in/ --keys my-keys --rerun --csv grades.csv
`;

/** Adds lessons, lesson, key and check. */
export function addLessonCommands(
  program: Command,
  context: CommandContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const lessonsOption = [
    '--lessons <folder>',
    'lessons, instead of those that come with Bootlab',
    parseFileName,
  ] as const;

  program
    .command('lessons')
    .description('list the lessons')
    .option(...lessonsOption)
    .option('--json', 'print them whole, as JSON')
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (options) => setExitCode(await lessonsCommand(options, context)));

  const lesson = program.command('lesson').description('read a lesson, or carry out its experiment and report');

  lesson
    .command('show')
    .description('print a lesson: its text and its questions')
    .argument('<lesson>', 'its id, its number, or a file (*.lesson.json)')
    .option(...lessonsOption)
    .option('--hints', 'print the hints too')
    .action(async (id: string, options) => setExitCode(await lessonShowCommand(id, options, context)));

  lesson
    .command('run')
    .description("carry out a lesson's experiment; with --report, write answers and measurements for the teacher")
    .argument('<lesson>', 'its id, its number, or a file (*.lesson.json)')
    .option(...lessonsOption)
    .option('--answers <file>', 'your answers: {"question": "answer", ...}', parseFileName)
    .option('--name <name>', 'who answers', parseStudentName, '')
    .option('--report <file>', 'where the report goes: .html with charts, or .json', parseFileName)
    .option('--seed <n>', "the seed, instead of the lesson's", parseSeed)
    .option('--workers <n>', 'runs at a time; the number of processors unless given', parseWorkers)
    .option('--store <file>', 'the run store, instead of your own', parseFileName)
    .option('--quiet', 'no progress')
    .addHelpText('after', RUN_EXAMPLES + EXIT_CODES_HELP)
    .action(async (id: string, options: LessonRunOptions) => setExitCode(await lessonRunCommand(id, options, context)));

  program
    .command('key')
    .description("make the measured answers of a lesson's key anew, by a reference run")
    .argument('<lesson>', 'its id, its number, or a file (*.lesson.json)')
    .option(...lessonsOption)
    .option('--key <file>', 'the key; else the one in the folder "keys" beside the lesson', parseFileName)
    .option('--out <file>', 'write it there instead of over the key', parseFileName)
    .option('--quiet', 'no progress')
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (id: string, options: KeyOptions) => setExitCode(await keyCommand(id, options, context)));

  program
    .command('check')
    .description('grade reports of students')
    .argument('<report...>', 'a report, or a folder of reports')
    .option(...lessonsOption)
    .option('--key <file>', 'the key of the one lesson they are about', parseFileName)
    .option('--keys <folder>', 'keys of all lessons; else the folder "keys" beside the lessons', parseFileName)
    .option('--csv <file>', 'write the grades as CSV, a row per report', parseFileName)
    .option('--json', 'print everything as JSON')
    .option('--no-grade', 'collect answers, grade nothing')
    .option('--rerun', 'carry out the experiments again: tells measurements that were changed')
    .option('--quiet', 'no progress')
    .addHelpText('after', CHECK_HELP)
    .action(async (names: string[], options: CheckOptions) => setExitCode(await checkCommand(names, options, context)));
}
