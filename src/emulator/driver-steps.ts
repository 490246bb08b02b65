// The drivers a kernel probes, as steps of its probing: the lab kernel has a label `probe_<driver>` before each.
import type { PhaseStep } from './phase-tracker';

const LABEL = /^probe_(\w+)$/;

/** As people call them. */
const DRIVER_NAMES: Readonly<Record<string, string>> = {
  pci: 'PCI bus',
  rtc: 'Clock',
  serial: 'Serial port',
  kbd: 'Keyboard controller',
  net: 'Network card',
  ata: 'ATA disk',
  scsi: 'SCSI adapter and disks',
};

/** @param symbols of the kernel: name to linear address */
export function driverSteps(symbols: Readonly<Record<string, number>>): { address: number; step: PhaseStep }[] {
  return Object.entries(symbols).flatMap(([label, address]) => {
    const driver = LABEL.exec(label)?.[1];
    return driver ? [{ address, step: { id: `probe-${driver}`, name: DRIVER_NAMES[driver] ?? driver } }] : [];
  });
}
