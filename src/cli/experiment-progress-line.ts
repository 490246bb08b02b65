// Progress of an experiment on the error stream: one line that overwrites itself for a person, a line per tenth for a log.
import type { ExperimentProgress } from '../host/experiment/experiment-progress';
import type { Terminal } from './terminal';

/** Shows progress until it is cleared. */
export interface ExperimentProgressLine {
  show(progress: ExperimentProgress): void;
  /** Removes the line, so that what follows begins at the margin. */
  clear(): void;
}

const BAR_CELLS = 20;
const LOG_LINES = 10;
/** Carriage return and "erase to end of line" (ECMA-48, EL). */
const ERASE_LINE = '\r\u001b[K';

export function createExperimentProgressLine(terminal: Terminal, isQuiet: boolean): ExperimentProgressLine {
  if (isQuiet) return { show: () => {}, clear: () => {} };
  return terminal.isErrorTty ? createLine(terminal) : createLog(terminal);
}

function createLine(terminal: Terminal): ExperimentProgressLine {
  let isShown = false;
  return {
    show(progress) {
      const { doneRuns, failedRuns, totalRuns, remainingMs, text } = progress;
      const ended = doneRuns + failedRuns;
      const filled = Math.floor((ended / totalRuns) * BAR_CELLS);
      const parts = [
        `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ${countsText(progress)}`,
        ...(remainingMs === null || ended === totalRuns ? [] : [`${sayRemaining(remainingMs)} left`]),
        text,
      ];
      terminal.tell(ERASE_LINE + parts.filter((part) => part !== '').join(' · '));
      isShown = true;
    },
    clear() {
      if (isShown) terminal.tell(ERASE_LINE);
      isShown = false;
    },
  };
}

function createLog(terminal: Terminal): ExperimentProgressLine {
  // The first line says how much there is to do.
  let toldTenths = -1;
  return {
    show(progress) {
      const { doneRuns, failedRuns, totalRuns, remainingMs } = progress;
      const tenths = Math.floor(((doneRuns + failedRuns) / totalRuns) * LOG_LINES);
      if (tenths === toldTenths) return;
      toldTenths = tenths;
      const left = remainingMs === null || tenths === LOG_LINES ? '' : `, ${sayRemaining(remainingMs)} left`;
      terminal.tell(`${countsText(progress)}${left}\n`);
    },
    clear() {},
  };
}

function countsText({ doneRuns, totalRuns, reusedRuns, failedRuns }: ExperimentProgress): string {
  const reused = reusedRuns > 0 ? `, ${reusedRuns} were there` : '';
  const failed = failedRuns > 0 ? `, ${failedRuns} failed` : '';
  return `${doneRuns + failedRuns}/${totalRuns} runs${reused}${failed}`;
}

/** "4 s", "3 min", "2.5 h": what can be known of it. */
export function sayRemaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
