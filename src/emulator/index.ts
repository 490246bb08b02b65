// The only door of the emulator.
export { EmulatorError } from './errors';
export type { EmulatorErrorCode } from './errors';
export type { ClockTableId, Evidence, Figure, MachineProfile, ProfileOverlay } from './profile';
export { applyOverlay, checkProfile, figureNames, isFigure } from './profile';
export type {
  Basis,
  PathRecord,
  PhaseCosts,
  PhaseGroup,
  PhaseId,
  PhaseKind,
  PhaseOwner,
  PhaseRecord,
  RebootPath,
  VariationId,
} from './phases';
export { GROUP_NAMES, leafPhases, PATH_NAMES, PHASE_KINDS, phaseKind, REBOOT_PATHS, VARIATION_IDS } from './phases';
export type { GuestImages, PathRunRequest, RunHooks, RunProgress } from './run-path';
export { runPath } from './run-path';
export { ENGINE_VERSION } from './version';
