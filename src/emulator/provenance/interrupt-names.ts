// Which chip an interrupt vector comes from: back through the 8259A pair to the input, and to who is wired to it.
// Inputs of the AT as in wiring/core.ts, storage.ts and floppy.ts; cards say in their configuration space where theirs ends.
import type { Chips } from '../chips';

const FIXED: Readonly<Record<number, string>> = {
  0: '8254 counter 0',
  1: '8042 keyboard',
  4: 'COM1',
  6: 'floppy',
  8: 'RTC',
  12: '8042 mouse',
  13: 'x87 errors',
  14: 'primary ATA',
  15: 'secondary ATA',
};

/** PCI functions by name in the wiring's record of chips. */
const CARDS: readonly (readonly [chip: string, name: string])[] = [
  ['networkCard', 'Intel 82559'],
  ['scsiEndpoint', 'BT-958'],
];

/** Offset of the interrupt line in a function's configuration space (PCI 2.1, 6.2.4). */
const INTERRUPT_LINE = 0x3c;

interface ConfigurationSpace {
  readConfiguration(offset: number, sizeBytes: 1): number;
}

/** Names of one board's interrupts. */
export class InterruptNames {
  constructor(private readonly chips: Pick<Chips, 'pic' | 'byName'>) {}

  /** The chip behind a vector that was just acknowledged. */
  chipOf(vector: number): string {
    const { master, slave } = this.chips.pic.saveState();
    const irq = vector - slave.vectorBase >= 0 && vector - slave.vectorBase < 8 ? vector - slave.vectorBase + 8 : -1;
    const line = vector - master.vectorBase >= 0 && vector - master.vectorBase < 8 ? vector - master.vectorBase : irq;
    const cards = CARDS.filter(([chip]) => this.interruptLine(chip) === line).map(([, name]) => name);
    if (cards.length > 0) return cards.join(' or ');
    return FIXED[line] ?? (line < 0 ? `vector ${vector.toString(16)}h` : `IRQ ${line}`);
  }

  private interruptLine(chip: string): number {
    const card = this.chips.byName[chip] as Partial<ConfigurationSpace> | undefined;
    return card?.readConfiguration?.(INTERRUPT_LINE, 1) ?? -1;
  }
}
