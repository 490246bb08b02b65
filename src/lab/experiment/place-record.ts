// A record in its place in an experiment. Records are computed once per configuration and seed; what depends on the place is put in here.
import type { PathRecord } from '../../emulator/index';
import { retagEvidence } from '../../emulator/index';
import type { RunRecord } from '../run-record';
import type { PlannedRun } from './experiment';

/**
 * The record as the planned run itself would have given it: its names, its position, its seed (which changed nothing where
 * another seed's record may stand in), and the evidence tags of its own machine.
 */
export function placeRecord(record: PathRecord, planned: PlannedRun): RunRecord {
  const { point, runId, configHash, runOrder, repetition, seed, isBaseline } = planned;
  return {
    ...record,
    profileId: point.profileId,
    seed,
    root: point.evidence ? retagEvidence(record.root, point.evidence) : record.root,
    runId,
    configHash,
    runOrder,
    pointIndex: point.pointIndex,
    repetition,
    isBaseline,
  };
}
