// bootlab explain: where a number of a run comes from: which code, which chips, which figures. docs/provenance.md.
import type { ComparisonRequest, Failure } from '../contract/api';
import type { ExplainedPath, NumberExplanation, ProfileOverlay, RebootPath, RunOptions } from '../lab/index';
import { explainNumber, numberColumns, spansInOrder } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { explanationText } from './explanation-text';
import { createProgressLine } from './progress-line';

export interface ExplainCommandOptions {
  readonly profile: string;
  readonly path: RebootPath;
  readonly phase?: string;
  readonly column?: string;
  readonly seed: number;
  readonly set: ProfileOverlay;
  readonly option: RunOptions;
  /** False with --no-variation. */
  readonly variation: boolean;
  /** Causes shown; with --json all are. */
  readonly top: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function explainCommand(options: ExplainCommandOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const table = options.phase === undefined ? 'runs' : 'phases';
  const column = options.column ?? (table === 'runs' ? 'outage_cycles' : 'duration_cycles');
  // Before anything runs: a name that is wrong should not cost a minute.
  if (!numberColumns(table).includes(column)) return reportFailure(unknownColumn(table, column), terminal);
  const machine = await host.findMachine(options.profile);
  if (!machine.ok) return reportFailure(machine.failure, terminal);

  const request: ComparisonRequest = {
    profileId: machine.value.id,
    paths: [options.path],
    seed: options.seed,
    overlay: options.set,
    ...(Object.keys(options.option).length > 0 ? { options: options.option } : {}),
    ...(options.variation ? {} : { variations: [] }),
  };
  const progress = createProgressLine(terminal, options.quiet ?? false);
  const hooks = { signal: terminal.cancel, onProgress: progress.show };
  const explained = await host.explain(request, options.path, hooks, machine.value).finally(() => progress.clear());
  if (!explained.ok) return reportFailure(explained.failure, terminal);

  const explanation = explain(explained.value, table, column, options.phase);
  if ('code' in explanation) return reportFailure(explanation, terminal);
  const { record } = explained.value;
  if (options.json) terminal.print(`${JSON.stringify(documentOf(explained.value, explanation), null, 2)}\n`);
  else terminal.print(explanationText(explanation, record, machine.value.name, options.phase ?? null, options.top));
  return EXIT.OK;
}

/** All stretches of a phase together. */
function explain(
  { record, leaves }: ExplainedPath,
  table: 'runs' | 'phases',
  column: string,
  phase: string | undefined,
): NumberExplanation | Failure {
  const spans = spansInOrder(record.root);
  const phaseIndexes = spans.flatMap(({ id }, index) => (id === phase ? [index] : []));
  if (phase !== undefined && phaseIndexes.length === 0) {
    const ids = [...new Set(spans.map(({ id }) => id))].join(', ');
    return {
      code: 'CLI-USAGE',
      message: `This path has no phase "${phase}".`,
      nextStep: `Choose one of: ${ids}.`,
    };
  }
  // Known to be a column: looked at before the run.
  return explainNumber({ table, column, record, ...(phase !== undefined && { phaseIndexes }) }, leaves)!;
}

function documentOf({ record }: ExplainedPath, explanation: NumberExplanation) {
  const { profileId, path, seed, cpuHz, engineVersion } = record;
  return { schema_version: 1, profileId, path, seed, cpuHz, engineVersion, ...explanation };
}

function unknownColumn(table: 'runs' | 'phases', column: string): Failure {
  return {
    code: 'CLI-USAGE',
    message: `${table}.csv has no number "${column}".`,
    nextStep: `Choose one of: ${numberColumns(table).join(', ')}.`,
  };
}
