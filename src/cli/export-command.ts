// bootlab export: experiments of the history, of a store's file or of results.json as tables, charts and reports.
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Failure, Result } from '../contract/api';
import type { ExportSource } from '../host/export/export-sources';
import { openSources } from '../host/export/export-sources';
import { failureOfSource, prepareExports, writeExports } from '../host/export/write-exports';
import type { RunStore } from '../host/run-store/run-store';
import { storeFileOf } from '../host/run-store/store-location';
import type { ChartKind, ExportChoice, ReportFormat } from '../lab/index';
import { ALL_EXPORTS, CHART_KINDS, REPORT_FORMATS } from '../lab/index';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT, EXIT_CODES_HELP } from './exit-codes';
import { parseFileName, parseInteger } from './option-values';
import { openPersonalStore } from './personal-store';
import type { Terminal } from './terminal';

export interface ExportCommandOptions {
  readonly out?: string;
  readonly store?: string;
  readonly csv?: boolean;
  readonly phases?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly svg: readonly ChartKind[];
  readonly report: readonly ReportFormat[];
  readonly point: number;
}

const EXAMPLES = `
A SOURCE is a number of "bootlab history", a *.bootruns file or a results.json. Without a choice everything is written.
One file of one source goes to standard output unless --out names a folder.

Examples:
  bootlab export 12 --out results                     everything of experiment 12
  bootlab export 12 --csv > runs.csv
  bootlab export results.json --svg difference --point 3 > difference.svg
  bootlab export 12 13 --summary --report html --out results
`;

/** Adds the command to the program. */
export function addExportCommand(program: Command): Command {
  return program
    .command('export')
    .description('write tables, charts and reports of experiments that ran')
    .argument('<source...>', 'a number of the history, a *.bootruns file or a results.json')
    .option('--out <folder>', 'where files go; a folder of its own for each of several sources', parseFileName)
    .option('--csv', 'runs.csv: a row per run')
    .option('--phases', 'phases.csv: a row per phase of a run')
    .option('--summary', 'summary.csv: a row per point, path and metric')
    .option('--json', 'results.json: everything that was measured')
    .option('--trace', "trace.json: Chrome's trace event format, for Perfetto")
    .option('--svg <kind>', `chart-<kind>.svg: ${CHART_KINDS.join(', ')}, all; may be repeated`, parseChartKinds, [])
    .option('--report <format>', 'report.html or report.md; may be repeated', parseReportFormat, [])
    .option('--point <n>', 'the point of charts and tables that show one', parsePoint, 0)
    .option('--store <file>', 'the history to look numbers up in', parseFileName)
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP);
}

export async function exportCommand(
  names: readonly string[],
  options: ExportCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const opened = await openSources(names, (file) => openStore(file ?? options.store, terminal));
  if (!opened.ok) return reportFailure(opened.failure, terminal);
  const { sources, close } = opened.value;
  try {
    const choice = choiceOf(options);
    if (options.out !== undefined) return await exportInto(options.out, sources, choice, options, terminal);
    const failure = complaintAboutOutput(choice, sources);
    return failure ? reportFailure(failure, terminal) : await exportToOutput(sources[0], choice, terminal);
  } finally {
    close();
  }
}

/** What was asked for; everything where nothing was. */
function choiceOf({ csv, phases, summary, json, trace, svg, report, point }: ExportCommandOptions): ExportChoice {
  const isAnything = csv || phases || summary || json || trace || svg.length > 0 || report.length > 0;
  if (!isAnything) return { ...ALL_EXPORTS, pointIndex: point };
  return {
    runs: csv ?? false,
    phases: phases ?? false,
    summary: summary ?? false,
    json: json ?? false,
    trace: trace ?? false,
    charts: svg,
    reports: report,
    pointIndex: point,
  };
}

