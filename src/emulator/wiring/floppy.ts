// The floppy controller at its AT address, on IRQ 6 and DMA channel 2, with drive A where there is one, empty or not.
import type { DmaPair } from '../devices/dma-8237';
import { Fdc82077aa } from '../devices/fdc-82077aa';
import { FloppyDrive } from '../devices/floppy-drive';
import { floppyFormatOf } from '../devices/floppy-format';
import { SECTOR_BYTES } from '../boot/disk-image';
import type { Drives } from './drives';
import type { Wiring } from './wiring';

const CHANNEL = 2;

/** What CMOS 10h says of drive A: 0 for none. */
export function floppyTypeOf({ fda, emptyFloppyType = 0 }: Drives): number {
  return fda ? floppyFormatOf(fda.sectorCount * SECTOR_BYTES).cmosType : emptyFloppyType;
}

/** Wires them. 3F6h between its registers belongs to the ATA channel. */
export function wireFloppy({ clock, irq, noteUnstable, claim, profile, drives, start }: Wiring, dma: DmaPair) {
  const { floppy } = profile;
  const { fda } = drives;
  const driveConfig = {
    spinUpNs: floppy.spinUpNs.value,
    settleNs: floppy.settleNs.value,
    initialAngle: start.platterAngle,
    isWriteProtected: false,
  };
  const disk = fda ? { image: fda, format: floppyFormatOf(fda.sectorCount * SECTOR_BYTES) } : null;
  const floppyController = new Fdc82077aa(
    {
      clock,
      noteUnstable,
      irq6: irq(6),
      setDrq: (isHigh) => dma.setRequest(CHANNEL, isHigh),
      drives: [floppyTypeOf(drives) === 0 ? null : new FloppyDrive(clock, driveConfig, disk), null],
    },
    { resetNs: floppy.resetNs.value },
  );
  dma.connect(CHANNEL, floppyController);
  const isa8Ns = profile.ports.isa8Ns.value;
  claim('floppy', 0x3f2, 0x3f5, floppyController, isa8Ns);
  claim('floppy DIR', 0x3f7, 0x3f7, floppyController, isa8Ns);
  return { floppyController, chips: { floppyController } };
}
