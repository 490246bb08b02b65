// PCI interrupt pins to interrupt requests: slots turn INTA#-INTD# onto PIRQA#-PIRQD#, the south bridge those onto the 8259A.
// Rotation by slot as on QEMU's `-M pc` and as SeaBIOS expects it: PIRQ = (pin + slot - 1) mod 4 (src/fw/pciinit.c).
import type { InterruptLine } from '../irq';
import { createInterruptLine } from '../irq';

const PIRQ_COUNT = 4;

/** Wires pins to PIRQs and PIRQs to interrupt requests. Lines are shared: one is high while any pin that ends there is. */
export class PciInterrupts {
  private readonly raisedPins = [0, 0, 0, 0];
  private readonly routes: (number | null)[] = [null, null, null, null];
  /** How many fixed lines hold an IRQ. */
  private readonly raisedFixed = new Map<number, number>();
  private readonly irqLevels = new Map<number, boolean>();

  /** @param irqLine gives the 8259A pair's input of an IRQ number */
  constructor(private readonly irqLine: (irq: number) => InterruptLine) {}

  /** The line a function in `slot` drives with pin 1-4 (INTA#-INTD#). High means asserted. */
  line(slot: number, pin: 1 | 2 | 3 | 4): InterruptLine {
    const pirq = (pin - 1 + slot - 1 + PIRQ_COUNT) % PIRQ_COUNT;
    return createInterruptLine((isHigh) => {
      this.raisedPins[pirq] += isHigh ? 1 : -1;
      this.drive();
    });
  }

  /** A line that always ends at `irq` (the SCI) and shares it with whatever is routed there. */
  fixedLine(irq: number): InterruptLine {
    return createInterruptLine((isHigh) => {
      this.raisedFixed.set(irq, (this.raisedFixed.get(irq) ?? 0) + (isHigh ? 1 : -1));
      this.drive();
    });
  }

  /** The south bridge routed a PIRQ (0-3) to an IRQ, or nowhere. */
  route(pirq: number, irq: number | null): void {
    this.routes[pirq] = irq;
    this.drive();
  }

  private drive(): void {
    const levels = new Map<number, boolean>();
    for (const irq of this.irqLevels.keys()) levels.set(irq, false);
    for (const [irq, raised] of this.raisedFixed) levels.set(irq, raised > 0);
    this.routes.forEach((irq, pirq) => {
      if (irq !== null) levels.set(irq, (levels.get(irq) ?? false) || this.raisedPins[pirq] > 0);
    });
    for (const [irq, level] of levels) {
      if ((this.irqLevels.get(irq) ?? false) === level) continue;
      this.irqLevels.set(irq, level);
      if (level) this.irqLine(irq).raise();
      else this.irqLine(irq).lower();
    }
  }
}
