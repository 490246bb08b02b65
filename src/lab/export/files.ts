// Which files an export consists of. The window and the terminal both take them from here, so that their bytes agree.
import type { ExperimentResults } from '../experiment/experiment';
import type { ChartKind } from './charts';
import { CHART_KINDS, drawChart } from './charts';
import { phasesCsvChunks, runsCsvChunks } from './csv';
import { makeReport } from './report';
import { reportHtml } from './report-html';
import { reportMarkdown } from './report-markdown';
import type { HostFacts } from './results-json';
import { resultsJsonChunks } from './results-json';
import { groupRuns } from './run-groups';
import { summaryCsvChunks } from './summary';
import { traceJsonChunks } from './trace';

export const REPORT_FORMATS = ['html', 'md'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What a person wants written. */
export interface ExportChoice {
  readonly runs: boolean;
  readonly phases: boolean;
  readonly summary: boolean;
  readonly json: boolean;
  readonly trace: boolean;
  readonly charts: readonly ChartKind[];
  readonly reports: readonly ReportFormat[];
  /** The point of charts and tables that show one; the first unless given. */
  readonly pointIndex?: number;
}

/** Everything there is. */
export const ALL_EXPORTS: ExportChoice = {
  runs: true,
  phases: true,
  summary: true,
  json: true,
  trace: true,
  charts: CHART_KINDS,
  reports: REPORT_FORMATS,
};

/** A file in pieces that are made as they are asked for. */
export interface ExportFile {
  readonly name: string;
  /** Begins anew at every call. */
  chunks(): Iterable<string>;
}

export interface ExportFiles {
  readonly files: readonly ExportFile[];
  /** Charts that cannot be drawn, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * The chosen files. Charts are drawn at once, for which all runs are read; everything else when its pieces are asked for.
 * @param host facts for results.json alone
 */
export function exportFiles(
  results: ExperimentResults,
  choice: ExportChoice,
  host: HostFacts | null = null,
): ExportFiles {
  const { pointIndex = 0 } = choice;
  const grouped = choice.charts.length > 0 ? groupRuns(results, pointIndex) : null;
  const charts = choice.charts.map((kind) => ({
    name: `chart-${kind}.svg`,
    chart: drawChart(grouped!, kind, pointIndex),
  }));
  const renderers = { html: reportHtml, md: reportMarkdown };
  const files: (ExportFile | false)[] = [
    choice.runs && { name: 'runs.csv', chunks: () => runsCsvChunks(results) },
    choice.phases && { name: 'phases.csv', chunks: () => phasesCsvChunks(results) },
    choice.summary && { name: 'summary.csv', chunks: () => summaryCsvChunks(results) },
    choice.json && { name: 'results.json', chunks: () => resultsJsonChunks(results, host) },
    choice.trace && { name: 'trace.json', chunks: () => traceJsonChunks(results) },
    ...charts.map(({ name, chart }) => 'svg' in chart && { name, chunks: () => [chart.svg] }),
    ...choice.reports.map((format) => ({
      name: `report.${format}`,
      chunks: () => [renderers[format](makeReport(results, pointIndex))],
    })),
  ];
  return {
    files: files.filter((file) => file !== false),
    leftOut: charts.flatMap(({ name, chart }) => ('svg' in chart ? [] : [{ name, reason: chart.reason }])),
  };
}
