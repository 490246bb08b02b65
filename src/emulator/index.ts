// The only door of the emulator.
export type { ImageSource } from './boot/disk-image';
export type { BootKernel, BootReport, BootRequest, BootSnapshot, TextSource } from './boot-run';
export { bootMachine } from './boot-run';
export type { ConformAnswer, ConformRequest } from './conform';
export { Conformance } from './conform';
export type { CpuModel } from './cpu/cpu-host';
export type { CopyBandwidth } from './copy-bandwidth';
export { copyBandwidth } from './copy-bandwidth';
export { EmulatorError } from './errors';
export { createMachine } from './machine';
export type { Evidence, Figure, MachineProfile, ProfileOverlay } from './profile';
export { applyOverlay, figureNames, isFigure } from './profile';
export { checkProfile, FIGURE_LIMITS } from './profile-checks';
export type { EvidenceBySection } from './phase-evidence';
export { evidenceBySection, retagEvidence } from './phase-evidence';
export type {
  Basis,
  PathRecord,
  PhaseCosts,
  PhaseGroup,
  PhaseId,
  PhaseKind,
  PhaseRecord,
  RebootPath,
  VariationId,
} from './phases';
export { GROUP_NAMES, leafPhases, PATH_NAMES, PHASE_KINDS, phaseKind, REBOOT_PATHS, VARIATION_IDS } from './phases';
export type { ConsoleMark } from './linux-probes';
export { LINUX_MARKS, READY_TEXT } from './linux-probes';
export type { LinuxGuest } from './path-software';
export type { CodePlace, Contribution, LeafCauses } from './provenance/contribution';
export type { ExplainedPath, GuestImages, PathRunRequest, RunProgress } from './run-path';
export { explainPath, runPath } from './run-path';
export type { LabOptions } from './lab-options';
export { DEFAULT_LAB_OPTIONS } from './lab-options';
export { clockTableIdOf, clockTableOf } from './timing/clock-tables';
export { ENGINE_VERSION } from './version';
