import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import { MOUSE_LEFT, MOUSE_RIGHT, Ps2Mouse } from '../../../src/emulator/devices/mouse-ps2';
import { createBenchClock, throughJson } from './chip-bench';

const CONFIG = { batNs: 500e6, answerNs: 2e6 };
let clock: Clock;
let mouse: Ps2Mouse;

beforeEach(() => {
  clock = createBenchClock();
  mouse = new Ps2Mouse(clock, CONFIG, () => {});
});

function collect(): number[] {
  const bytes: number[] = [];
  for (let byte = mouse.peekByte(); byte !== undefined; byte = mouse.peekByte()) {
    bytes.push(byte);
    mouse.takeByte();
  }
  return bytes;
}

function advanceNs(ns: number): number[] {
  clock.advance(clock.cyclesFromNs(ns));
  return collect();
}

function tell(...values: number[]): number[] {
  return values.flatMap((value) => {
    mouse.receiveByte(value);
    return advanceNs(CONFIG.answerNs);
  });
}

describe('Ps2Mouse', () => {
  it('acknowledges a reset, then passes its self-test and gives its ID', () => {
    expect(tell(0xff)).toEqual([0xfa]);
    expect(advanceNs(CONFIG.batNs)).toEqual([0xaa, 0x00]);
    expect(tell(0xf2)).toEqual([0xfa, 0x00]);
  });

  it('tells settings and buttons in its status', () => {
    expect(tell(0xe9)).toEqual([0xfa, 0x00, 2, 100]);
    tell(0xe8, 3, 0xf3, 40, 0xe7, 0xf4);
    mouse.move(0, 0, MOUSE_LEFT);
    expect(tell(0xe9)).toEqual([0xfa, 0x34, 3, 40]);
    mouse.move(0, 0, MOUSE_RIGHT);
    tell(0xf0);
    expect(tell(0xe9)).toEqual([0xfa, 0x71, 3, 40]);
    tell(0xf6);
    expect(tell(0xe9)).toEqual([0xfa, 0x01, 2, 100]);
  });

  it('reports moves once a sample in stream mode, and only while enabled', () => {
    mouse.move(5, 0, 0);
    expect(advanceNs(1e9)).toEqual([]);
    tell(0xf4);
    mouse.move(5, -3, MOUSE_LEFT);
    expect(advanceNs(9e6)).toEqual([]);
    expect(advanceNs(1e6)).toEqual([0x29, 5, 0xfd]);
    expect(advanceNs(1e9)).toEqual([]);
  });

  it('gives data when asked in remote mode, with overflow bits beyond 255 counts', () => {
    tell(0xf0, 0xf4);
    mouse.move(300, -300, 0);
    expect(advanceNs(1e9)).toEqual([]);
    expect(tell(0xeb)).toEqual([0xfa, 0xe8, 0xff, 0x01]);
    expect(tell(0xeb)).toEqual([0xfa, 0x08, 0, 0]);
  });

  it('becomes a wheel mouse at 200, 100, 80', () => {
    tell(0xf3, 200, 0xf3, 100, 0xf3, 80);
    expect(tell(0xf2)).toEqual([0xfa, 0x03]);
    tell(0xf4);
    mouse.move(1, 1, 0, -1);
    expect(advanceNs(20e6)).toEqual([0x08, 1, 1, 0xff]);
  });

  it('echoes in wrap mode, refuses what it does not know, repeats its last answer', () => {
    tell(0xee);
    expect(tell(0xf2, 0x55)).toEqual([0xf2, 0x55]);
    expect(tell(0xec)).toEqual([0xfa]);
    expect(tell(0x12)).toEqual([0xfe]);
    tell(0xf2);
    expect(tell(0xfe)).toEqual([0xfa, 0x00]);
  });

  it('goes on the same after a save and restore', () => {
    tell(0xf4);
    mouse.move(7, 0, 0);
    const state = throughJson(mouse.saveState());
    const cycle = clock.nowCycles;
    clock = createBenchClock();
    clock.advanceTo(cycle);
    mouse = new Ps2Mouse(clock, CONFIG, () => {});
    mouse.restoreState(state);
    expect(mouse.saveState()).toEqual(state);
    expect(advanceNs(10e6)).toEqual([0x08, 7, 0]);
  });
});
