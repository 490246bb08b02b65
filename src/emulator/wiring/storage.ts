// Drives and their controllers, from the profile's mechanics and the media given.
import type { DiskImage } from '../boot/disk-image';
import type { Clock } from '../clock';
import { AtaDisk } from '../devices/ata-disk';
import { IdeAta } from '../devices/ide-ata';
import type { MachineProfile } from '../profile';
import type { StartingConditions } from '../variation';
import type { PciBoard } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Wires the ATA channel. */
export function wireStorage(wiring: Wiring, _pci: PciBoard | null) {
  const { clock, noteUnstable, irq, claim, profile, drives, start } = wiring;
  const pioCycleNs = profile.disk.pioCycleNs.value;
  const drive = drives.hda ? createDrive(profile, clock, drives.hda, start) : null;
  const ide = new IdeAta(clock, irq(14), noteUnstable, { commandBase: 0x1f0, controlPort: 0x3f6 }, [drive, null]);
  claim('ATA data', 0x1f0, 0x1f0, ide, pioCycleNs, 2);
  claim('ATA commands', 0x1f1, 0x1f7, ide, pioCycleNs);
  claim('ATA control', 0x3f6, 0x3f6, ide, pioCycleNs);
  return { ide, chips: { ide } satisfies NamedChips };
}

function createDrive(profile: MachineProfile, clock: Clock, image: DiskImage, start: StartingConditions): AtaDisk {
  const { disk } = profile;
  const trackSectors = disk.sectorsPerTrack.value * disk.heads.value;
  return new AtaDisk(
    clock,
    {
      identity: { model: 'BOOTLAB DISK', serialNumber: 'BL000001', firmwareRevision: '1.0' },
      mechanics: {
        rpm: disk.rpm.value,
        sectorsPerTrack: disk.sectorsPerTrack.value,
        heads: disk.heads.value,
        cylinders: Math.ceil(disk.sizeBytes.value / 512 / trackSectors),
        trackToTrackNs: disk.trackToTrackNs.value,
        fullStrokeNs: disk.fullStrokeNs.value,
        spinUpNs: disk.spinUpNs.value,
      },
      commandOverheadNs: disk.commandOverheadNs.value,
      blockGapNs: disk.blockGapNs.value,
      pioCycleNs: disk.pioCycleNs.value,
      resetAnswerNs: disk.resetAnswerNs.value,
    },
    image,
    start.platterAngle,
  );
}
