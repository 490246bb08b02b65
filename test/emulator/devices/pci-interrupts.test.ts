import { describe, expect, it } from 'vitest';
import { PciInterrupts } from '../../../src/emulator/devices/pci-interrupts';

const PIRQA = 0;
const PIRQB = 1;

function wires() {
  const high = new Set<number>();
  const log: string[] = [];
  const interrupts = new PciInterrupts((irq) => ({
    raise: () => (high.add(irq), void log.push(`+${irq}`)),
    lower: () => (high.delete(irq), void log.push(`-${irq}`)),
  }));
  return { interrupts, log, high: () => [...high].sort((a, b) => a - b) };
}

describe('PCI interrupts', () => {
  it('turn a slot’s pins onto PIRQA#-PIRQD#, one further with each slot', () => {
    for (let slot = 1; slot < 8; slot++) {
      for (const pin of [1, 2, 3, 4] as const) {
        const { interrupts, high } = wires();
        for (const pirq of [0, 1, 2, 3]) interrupts.route(pirq, 3 + pirq);
        interrupts.line(slot, pin).raise();
        expect(high()).toEqual([3 + ((pin + slot - 2) % 4)]);
      }
    }
  });

  it('go nowhere until the south bridge routes them, then at once', () => {
    const { interrupts, high } = wires();
    interrupts.line(1, 1).raise();
    expect(high()).toEqual([]);
    interrupts.route(PIRQA, 11);
    expect(high()).toEqual([11]);
  });

  it('share a line: it falls when the last pin lets go', () => {
    const { interrupts, log } = wires();
    interrupts.route(PIRQA, 10);
    interrupts.route(PIRQB, 10);
    const first = interrupts.line(1, 1);
    const second = interrupts.line(5, 1);
    const onPirqB = interrupts.line(2, 1);
    first.raise();
    second.raise();
    onPirqB.raise();
    first.lower();
    second.lower();
    expect(log).toEqual(['+10']);
    onPirqB.lower();
    expect(log).toEqual(['+10', '-10']);
  });

  it('count a pin raised twice once', () => {
    const { interrupts, high } = wires();
    interrupts.route(PIRQA, 10);
    const line = interrupts.line(1, 1);
    line.raise();
    line.raise();
    line.lower();
    expect(high()).toEqual([]);
  });

  it('move with the routing while the pin is high', () => {
    const { interrupts, log } = wires();
    interrupts.route(PIRQA, 10);
    interrupts.line(1, 1).raise();
    interrupts.route(PIRQA, 5);
    expect(log).toEqual(['+10', '-10', '+5']);
    interrupts.route(PIRQA, null);
    expect(log.slice(3)).toEqual(['-5']);
  });

  it('leave a line high when one of two PIRQs moves away and the other still asserts it', () => {
    const { interrupts, high } = wires();
    interrupts.route(PIRQA, 10);
    interrupts.route(PIRQB, 10);
    interrupts.line(1, 1).raise();
    interrupts.line(1, 2).raise();
    interrupts.route(PIRQA, 11);
    expect(high()).toEqual([10, 11]);
  });

  it('share an IRQ with a line that always ends there', () => {
    const { interrupts, log } = wires();
    const sci = interrupts.fixedLine(9);
    sci.raise();
    interrupts.route(PIRQA, 9);
    const line = interrupts.line(1, 1);
    line.raise();
    sci.lower();
    expect(log).toEqual(['+9']);
    interrupts.route(PIRQA, null);
    expect(log).toEqual(['+9', '-9']);
  });
});
