// What fw_cfg tells SeaBIOS of this board: one CPU, the RAM there is, no boot menu, the ACPI tables.
// Keys and layouts: QEMU docs/specs/fw_cfg.rst and SeaBIOS src/fw/paravirt.c.
import type { FwCfgContent } from './fw-cfg';
import { FW_CFG_KEY } from './fw-cfg';
import { createAcpiFiles } from './fw-cfg-acpi-tables';

const E820_RAM = 1;

/** @param ramBytes all of it below 4 GiB, in one piece from address 0 */
export function describeBoard(ramBytes: number): FwCfgContent {
  const { UUID, RAM_SIZE, NOGRAPHIC, NB_CPUS, MAX_CPUS, NUMA, BOOT_MENU } = FW_CFG_KEY;
  const { ACPI_TABLES, SMBIOS_ENTRIES, IRQ0_OVERRIDE, E820_TABLE } = FW_CFG_KEY;
  const items = new Map([
    [UUID, new Uint8Array(16)],
    [RAM_SIZE, littleEndian(8, ramBytes)],
    [NOGRAPHIC, littleEndian(2, 0)],
    [NB_CPUS, littleEndian(2, 1)],
    [MAX_CPUS, littleEndian(2, 1)],
    [NUMA, littleEndian(8, 0)],
    [BOOT_MENU, littleEndian(2, 0)],
    [ACPI_TABLES, littleEndian(2, 0)],
    [SMBIOS_ENTRIES, littleEndian(2, 0)],
    [IRQ0_OVERRIDE, littleEndian(1, 0)],
    [E820_TABLE, littleEndian(4, 0)],
  ]);
  const e820 = Uint8Array.from([...littleEndian(8, 0), ...littleEndian(8, ramBytes), ...littleEndian(4, E820_RAM)]);
  return { items, files: new Map([['etc/e820', e820], ...createAcpiFiles()]) };
}

function littleEndian(sizeBytes: number, value: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
}
