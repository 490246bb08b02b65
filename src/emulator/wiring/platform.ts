// What a board adds around the chip set: power management with its APM ports, and what virtual machines have for firmware.
import { ApmPorts } from '../devices/apm-ports';
import { DebugConsole } from '../devices/debug-console';
import { FwCfg } from '../devices/fw-cfg';
import { GPE_BASE, GPE_PORTS, SCI_IRQ } from '../devices/fw-cfg-acpi-tables';
import { describeBoard } from '../devices/fw-cfg-content';
import { Piix4Acpi } from '../devices/piix4-acpi';
import type { PciBoard } from './pci';
import { PCI_SLOT } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Wires them. A board without PCI has no power management; fw_cfg and debug consoles are extras. */
export function wirePlatform(wiring: Wiring, pci: PciBoard | null) {
  const power = pci ? wirePowerManagement(wiring, pci) : null;
  const { firmwareInterface, hasDebugConsole } = wiring.extras;
  const chips: NamedChips = {
    ...power,
    ...(firmwareInterface === 'qemu' ? wireFirmwareInterface(wiring) : null),
    ...(hasDebugConsole ? wireDebugConsole(wiring) : null),
  };
  return { acpi: power?.acpi ?? null, chips };
}

function wirePowerManagement({ clock, noteUnstable, claim, profile, powerOff }: Wiring, pci: PciBoard) {
  const acpi = new Piix4Acpi(
    { clock, noteUnstable, sci: pci.fixedInterruptLine(SCI_IRQ), onSoftOff: powerOff },
    pci.decoder,
  );
  const apm = new ApmPorts({ onCommand: (command) => acpi.takeApmCommand(command) });
  pci.configuration.attach({ device: PCI_SLOT.SOUTH_BRIDGE, function: 3 }, acpi);
  const chipsetNs = profile.ports.chipsetNs.value;
  claim('APM', 0xb2, 0xb3, apm, chipsetNs);
  claim('GPE0', GPE_BASE, GPE_BASE + GPE_PORTS - 1, acpi.registers.gpe, chipsetNs);
  return { acpi, apm };
}

function wireFirmwareInterface({ clock, noteUnstable, claim, profile, busMaster, memory, roms }: Wiring) {
  const fwCfg = new FwCfg({ clock, noteUnstable, busMaster }, describeBoard(memory.ramBytes, roms.video));
  const chipsetNs = profile.ports.chipsetNs.value;
  claim('fw_cfg', 0x510, 0x511, fwCfg, chipsetNs, 2);
  claim('fw_cfg DMA', 0x514, 0x51b, fwCfg, chipsetNs, 4);
  return { fwCfg };
}

function wireDebugConsole({ claim, profile }: Wiring) {
  const debugConsole = new DebugConsole();
  const isa8Ns = profile.ports.isa8Ns.value;
  claim('debug console', 0xe9, 0xe9, debugConsole, isa8Ns);
  claim('debug console', 0x402, 0x402, debugConsole, isa8Ns);
  return { debugConsole };
}
