import { describe, expect, it } from 'vitest';
import type { FigureMachine, FigurePhase } from '../../src/lab/index';
import { figureRecord, leafPhases } from '../../src/lab/index';

const phase = (id: FigurePhase['phase'], value: number, evidence: 'S' | 'K' = 'S'): FigurePhase => ({
  phase: id,
  durationMs: { value, evidence, source: 'a document' },
});

const machine: FigureMachine = {
  ...{ kind: 'figures', id: 'figures', name: 'Figures', year: 2020, description: 'For tests.', caveats: [] },
  paths: {
    warm: [
      phase('userspace-shutdown', 5),
      phase('device-shutdown', 10),
      phase('reset', 30.5),
      phase('loader-menu', 100, 'K'),
      phase('decompress', 2),
      phase('start-kernel', 7),
    ],
    kexec: [phase('kexec-load', 50), phase('device-shutdown', 10), phase('relocate-copy', 1), phase('start-kernel', 7)],
  },
};

describe('the record of a machine of figures', () => {
  const record = figureRecord(machine, 'warm')!;

  it('adds up, without gap or overlap', () => {
    expect(record.totalCycles).toBe(154.5e6);
    expect(record.root.costs.durationCycles).toBe(154.5e6);
    let at = 0;
    for (const leaf of leafPhases(record.root)) {
      expect([leaf.startCycle, leaf.endCycle]).toEqual([at, at + leaf.costs.durationCycles]);
      at = leaf.endCycle;
    }
    expect(at).toBe(record.totalCycles);
    expect(record.root.children.map(({ id }) => id)).toEqual([
      'group:userspace',
      'group:kernel',
      'group:firmware',
      'group:loader',
      'group:kernel',
    ]);
  });

  it('claims nothing that ran', () => {
    expect(record.warnings.join()).toContain('no machine ran');
    for (const { basis, costs } of leafPhases(record.root)) {
      expect(basis).toBe('modelled');
      expect([costs.instructions, costs.portCycles, costs.memoryCycles]).toEqual([0, 0, 0]);
    }
  });

  it('counts the boot prompt as a forced delay and nothing else', () => {
    expect(record.root.costs.forcedDelayCycles).toBe(100e6);
  });

  it('carries the tags of its figures', () => {
    expect(record.root.evidence).toEqual(['S', 'K']);
  });

  it('counts the hand-over from the end of device shutdown to the start of the kernel', () => {
    expect(record.handoverCycles).toBe(132.5e6);
    expect(figureRecord(machine, 'kexec')!.handoverCycles).toBe(1e6);
  });

  it('leaves loading the next kernel out of the outage', () => {
    const { totalCycles, outageCycles } = figureRecord(machine, 'kexec')!;
    expect([totalCycles, outageCycles]).toEqual([68e6, 18e6]);
  });

  it('is not there for a path without figures', () => {
    expect(figureRecord(machine, 'cold')).toBeNull();
  });
});