async function exportInto(
  folder: string,
  sources: readonly ExportSource[],
  choice: ExportChoice,
  { svg }: ExportCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  for (const [index, { results, host }] of sources.entries()) {
    const target = sources.length === 1 ? folder : join(folder, folderName(sources, index));
    const written = await writeExports(results, choice, target, { host, signal: terminal.cancel });
    if (!written.ok) return reportFailure(written.failure, terminal);
    for (const path of written.value.paths) terminal.print(`${path}\n`);
    // Of charts that nobody asked for by name there is nothing to be said.
    for (const { name, reason } of written.value.leftOut) {
      if (svg.length > 0) terminal.tell(`${name} was left out: ${reason}\n`);
    }
  }
  return EXIT.OK;
}

/** The experiment's id, with a number where several have the same. */
function folderName(sources: readonly ExportSource[], index: number): string {
  const idOf = ({ results }: ExportSource) => results.experiment.id;
  const id = idOf(sources[index]);
  const before = sources.slice(0, index).filter((other) => idOf(other) === id).length;
  return before === 0 ? id : `${id}-${before + 1}`;
}

function complaintAboutOutput(choice: ExportChoice, sources: readonly ExportSource[]): Failure | null {
  const { runs, phases, summary, json, trace, charts, reports } = choice;
  const count = [runs, phases, summary, json, trace].filter((one) => one).length + charts.length + reports.length;
  if (count === 1 && sources.length === 1) return null;
  return {
    code: 'CLI-USAGE',
    message: `These are ${count * sources.length} files; standard output takes one.`,
    nextStep: 'Name a folder with --out, or choose one file of one source.',
  };
}

async function exportToOutput(
  { results, host }: ExportSource,
  choice: ExportChoice,
  terminal: Terminal,
): Promise<ExitCode> {
  const prepared = prepareExports(results, choice, host);
  if (!prepared.ok) return reportFailure(prepared.failure, terminal);
  const [file] = prepared.value.files;
  if (!file) {
    const [{ name, reason }] = prepared.value.leftOut;
    const failure = {
      code: 'HOST-REQUEST',
      message: `${name} cannot be drawn: ${reason}`,
      nextStep: 'Choose another.',
    };
    return reportFailure(failure, terminal);
  }
  try {
    for (const chunk of file.chunks()) {
      if (terminal.cancel.aborted) return EXIT.CANCELLED;
      // A slow reader is waited for, so that nothing piles up.
      if (!terminal.stdout.write(chunk)) await once(terminal.stdout, 'drain');
    }
    return EXIT.OK;
  } catch (error) {
    const failed = failureOfSource(error);
    return failed.ok ? EXIT.FAILED : reportFailure(failed.failure, terminal);
  }
}

/** Opens a store that is there: exporting makes none. */
async function openStore(file: string | undefined, terminal: Terminal): Promise<Result<RunStore>> {
  const place = file ?? storeFileOf({ environment: env, platform: platform(), homeDir: homedir() });
  const isThere = await access(place).then(
    () => true,
    () => false,
  );
  if (isThere) return openPersonalStore(file, terminal);
  return {
    ok: false,
    failure: {
      code: 'HOST-STORE-UNKNOWN',
      message: `There is no history in ${place}.`,
      nextStep: 'Run an experiment first, or name another file with --store.',
    },
  };
}

function parseChartKinds(text: string, before: readonly ChartKind[]): readonly ChartKind[] {
  if (text === 'all') return CHART_KINDS;
  const kind = CHART_KINDS.find((one) => one === text);
  if (!kind) throw new InvalidArgumentError(`Choose from ${CHART_KINDS.join(', ')}, all.`);
  return before.includes(kind) ? before : [...before, kind];
}

function parseReportFormat(text: string, before: readonly ReportFormat[]): readonly ReportFormat[] {
  const format = REPORT_FORMATS.find((one) => one === text);
  if (!format) throw new InvalidArgumentError(`Choose from ${REPORT_FORMATS.join(', ')}.`);
  return before.includes(format) ? before : [...before, format];
}

function parsePoint(text: string): number {
  return parseInteger(text, 0, 1_000_000);
}
