// Progress on the error stream: one line that overwrites itself for a person, a line per finished path for a log.
import type { PathsProgress } from '../host/compare-paths';
import type { Terminal } from './terminal';

/** Shows progress until it is cleared. */
export interface ProgressLine {
  show(progress: PathsProgress): void;
  /** Removes the line, so that what follows begins at the margin. */
  clear(): void;
}

const BAR_CELLS = 20;
/** Carriage return and "erase to end of line" (ECMA-48, EL). */
const ERASE_LINE = '\r\u001b[K';

export function createProgressLine(terminal: Terminal, isQuiet: boolean): ProgressLine {
  if (isQuiet) return { show: () => {}, clear: () => {} };
  if (!terminal.isErrorTty) return createProgressLog(terminal);
  let isShown = false;
  return {
    show({ fraction, text }) {
      const filled = Math.round(fraction * BAR_CELLS);
      const bar = '#'.repeat(filled) + '.'.repeat(BAR_CELLS - filled);
      terminal.tell(`${ERASE_LINE}[${bar}] ${text}`);
      isShown = true;
    },
    clear() {
      if (isShown) terminal.tell(ERASE_LINE);
      isShown = false;
    },
  };
}

function createProgressLog(terminal: Terminal): ProgressLine {
  let reported = 0;
  return {
    show({ pathsDone, pathsTotal }) {
      if (pathsDone === reported) return;
      reported = pathsDone;
      terminal.tell(`${pathsDone} of ${pathsTotal} paths done\n`);
    },
    clear() {},
  };
}
