// The SCSI host adapter in its PCI slot, its bus and disks, where the profile has them.
// Configuration space of a BT-958 as `lspci` shows it: 104B:1040, revision 8, ports and memory with the same four registers.
import type { DiskImage } from '../boot/disk-image';
import type { AccessSize } from '../bus';
import type { Clock } from '../clock';
import { Bt958 } from '../devices/buslogic/bt-958';
import type { PciRange } from '../devices/pci-endpoint';
import { PciEndpoint } from '../devices/pci-endpoint';
import { BlankDisks } from '../devices/scsi/blank-disks';
import { ScsiDisk } from '../devices/scsi/scsi-disk';
import type { ScsiFigures } from '../profile';
import { PCI_SLOT } from './pci';
import type { PciBoard } from './pci';
import type { NamedChips, Wiring } from './wiring';

const BUSLOGIC = 0x104b;
const MULTIMASTER = 0x1040;
const MASTER = 'BT-958';
const INTERRUPT_LINE = 0x3c;
const ADAPTER_ID = 7;
const REGISTER_COUNT = 4;
const MEMORY_RANGE_BYTES = 4096;
/** Bytes that one period of a wide synchronous transfer moves. */
const WIDE_BYTES = 2;

/** Wires the adapter; `rom` is its option ROM, null for a card without. */
export function wireScsi(wiring: Wiring, pci: PciBoard, figures: ScsiFigures, rom: Uint8Array | null): NamedChips {
  const { bus, busMaster, clock, drives, noteUnstable, profile, start } = wiring;
  const blankDisks = new BlankDisks();
  const targets = new Map<number, ScsiDisk>();
  for (let id = 0; id < 16; id++) {
    if (id === ADAPTER_ID || !((figures.diskIdBits.value >>> id) & 1)) continue;
    const image = drives.scsi?.[id] ?? blankDisks.image(id, figures.diskSizeBytes.value);
    targets.set(id, createDisk(clock, figures, id, image, start.platterAngle));
  }

  const interrupt = pci.interruptLine(PCI_SLOT.SCSI, 1);
  let closeIsaPorts: (() => void) | null = null;
  const adapter: Bt958 = new Bt958(
    {
      clock,
      noteUnstable,
      interrupt,
      memory: {
        readBytes: (address, sizeBytes) => busMaster.readBytes(address, sizeBytes),
        writeBytes: (address, bytes) => busMaster.writeBytes(MASTER, address, bytes),
        forgetOrders: () => busMaster.noteOrders(MASTER),
      },
      isBusMaster: () => endpoint.isBusMaster,
      irq: () => endpoint.readConfiguration(INTERRUPT_LINE, 1),
      decodeIsaPorts: (base) => {
        closeIsaPorts?.();
        closeIsaPorts = null;
        if (base === null) return;
        const device = {
          readPort: (port: number) => adapter.readPort(port - base),
          writePort: (port: number, size: AccessSize, value: number) => adapter.writePort(port - base, size, value),
          peekPort: (port: number) => adapter.peekPort(port - base),
        };
        const accessNs = profile.ports.chipsetNs.value;
        const last = base + REGISTER_COUNT - 1;
        closeIsaPorts = bus.openPortWindow({ name: MASTER, first: base, last, widthBytes: 1, accessNs, device });
      },
    },
    {
      diagnosticNs: figures.diagnosticNs.value,
      softResetNs: figures.softResetNs.value,
      byteNs: figures.byteNs.value,
      commandNs: figures.commandNs.value,
      mailboxNs: figures.mailboxNs.value,
      bus: {
        connectNs: figures.connectNs.value,
        byteNs: figures.syncPeriodNs.value / WIDE_BYTES,
        selectionTimeoutNs: figures.selectionTimeoutNs.value,
        resetToSelectionNs: figures.resetToSelectionNs.value,
      },
      synchronousPeriodNs: figures.syncPeriodNs.value,
      startUnitIds: profile.firmware.scsiStartUnit.value === 1 ? 0xffff : 0,
    },
    targets,
  );

  const ranges: PciRange[] = [
    { kind: 'io', bar: 0, sizeBytes: REGISTER_COUNT, widthBytes: 1, device: adapter },
    { kind: 'memory', bar: 1, sizeBytes: MEMORY_RANGE_BYTES, device: adapter },
  ];
  if (rom) ranges.push({ kind: 'rom', image: rom });
  const endpoint: PciEndpoint = new PciEndpoint(
    {
      name: MASTER,
      fields: [
        { offset: 0x00, sizeBytes: 2, value: BUSLOGIC },
        { offset: 0x02, sizeBytes: 2, value: MULTIMASTER },
        { offset: 0x06, sizeBytes: 2, value: 0x0200 }, // DEVSEL# medium
        { offset: 0x08, sizeBytes: 1, value: 8 },
        { offset: 0x0a, sizeBytes: 2, value: 0x0100 }, // SCSI bus controller
        { offset: 0x0d, sizeBytes: 1, value: 0, writable: 0xf8 }, // latency timer
        { offset: 0x2c, sizeBytes: 2, value: BUSLOGIC },
        { offset: 0x2e, sizeBytes: 2, value: MULTIMASTER },
        { offset: 0x3e, sizeBytes: 2, value: 0x0808 }, // grant 2 us, every 2 us
      ],
      ranges,
      interrupt: { pin: 1, line: interrupt },
    },
    pci.decoder,
  );
  pci.configuration.attach(
    { device: PCI_SLOT.SCSI, function: 0 },
    {
      readConfiguration: (offset, sizeBytes) => endpoint.readConfiguration(offset, sizeBytes),
      writeConfiguration: (offset, sizeBytes, value) => {
        endpoint.writeConfiguration(offset, sizeBytes, value);
        adapter.busMasterChanged();
      },
    },
  );
  return { scsiEndpoint: endpoint, scsiAdapter: adapter, scsiBlankDisks: blankDisks };
}

function createDisk(clock: Clock, figures: ScsiFigures, id: number, image: DiskImage, platterAngle: number): ScsiDisk {
  const heads = figures.diskHeads.value;
  const sectorsPerTrack = figures.diskSectorsPerTrack.value;
  return new ScsiDisk(
    clock,
    {
      identity: {
        vendor: 'BOOTLAB',
        product: 'SCSI DISK',
        revision: '1.0',
        serialNumber: `BL${String(id).padStart(6, '0')}`,
      },
      mechanics: {
        rpm: figures.diskRpm.value,
        sectorsPerTrack,
        heads,
        cylinders: Math.ceil(image.sectorCount / (sectorsPerTrack * heads)),
        trackToTrackNs: figures.diskTrackToTrackNs.value,
        fullStrokeNs: figures.diskFullStrokeNs.value,
        spinUpNs: figures.diskSpinUpNs.value,
      },
      commandNs: figures.diskCommandNs.value,
      startsAtPower: figures.diskStartsAtPower.value === 1,
    },
    image,
    // Spindles are not in step: each disk a golden section further.
    (platterAngle + id * 0.618) % 1,
  );
}
