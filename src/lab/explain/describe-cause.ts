// A cause in words: the same in window and terminal.
import type { CodePlace, Contribution } from '../../emulator/index';

/** What cost the cycles, and the code that did it or waited. */
export interface CauseWords {
  readonly what: string;
  readonly where: string;
}

/** Words for one cause. */
export function describeCause({ cost, chip, code }: Contribution): CauseWords {
  const where = code ? describeCode(code) : '';
  switch (cost) {
    case 'clocks':
      return { what: 'instruction clocks', where };
    case 'port':
      return { what: chip === 'nobody' ? 'bus cycles to ports where no chip is' : `bus cycles to ${chip}`, where };
    case 'memory':
      return { what: chip === 'RAM' ? 'RAM beyond the clock tables' : `accesses to ${chip}`, where };
    case 'wait':
      return { what: `waiting for ${chip}`, where };
    case 'hold':
      return { what: 'the board holds the CPU in reset', where };
  }
}

function describeCode({ image, symbol, address }: CodePlace): string {
  const place = `${address.toString(16).toUpperCase()}h`;
  return symbol === null ? `${image} at ${place}` : `${image}: ${symbol}`;
}
