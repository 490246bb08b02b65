import { describe, expect, it } from 'vitest';
import { PitCounter } from '../../../src/emulator/devices/pit-counter';
import { createRandomStream } from '../../../src/emulator/random';

/**
 * The datasheet's mode definitions pulse by pulse, written apart from the chip: a count of one byte, no latches.
 * Slow and plain, to compare with the counter that knows no pulses.
 */
class PulseModel {
  out: boolean;
  isLoaded = false;
  private element = 0;
  private loadedCount = 0;
  private mustLoad = false;
  private isArmed = false;
  private isStrobing = false;
  private isFirstCount = true;
  private count = 0;

  constructor(
    private readonly mode: number,
    private readonly modulus: number,
    public gate: boolean,
  ) {
    this.out = mode !== 0;
  }

  get low(): number {
    return this.element % this.modulus;
  }

  writeCount(count: number): void {
    this.count = count;
    if (this.mode === 0) {
      this.out = false;
      this.isArmed = false;
    }
    if (this.mode === 0 || this.mode === 4) this.mustLoad = true;
    if ((this.mode === 2 || this.mode === 3) && this.isFirstCount) this.mustLoad = true;
    this.isFirstCount = false;
  }

  setGate(gate: boolean): void {
    const isRise = gate && !this.gate;
    this.gate = gate;
    if (isRise && (this.mode === 1 || this.mode === 5 || this.mode === 2 || this.mode === 3)) {
      this.mustLoad = !this.isFirstCount;
    }
    if (!gate && (this.mode === 2 || this.mode === 3)) this.out = true;
  }

  pulse(): void {
    if (this.isStrobing) {
      this.out = true;
      this.isStrobing = false;
    }
    if (this.mustLoad) {
      this.mustLoad = false;
      this.load();
      if (this.mode === 1) this.out = false;
      if (this.mode === 2 || this.mode === 3) this.out = true;
      return;
    }
    if (!this.isLoaded) return;
    switch (this.mode) {
      case 0:
        if (this.gate && this.decrement(1) && this.isArmed) this.end(true);
        break;
      case 1:
        if (this.decrement(1) && this.isArmed) this.end(true);
        break;
      case 2:
        if (!this.gate) break;
        this.decrement(1);
        if (this.element === 1) this.out = false;
        else if (this.element === 0) {
          this.load();
          this.out = true;
        }
        break;
      case 3:
        if (this.gate) this.pulseSquareWave();
        break;
      case 4:
        if (this.gate && this.decrement(1) && this.isArmed) this.strobe();
        break;
      case 5:
        if (this.decrement(1) && this.isArmed) this.strobe();
        break;
    }
  }

  private pulseSquareWave(): void {
    const isOddHigh = this.loadedCount % 2 === 1 && this.out;
    const isOver = isOddHigh ? this.element === 0 || this.element === this.modulus : this.element === 2;
    if (isOver) {
      this.load();
      this.out = !this.out;
    } else {
      this.decrement(2);
    }
  }

  private load(): void {
    this.isLoaded = true;
    this.isArmed = true;
    this.loadedCount = this.count;
    this.element = this.mode === 3 ? this.count - (this.count % 2) : this.count;
  }

  /** @returns whether the element is zero now */
  private decrement(step: number): boolean {
    this.element = (this.element - step + this.modulus) % this.modulus;
    return this.element === 0;
  }

  private end(out: boolean): void {
    this.isArmed = false;
    this.out = out;
  }

  private strobe(): void {
    this.end(false);
    this.isStrobing = true;
  }
}

function lowByteOf(value: number, isBcd: boolean): number {
  return isBcd ? (Math.floor(value / 10) % 10) * 16 + (value % 10) : value & 0xff;
}

function copyOf(counter: PitCounter): PitCounter {
  const copy = new PitCounter(true);
  copy.copyFrom(counter);
  return copy;
}

describe('PitCounter, against the mode definitions pulse by pulse', () => {
  it.each(
    [0, 1, 2, 3, 4, 5].flatMap((mode) => [
      [mode, 'binary', 0],
      [mode, 'decimal', 1],
    ]) as [number, string, number][],
  )('mode %i, %s: OUT and count agree after each of 10,000 pulses of random use', (mode, _name, bcd) => {
    const random = createRandomStream(mode, `counter-${bcd}`);
    const watched = new PitCounter(true);
    const skipped = new PitCounter(true);
    const model = new PulseModel(mode, bcd ? 10000 : 65536, true);
    const both = [watched, skipped];
    const differences: string[] = [];
    for (const counter of both) counter.writeControl(0x10 | (mode << 1) | bcd, 0);
    for (let pulse = 1; pulse <= 10_000; pulse++) {
      const action = random.nextInteger(40);
      if (action === 0) {
        const count = 2 + random.nextInteger(20);
        for (const counter of both) {
          counter.skipTo(pulse - 1);
          counter.writeByte(lowByteOf(count, bcd === 1), pulse - 1);
        }
        model.writeCount(count);
      } else if (action < 4) {
        const gate = random.nextInteger(2) === 1;
        for (const counter of both) {
          counter.skipTo(pulse - 1);
          counter.setGate(gate, pulse - 1);
        }
        model.setGate(gate);
      }
      model.pulse();
      watched.advanceTo(pulse);
      const seen = copyOf(skipped);
      seen.skipTo(pulse);
      if (watched.isOutputHigh !== model.out || seen.isOutputHigh !== model.out) differences.push(`OUT at ${pulse}`);
      if (!model.isLoaded) continue;
      const low = lowByteOf(model.low, bcd === 1);
      const isCountRight = copyOf(watched).readByte(pulse) === low && seen.readByte(pulse) === low;
      if (!isCountRight) differences.push(`count at ${pulse}`);
    }
    expect(differences).toEqual([]);
    expect(copyOf(watched).saveState()).toEqual(watched.saveState());
    expect(skipped.fallingEdgeCount).toBeLessThanOrEqual(watched.fallingEdgeCount);
    skipped.skipTo(10_000);
    expect(skipped.fallingEdgeCount).toBe(watched.fallingEdgeCount);
  });
});
