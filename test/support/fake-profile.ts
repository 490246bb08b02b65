// A machine profile for tests that need one but not its figures.
import type { Figure, MachineProfile } from '../../src/emulator/index';

const figure = (value: number): Figure => ({ value, evidence: 'model', source: 'a test' });

/** A valid profile of round figures. */
export function fakeProfile(changes: Partial<MachineProfile> = {}): MachineProfile {
  return {
    id: 'fake',
    name: 'Fake machine',
    year: 2002,
    description: 'For tests.',
    caveats: ['Nothing here is measured.'],
    cpu: {
      model: '686',
      hz: figure(1_000_000_000),
      clockTable: 'i486',
      clockEvidence: 'model',
      clockSource: 'a test',
    },
    memory: {
      ramBytes: figure(16 * 1024 * 1024),
      streamMoveNsPerDword: figure(20),
      streamReadNsPerDword: figure(10),
      streamWriteNsPerDword: figure(10),
    },
    rom: { widthBits: figure(8), busCycleNs: figure(720) },
    video: { busCycleNs: figure(60), widthBits: figure(32) },
    ports: { isa8Ns: figure(720), isa16Ns: figure(360), chipsetNs: figure(240) },
    hasPci: true,
    reset: { platformHoldNs: figure(1e6), cpuInitHoldNs: figure(480) },
    keyboard: { selfTestNs: figure(1e6), batNs: figure(5e8), byteNs: figure(1e6), commandNs: figure(5e4) },
    disk: {
      sizeBytes: figure(64 * 1024 * 1024),
      rpm: figure(7200),
      sectorsPerTrack: figure(64),
      heads: figure(4),
      trackToTrackNs: figure(2e6),
      fullStrokeNs: figure(15e6),
      commandOverheadNs: figure(5e5),
      spinUpNs: figure(10e9),
      resetAnswerNs: figure(1e9),
    },
    firmware: { shadow: figure(1) },
    loader: { promptTenths: figure(50) },
    kernel: { fillerBytes: figure(0), commandLine: 'console=tty0', commandLineSource: 'a test' },
    ...changes,
  };
}
