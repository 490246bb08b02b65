// The one kind of Chart.js chart the window draws.
import type { Chart, ChartConfiguration as AnyChartConfiguration } from 'chart.js';

export type ChartConfiguration = AnyChartConfiguration<'bar', number[], string>;

/** A plugin as far as ours go. */
export interface ChartPlugin {
  readonly id: string;
  afterDatasetsDraw(chart: Chart<'bar', number[], string>): void;
}
