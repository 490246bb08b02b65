// A test machine with both cards: 8 MB, a network card on a network one chooses, a SCSI adapter with disks at IDs 0 and 3.
import type { Figure, MachineProfile } from '../../src/emulator/profile';
import { testProfile, testScsi } from './test-profile';

const figure = (value: number): Figure => ({ value, evidence: 'model', source: 'round figure for tests' });

/** @param framesPerSecond broadcasts that come along; 0: silence */
export function testNetwork(framesPerSecond = 0): NonNullable<MachineProfile['network']> {
  return {
    linkMbps: figure(100),
    autonegotiationNs: figure(1_500_000_000),
    resetNs: figure(10_000),
    selfTestNs: figure(1_000_000),
    acceptNs: figure(2000),
    commandNs: figure(5000),
    mdiNs: figure(25_600),
    eepromWriteNs: figure(4_000_000),
    framesPerSecond: figure(framesPerSecond),
    trafficSeed: figure(1),
  };
}

export interface CardOptions {
  readonly framesPerSecond?: number;
  /** Words of the kernel's command line, besides a serial console and a calibration that is skipped. */
  readonly options?: string;
}

/** The machine of test-profile.ts with both cards. */
export function profileWithCards({ framesPerSecond = 0, options = '' }: CardOptions = {}): MachineProfile {
  const profile = { ...testProfile(), network: testNetwork(framesPerSecond), scsi: testScsi() };
  const commandLine = `console=ttyS0,115200 reboot=k lpj=20000${options && ` ${options}`}`;
  return { ...profile, kernel: { ...profile.kernel, commandLine } };
}
