import { describe, expect, it } from 'vitest';
import { evidenceBySection, retagEvidence } from '../../src/emulator/phase-evidence';
import { leafPhases } from '../../src/emulator/phases';
import type { TrackedCounters } from '../../src/emulator/phase-tracker';
import { PhaseTracker } from '../../src/emulator/phase-tracker';
import type { Figure, MachineProfile } from '../../src/emulator/profile';
import { applyOverlay, figureNames } from '../../src/emulator/profile';
import { testProfile } from '../support/test-profile';

const ZERO: TrackedCounters = {
  cycles: 1000, // a path need not begin at power-on
  instructions: 0,
  portReads: 0,
  portWrites: 0,
  interrupts: 0,
  haltCycles: 0,
  pollCycles: 0,
  portCycles: 0,
  modelledCycles: 0,
  memoryCycles: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

/** A tracker over counters that a test moves by hand. */
function trackerByHand() {
  let now = ZERO;
  const tracker = new PhaseTracker(() => now);
  const spend = (cycles: number, more: Partial<TrackedCounters> = {}) => {
    const added = Object.fromEntries(
      Object.entries(more).map(([key, value]) => [key, now[key as keyof TrackedCounters] + value]),
    );
    now = { ...now, ...added, cycles: now.cycles + cycles };
  };
  return { tracker, spend };
}

describe('a tracked path', () => {
  const { tracker, spend } = trackerByHand();
  tracker.start('machine-shutdown');
  spend(50, { instructions: 10 });
  tracker.begin('reset');
  spend(400, { modelledCycles: 400 });
  tracker.begin('early-chipset');
  spend(30, { instructions: 6 });
  tracker.begin('early-chipset', { id: 'post-cf', name: 'CMOS test' });
  spend(70, { instructions: 14 });
  tracker.begin('kbc', { id: 'post-07', name: '8042' });
  spend(500, { haltCycles: 300, pollCycles: 150 });
  tracker.begin('loader-menu');
  spend(900, { haltCycles: 900 });
  tracker.end();
  spend(5); // behind the end: belongs to no phase
  const root = tracker.tree('Firmware reboot', testProfile());

  it('has leaves that follow each other and add up to the total', () => {
    const leaves = leafPhases(root);
    expect(leaves.map((leaf) => leaf.id)).toEqual([
      'machine-shutdown',
      'reset',
      'early-chipset-entry',
      'post-cf',
      'post-07',
      'loader-menu',
    ]);
    let at = 0;
    for (const leaf of leaves) {
      expect(leaf.startCycle).toBe(at);
      expect(leaf.endCycle - leaf.startCycle).toBe(leaf.costs.durationCycles);
      at = leaf.endCycle;
    }
    expect(at).toBe(root.costs.durationCycles);
    expect(at).toBe(1950);
  });

  it('nests steps in phases and phases in groups', () => {
    expect(root.children.map((group) => group.id)).toEqual(['group:kernel', 'group:firmware', 'group:loader']);
    expect(root.children[1].children.map((phase) => phase.id)).toEqual(['reset', 'early-chipset', 'kbc']);
    expect(root.children[1].costs).toMatchObject({ durationCycles: 1000, instructions: 20 });
  });

  it('names the basis by the largest share', () => {
    const basis = Object.fromEntries(leafPhases(root).map((leaf) => [leaf.id, leaf.basis]));
    expect(basis).toMatchObject({ 'machine-shutdown': 'executed', reset: 'modelled', 'post-07': 'device' });
  });

  it('counts waiting as a forced delay only in a phase that is a configured pause', () => {
    expect(root.costs.forcedDelayCycles).toBe(900);
    expect(root.costs.deviceWaitCycles).toBe(1350);
  });

  it('lists the tags of the figures that took part', () => {
    const tags = Object.fromEntries(leafPhases(root).map((leaf) => [leaf.id, leaf.evidence]));
    const profile = testProfile();
    expect(tags['machine-shutdown']).toEqual([profile.cpu.clockEvidence]);
    expect(tags['loader-menu']).toEqual([profile.loader.promptTenths.evidence]);
  });
});

it('a record takes the tags of another machine with the same figures as if it had run there', () => {
  const { tracker, spend } = trackerByHand();
  tracker.start('machine-shutdown');
  spend(50, { instructions: 10, portCycles: 3 });
  tracker.begin('reset');
  spend(400, { modelledCycles: 400 });
  tracker.begin('kbc', { id: 'post-07', name: '8042' });
  spend(500, { haltCycles: 300 });
  tracker.begin('kbc', { id: 'post-08', name: 'its clock' });
  spend(20, { instructions: 3, memoryCycles: 5 });
  tracker.begin('loader-menu');
  spend(900, { haltCycles: 900 });
  tracker.end();
  const one = testProfile();
  const sameValues = Object.fromEntries(figureNames(one).map((name) => [name, valueOfFigure(one, name)]));
  const other = applyOverlay({ ...one, cpu: { ...one.cpu, clockEvidence: 'K' } }, sameValues);
  expect(tracker.tree('x', other)).not.toEqual(tracker.tree('x', one));
  expect(retagEvidence(tracker.tree('x', one), evidenceBySection(other))).toEqual(tracker.tree('x', other));
});

function valueOfFigure(profile: MachineProfile, name: string): number {
  const [section, figure] = name.split('.');
  return (profile as unknown as Record<string, Record<string, Figure>>)[section][figure].value;
}

it('going on with the same phase is no new span', () => {
  const { tracker, spend } = trackerByHand();
  tracker.start('start-kernel');
  spend(10);
  tracker.begin('start-kernel');
  spend(10);
  tracker.end();
  expect(leafPhases(tracker.tree('x', testProfile()))).toHaveLength(1);
});

describe('a pause somebody asked for', () => {
  it('is forced delay in a step that says so, though its phase does not', () => {
    const { tracker, spend } = trackerByHand();
    tracker.start('option-roms');
    tracker.begin('option-roms', { id: 'post-d0', name: 'SCSI ROM' });
    spend(100, { haltCycles: 60 });
    tracker.begin('option-roms', { id: 'post-d1', name: 'prompt', isForcedDelay: true });
    spend(300, { haltCycles: 250, pollCycles: 20 });
    tracker.begin('option-roms', { id: 'post-d2', name: 'bus reset' });
    spend(50, { pollCycles: 50 });
    tracker.end();
    const root = tracker.tree('POST', testProfile());
    const forced = leafPhases(root).map((leaf) => leaf.costs.forcedDelayCycles);
    expect(forced.slice(-3)).toEqual([0, 270, 0]);
    expect(root.costs.forcedDelayCycles).toBe(270);
  });
});
