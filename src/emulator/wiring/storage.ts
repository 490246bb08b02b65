// ATA channels and the drives on them, from the profile's figures and the media given: disks on the primary channel, a CD-ROM
// drive as master of the secondary. With PCI they belong to the south bridge's IDE function, else to a card on ISA.
import type { DiskImage, ReadableImage } from '../boot/disk-image';
import type { AccessSize, PortDevice } from '../bus';
import { COUNTER } from '../counters';
import { AtaDisk } from '../devices/ata-disk';
import type { AtaDrive } from '../devices/ata-drive';
import { AtapiCdrom } from '../devices/atapi-cdrom';
import { IdeAta } from '../devices/ide-ata';
import { BusMasterChannel } from '../devices/ide-bus-master';
import { Piix3Ide } from '../devices/piix3-ide';
import { createInterruptLine } from '../irq';
import type { PciBoard } from './pci';
import { PCI_SLOT } from './pci';
import type { NamedChips, Wiring } from './wiring';

const PRIMARY = { name: 'primary ATA', commandBase: 0x1f0, controlPort: 0x3f6, irq: 14 } as const;
const SECONDARY = { name: 'secondary ATA', commandBase: 0x170, controlPort: 0x376, irq: 15 } as const;
type ChannelPlace = typeof PRIMARY | typeof SECONDARY;

/** One channel, and what else hears its interrupt. */
interface Channel {
  readonly place: ChannelPlace;
  readonly ide: IdeAta;
  onInterruptRose: () => void;
  /** Of an access to its ports: the slower of what is on it. */
  readonly accessNs: number;
}

/** Wires the channels. Without PCI the second one is there only for a CD-ROM drive. */
export function wireStorage(wiring: Wiring, pci: PciBoard | null) {
  const { drives, profile } = wiring;
  const diskNs = profile.disk.pioCycleNs.value;
  const masterDisk = drives.hda ? createDisk(wiring, drives.hda, 1) : null;
  const slaveDisk = drives.hdb ? createDisk(wiring, drives.hdb, 2) : null;
  const primary = createChannel(wiring, PRIMARY, [masterDisk, slaveDisk], diskNs);
  const cdrom = drives.cdrom ? createCdrom(wiring, drives.cdrom) : null;
  const secondaryNs = cdrom ? profile.cdrom.pioCycleNs.value : diskNs;
  const secondary = pci || cdrom ? createChannel(wiring, SECONDARY, [cdrom, null], secondaryNs) : null;
  const function1 = pci && secondary ? wireIdeFunction(wiring, pci, [primary, secondary]) : null;
  claimPorts(wiring, primary, function1?.gate(0, primary.ide) ?? primary.ide);
  if (secondary) claimPorts(wiring, secondary, function1?.gate(1, secondary.ide) ?? secondary.ide);
  const chips: NamedChips = {
    ide: primary.ide,
    ...(secondary && { secondaryIde: secondary.ide }),
    // Behind the channels: a snapshot is restored in this order, and their lines set its interrupt bits.
    ...(function1 && { ideFunction: function1 }),
  };
  return { ide: primary.ide, chips };
}

function wireIdeFunction(
  { clock, busMaster }: Wiring,
  pci: PciBoard,
  [primary, secondary]: readonly [Channel, Channel],
): Piix3Ide {
  const createEngine = (channel: Channel, isBusMaster: () => boolean) => {
    const { place, ide } = channel;
    const engine = new BusMasterChannel({ name: place.name, clock, memory: busMaster, channel: ide, isBusMaster });
    channel.onInterruptRose = () => engine.interruptRose();
    return engine;
  };
  const function1 = new Piix3Ide(pci.decoder, (isBusMaster) => [
    createEngine(primary, isBusMaster),
    createEngine(secondary, isBusMaster),
  ]);
  pci.configuration.attach({ device: PCI_SLOT.SOUTH_BRIDGE, function: 1 }, function1);
  return function1;
}

function createChannel(
  { clock, irq, noteUnstable }: Wiring,
  place: ChannelPlace,
  drives: readonly [AtaDrive | null, AtaDrive | null],
  accessNs: number,
): Channel {
  const line = irq(place.irq);
  const interrupt = createInterruptLine((isHigh) => {
    if (isHigh) {
      channel.onInterruptRose();
      line.raise();
    } else {
      line.lower();
    }
  });
  const ide = new IdeAta(clock, interrupt, noteUnstable, place, drives);
  const channel: Channel = { place, ide, onInterruptRose: () => {}, accessNs };
  return channel;
}

