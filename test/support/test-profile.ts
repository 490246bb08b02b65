// A small machine for tests: round figures, so that expected cycles can be worked out by hand (100 MHz: 10 ns a cycle).
import type { Figure, MachineProfile, ScsiFigures } from '../../src/emulator/profile';

const figure = (value: number, evidence: Figure['evidence'] = 'model'): Figure => ({
  value,
  evidence,
  source: 'round figure for tests',
});

/** A fresh copy; tests change it with applyOverlay. */
export function testProfile(): MachineProfile {
  return {
    id: 'test-100mhz',
    name: 'Test machine',
    year: 1994,
    description: 'Round figures for tests.',
    caveats: [],
    cpu: {
      model: '486',
      hz: figure(100_000_000),
      clockTable: 'i486',
      clockEvidence: 'S',
      clockSource: 'i486 Processor Programmer’s Reference Manual, 1990, Appendix E',
    },
    memory: {
      ramBytes: figure(8 * 1024 * 1024),
      streamMoveNsPerDword: figure(200),
      streamReadNsPerDword: figure(100),
      streamWriteNsPerDword: figure(100),
    },
    rom: { widthBits: figure(8), busCycleNs: figure(700) },
    video: {
      busCycleNs: figure(400),
      readBusCycleNs: figure(600),
      widthBits: figure(16),
      memoryBytes: figure(1024 * 1024),
    },
    ports: { isa8Ns: figure(700), chipsetNs: figure(100), dmaTransferNs: figure(1000) },
    hasPci: true,
    bootDisk: 'ata',
    reset: { platformHoldNs: figure(1_000_000), cpuInitHoldNs: figure(1000) },
    keyboard: {
      selfTestNs: figure(1_000_000),
      batNs: figure(20_000_000),
      byteNs: figure(1_000_000),
      commandNs: figure(20_000),
      answerNs: figure(500_000),
      timeoutNs: figure(15_000_000),
    },
    disk: {
      sizeBytes: figure(64 * 1024 * 1024),
      rpm: figure(6000),
      sectorsPerTrack: figure(64),
      heads: figure(4),
      trackToTrackNs: figure(2_000_000),
      fullStrokeNs: figure(20_000_000),
      commandOverheadNs: figure(500_000),
      blockGapNs: figure(5000),
      pioCycleNs: figure(600),
      spinUpNs: figure(500_000_000),
      resetAnswerNs: figure(50_000_000),
      multiwordDmaModes: figure(3),
      ultraDmaModes: figure(0),
      longAddresses: figure(0),
    },
    cdrom: {
      readBytesPerSecond: figure(2_048_000),
      constantAngularVelocity: figure(0),
      shortAccessNs: figure(20_000_000),
      fullAccessNs: figure(120_000_000),
      spinUpNs: figure(1_000_000_000),
      bufferBytes: figure(128 * 1024),
      commandOverheadNs: figure(1_000_000),
      blockGapNs: figure(5000),
      pioCycleNs: figure(200),
      resetAnswerNs: figure(10_000_000),
      multiwordDmaModes: figure(3),
      ultraDmaModes: figure(0),
      mmc2: figure(1),
    },
    floppy: {
      driveType: figure(0),
      spinUpNs: figure(300_000_000),
      settleNs: figure(15_000_000),
      resetNs: figure(1_000_000),
    },
    network: null,
    firmware: {
      shadow: figure(1),
      memoryTest: figure(3),
      floppySeek: figure(1),
      ideExpectedDrives: figure(0),
      ideWaitSeconds: figure(10),
      bootMenuSeconds: figure(0),
      scsiPromptSeconds: figure(1),
      scsiStartUnit: figure(1),
      pxePromptSeconds: figure(2),
    },
    loader: { promptTenths: figure(3, 'S') },
    kernel: { fillerBytes: figure(0), commandLine: 'console=tty0 reboot=k', commandLineSource: 'test' },
  };
}

/** A SCSI section for a test machine: disks at IDs 0 and 3. */
export function testScsi(): ScsiFigures {
  return {
    diagnosticNs: figure(50_000_000),
    softResetNs: figure(5_000_000),
    byteNs: figure(20_000),
    commandNs: figure(100_000),
    mailboxNs: figure(100_000),
    connectNs: figure(20_000),
    syncPeriodNs: figure(50),
    selectionTimeoutNs: figure(250_000_000),
    resetToSelectionNs: figure(250_000_000),
    diskIdBits: figure(0b1001),
    diskSizeBytes: figure(64 * 1024 * 1024),
    diskRpm: figure(6000),
    diskSectorsPerTrack: figure(64),
    diskHeads: figure(4),
    diskTrackToTrackNs: figure(1_000_000),
    diskFullStrokeNs: figure(10_000_000),
    diskCommandNs: figure(200_000),
    diskSpinUpNs: figure(500_000_000),
    diskStartsAtPower: figure(1),
    driverSettleNs: figure(2_000_000_000),
  };
}
