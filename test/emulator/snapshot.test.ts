// Saved and restored at any instant, a machine runs on as the undisturbed one does: cycles, counters, memory, output.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCounters } from '../../src/emulator/counters';
import type { Machine } from '../../src/emulator/machine';
import type { MachineMemory } from '../../src/emulator/memory';
import { LAYOUT } from '../../src/emulator/memory';
import type { RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import { applyOverlay } from '../../src/emulator/profile';
import { createRandomStream } from '../../src/emulator/random';
import type { PathRunRequest } from '../../src/emulator/run-path';
import type { PathSnapshot } from '../../src/emulator/run-path';
import { buildPathMachine, runPath, runPathFrom } from '../../src/emulator/run-path';
import type { MachineSnapshot } from '../../src/emulator/snapshot';
import { restoreMachine, saveMachine } from '../../src/emulator/snapshot';
import { readGuestImages } from '../support/guest-images';
import { testProfile } from '../support/test-profile';

const IMAGES = readGuestImages();
const NO_END = { limitCycles: 20e9, heartbeat: () => true };

function request(path: RebootPath): PathRunRequest {
  const profile = applyOverlay(testProfile(), { 'memory.ramBytes': 4 * 1024 * 1024 });
  const kernel = { ...profile.kernel, commandLine: 'console=tty0 reboot=k' };
  return {
    profile: { ...profile, kernel },
    path,
    seed: 3,
    variations: ['timer-phase'],
    images: IMAGES,
    limitCycles: 20e9,
  };
}

/** Services come up once on a cold start, else twice: the end of a run. */
function stopWhenServicesAreUp(machine: Machine, times: number): void {
  let count = 0;
  machine.cpu.watchExecution(IMAGES.symbols.init.services_up, () => {
    if (++count === times) machine.requestStop();
  });
}

function hashOf({ u8, ramOffset }: MachineMemory): string {
  const hash = createHash('sha256').update(u8.subarray(ramOffset));
  return hash.update(u8.subarray(LAYOUT.CPU_BLOCK + 0x200, LAYOUT.CPU_BLOCK + 0x800)).digest('hex');
}

const endOf = (machine: Machine) => ({
  counters: readCounters(machine.memory),
  memory: hashOf(machine.memory),
  serial: machine.serialText,
  chips: saveMachine(machine).chips,
});

/** Runs to a cycle, to the nearest instruction behind it. */
function runTo(machine: Machine, cycle: number): void {
  const alarm = machine.clock.createAlarm(() => machine.requestStop());
  alarm.scheduleAt(cycle);
  expect(machine.run(NO_END)).toBe('stopped');
  alarm.cancel();
}

describe('a machine restored at a random cycle', () => {
  const UPS = { cold: 1, warm: 2, kexec: 2 } as const;

  it.each(['cold', 'warm', 'kexec'] as const)('ends a %s path as the one that was saved', (path) => {
    const first = buildPathMachine(request(path));
    stopWhenServicesAreUp(first, UPS[path]);
    first.powerOn();
    expect(first.run(NO_END)).toBe('stopped');
    const totalCycles = first.clock.nowCycles;

    const draw = createRandomStream(7, path);
    const instants = Array.from({ length: 5 }, () => draw.nextInteger(totalCycles)).sort((a, b) => a - b);
    const saved: MachineSnapshot[] = [];
    const disturbed = buildPathMachine(request(path));
    disturbed.powerOn();
    for (const cycle of instants) {
      runTo(disturbed, cycle);
      saved.push(saveMachine(disturbed));
    }
    let ups = 0;
    disturbed.cpu.watchExecution(IMAGES.symbols.init.services_up, () => {
      ups++;
      disturbed.requestStop();
    });
    while (disturbed.clock.nowCycles < totalCycles) disturbed.run(NO_END);
    expect(ups).toBeGreaterThan(0);
    const expected = endOf(disturbed);
    const undisturbed = { ...readCounters(first.memory), pollCycles: expect.any(Number) as number };
    expect(expected.counters).toMatchObject(undisturbed);
    expect(expected.serial).toBe(first.serialText);
    expect(expected.memory).toBe(hashOf(first.memory));

    saved.forEach((snapshot, i) => {
      const restored = buildPathMachine(request(path));
      restoreMachine(restored, snapshot);
      const again = saveMachine(restored);
      expect(again.chips).toEqual(snapshot.chips);
      expect(again.translations).toEqual(snapshot.translations);
      expect(again.pieces.length).toBe(snapshot.pieces.length);
      again.pieces.forEach(({ offset, bytes }, n) => {
        const [before] = [snapshot.pieces[n]];
        expect([offset, bytes.length]).toEqual([before.offset, before.bytes.length]);
        expect(Buffer.compare(bytes, before.bytes), `${offset}`).toBe(0);
      });
      for (const cycle of instants.slice(i + 1)) runTo(restored, cycle);
      restored.cpu.watchExecution(IMAGES.symbols.init.services_up, () => restored.requestStop());
      while (restored.clock.nowCycles < totalCycles) restored.run(NO_END);
      expect(endOf(restored)).toEqual(expected);
    });
  });
});

describe('a path run on from a snapshot', () => {
  it.each(['cold', 'warm', 'kexec'] as const)(
    'gives the record of the undisturbed run, from the beginning of each phase of a %s path',
    (path) => {
      const undisturbed = runPath(request(path));
      const saved: PathSnapshot[] = [];
      const phases: string[] = [];
      const watched = runPath(request(path), {
        shouldSave: (phase) => phases.push(phase) === 1 || phases.at(-2) !== phase,
        onSnapshot: (snapshot) => saved.push(snapshot),
      });
      expect(watched).toEqual(undisturbed);
      expect(new Set(saved.map(({ observer }) => observer.tracker.spans.at(-1)!.phase))).toEqual(new Set(phases));
      for (const snapshot of saved) expect(runPathFrom(request(path), snapshot)).toEqual(undisturbed);
    },
  );

  it.each(['cold', 'warm', 'kexec'] as const)(
    'takes as many cycles from the middle of each phase of a %s path',
    (path) => {
      const undisturbed = runPath(request(path));
      let origin = NaN;
      runPath(request(path), {
        shouldSave: () => Number.isNaN(origin),
        onSnapshot: ({ observer }) => (origin = observer.instants.start),
      });
      const middles = leafPhases(undisturbed.root).map(
        ({ startCycle, endCycle }) => origin + Math.round((startCycle + endCycle) / 2),
      );
      const saved: PathSnapshot[] = [];
      const watched = runPath(request(path), { saveAtCycles: middles, onSnapshot: (snapshot) => saved.push(snapshot) });
      // An instruction may hold several middles of short phases.
      expect(saved.length).toBeGreaterThan(middles.length / 2);
      expect(watched.totalCycles).toBe(undisturbed.totalCycles);
      for (const snapshot of saved) {
        const { totalCycles, outageCycles, handoverCycles, serialText, root } = runPathFrom(request(path), snapshot);
        expect({ totalCycles, outageCycles, handoverCycles, serialText }).toEqual({
          totalCycles: undisturbed.totalCycles,
          outageCycles: undisturbed.outageCycles,
          handoverCycles: undisturbed.handoverCycles,
          serialText: undisturbed.serialText,
        });
        expect(leafPhases(root).map(({ id, endCycle }) => [id, endCycle])).toEqual(
          leafPhases(undisturbed.root).map(({ id, endCycle }) => [id, endCycle]),
        );
      }
    },
  );
});