function claimPorts(wiring: Wiring, { place, accessNs }: Channel, device: PortDevice): void {
  const { claim, profile } = wiring;
  const { name, commandBase, controlPort } = place;
  // On ISA a 32-bit access is a word at the data port and one at the register behind it; the south bridge makes two words
  // of the data port from it.
  if (profile.hasPci)
    claim(`${name} data`, commandBase, commandBase, twoWordCycles(wiring, device, accessNs), accessNs, 4);
  else claim(`${name} data`, commandBase, commandBase, device, accessNs, 2);
  claim(`${name} commands`, commandBase + 1, commandBase + 7, device, accessNs);
  claim(`${name} control`, controlPort, controlPort, device, accessNs);
}

/** The bus charges an access one cycle of the channel; one of 32 bits takes a second one. */
function twoWordCycles({ clock, memory }: Wiring, device: PortDevice, accessNs: number): PortDevice {
  const cycles = clock.cyclesFromNs(accessNs);
  const charge = (sizeBytes: AccessSize) => {
    if (sizeBytes < 4) return;
    memory.f64[COUNTER.PORT_CYCLES] += cycles;
    clock.advance(cycles);
  };
  return {
    readPort: (port, sizeBytes) => {
      charge(sizeBytes);
      return device.readPort(port, sizeBytes);
    },
    readPortRun: (port, sizeBytes, into, at, most) =>
      sizeBytes < 4 ? (device.readPortRun?.(port, sizeBytes, into, at, most) ?? 0) : 0,
    writePort: (port, sizeBytes, value) => {
      charge(sizeBytes);
      device.writePort(port, sizeBytes, value);
    },
    peekPort: (port, sizeBytes) => device.peekPort(port, sizeBytes),
  };
}

function createDisk({ profile, clock, start }: Wiring, image: DiskImage, number: number): AtaDisk {
  const { disk } = profile;
  const trackSectors = disk.sectorsPerTrack.value * disk.heads.value;
  return new AtaDisk(
    clock,
    {
      identity: { model: 'BOOTLAB DISK', serialNumber: `BL00000${number}`, firmwareRevision: '1.0' },
      mechanics: {
        rpm: disk.rpm.value,
        sectorsPerTrack: disk.sectorsPerTrack.value,
        heads: disk.heads.value,
        cylinders: Math.ceil(disk.sizeBytes.value / 512 / trackSectors),
        trackToTrackNs: disk.trackToTrackNs.value,
        fullStrokeNs: disk.fullStrokeNs.value,
        spinUpNs: disk.spinUpNs.value,
      },
      modes: {
        pioCycleNs: disk.pioCycleNs.value,
        multiwordDmaModes: disk.multiwordDmaModes.value,
        ultraDmaModes: disk.ultraDmaModes.value,
      },
      hasLongAddresses: disk.longAddresses.value === 1,
      commandOverheadNs: disk.commandOverheadNs.value,
      blockGapNs: disk.blockGapNs.value,
      resetAnswerNs: disk.resetAnswerNs.value,
    },
    image,
    start.platterAngle,
  );
}

function createCdrom({ profile, clock }: Wiring, disc: ReadableImage): AtapiCdrom {
  const { cdrom } = profile;
  return new AtapiCdrom(
    clock,
    {
      identity: { model: 'BOOTLAB CD-ROM', serialNumber: 'BL000003', firmwareRevision: '1.0' },
      mechanics: {
        readBytesPerSecond: cdrom.readBytesPerSecond.value,
        isConstantAngular: cdrom.constantAngularVelocity.value === 1,
        shortAccessNs: cdrom.shortAccessNs.value,
        fullAccessNs: cdrom.fullAccessNs.value,
        spinUpNs: cdrom.spinUpNs.value,
        bufferBytes: cdrom.bufferBytes.value,
      },
      modes: {
        pioCycleNs: cdrom.pioCycleNs.value,
        multiwordDmaModes: cdrom.multiwordDmaModes.value,
        ultraDmaModes: cdrom.ultraDmaModes.value,
      },
      hasFeatures: cdrom.mmc2.value === 1,
      commandOverheadNs: cdrom.commandOverheadNs.value,
      blockGapNs: cdrom.blockGapNs.value,
      resetAnswerNs: cdrom.resetAnswerNs.value,
    },
    disc,
  );
}
