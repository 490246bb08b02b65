// The door of the lab: experiments over records. Pure; host, terminal and window import from here.
export type {
  Basis,
  ConsoleMark,
  Contribution,
  Evidence,
  ExplainedPath,
  Figure,
  LinuxGuest,
  MachineProfile,
  PathRecord,
  PhaseCosts,
  PhaseGroup,
  PhaseId,
  PhaseRecord,
  ProfileOverlay,
  RebootPath,
  VariationId,
} from '../emulator/index';
export {
  ENGINE_VERSION,
  FIGURE_LIMITS,
  GROUP_NAMES as GROUP_TITLES,
  leafPhases,
  PATH_NAMES as PATH_TITLES,
  PHASE_KINDS,
  REBOOT_PATHS,
  VARIATION_IDS,
} from '../emulator/index';
export { answerSentence } from './answer';
export { comparisonConfigHash } from './config-hash';
export { describeCause } from './explain/describe-cause';
export type { NumberExplanation } from './explain/explain-number';
export { explainNumber } from './explain/explain-number';
export { numberColumns } from './explain/column-meanings';
export { spansInOrder } from './explain/span-sets';
export { answerSentences, OUTAGE, parameterEffects, sayRatio } from './export/answers';
export type { ChartKind } from './export/charts';
export { CHART_KINDS } from './export/charts';
export { bootPhasesCsv, phasesCsv, runsCsv } from './export/csv';
export type { Columns } from './export/csv-table';
export { csvText } from './export/csv-table';
export type { ExportChoice, ExportFiles, ReportFormat } from './export/files';
export { ALL_EXPORTS, exportFiles, REPORT_FORMATS } from './export/files';
export type { HostFacts } from './export/results-json';
export { RESULTS_VERSION, resultsJsonChunks } from './export/results-json';
export type { GroupedResults, RunGroup } from './export/run-groups';
export { groupRuns } from './export/run-groups';
export { labelsOf } from './export/settings';
export { summarizeMetric } from './export/summary';
export type { FigureMachine, FigurePhase } from './figure-machine';
export { figureRecord } from './figure-machine';
export { DEFAULT_PROFILE_ID, SAMPLE_PROFILE_IDS } from './first-machines';
export {
  formatClock,
  formatCycles,
  formatCyclesAndTime,
  formatDuration,
  formatShare,
  groupDigits,
} from './format-cycles';
export type { MachineRuns } from './validation/runs';
export { checkMachines, validationReport } from './validation/report';
export type { PhaseTotal } from './phase-totals';
export { phaseStretches, phaseTotals } from './phase-totals';
export type { OptionedRun, RunOptions } from './run-options';
export { applyRunOptions, complaintAboutOption, RUN_OPTIONS } from './run-options';
export type { RunRecord } from './run-record';
export { nameRuns, PATH_PHRASES, SHORT_HASH_DIGITS, sortVariations } from './run-record';
export type {
  Experiment,
  ExperimentResults,
  ExperimentRun,
  Parameter,
  ParameterValue,
  PlannedRun,
  RunOutcome,
} from './experiment/experiment';
export { EXPERIMENT_VERSION } from './experiment/experiment';
export { ExperimentError } from './experiment/experiment-error';
export { FIGURE_NAMES, OPTION_NAMES, parameterKind, parseQuantity } from './experiment/parameters';
export { placeRecord } from './experiment/place-record';
export type { ExperimentPlan } from './experiment/plan';
export { EXPERIMENT_LIMITS, experimentHash, planExperiment } from './experiment/plan';
export { METRIC_NAMES, PHASE_COSTS } from './lesson/metric-names';
export { makeKey } from './lesson/key';
export type { Grade } from './lesson/grade';
export { grade } from './lesson/grade';
export type { Answers, ChoiceMeasurement, Lesson, LessonKey, Measurement, Question, RunNumber } from './lesson/lesson';
export { LESSON_VERSION } from './lesson/lesson';
export { MeasurementError } from './lesson/measurement-error';
export type { LessonReport } from './lesson/report';
export {
  isSealIntact,
  LESSON_REPORT_VERSION,
  lessonExperiment,
  makeLessonReport,
  measuredContent,
  takeApart,
} from './lesson/report';
export { UNIT_NAMES } from './lesson/units';
export { breakEven } from './stats/break-even';
export { differenceInterval, ratioInterval } from './stats/comparison';
export { meanInterval, medianInterval } from './stats/interval';
export { phaseDifferences, phasedRun } from './stats/phase-differences';
export { summarize } from './stats/summary';
export { tornado } from './stats/tornado';
export { breakEvenWords, countWords, estimateWords, intervalWords } from './stats/words';
