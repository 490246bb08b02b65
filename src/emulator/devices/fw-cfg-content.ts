// What fw_cfg tells SeaBIOS of this board: one CPU, the RAM there is, no boot menu, the ACPI tables.
// Keys and layouts: QEMU docs/specs/fw_cfg.rst and SeaBIOS src/fw/paravirt.c.
import type { FwCfgContent } from './fw-cfg';
import { FW_CFG_KEY } from './fw-cfg';
import { createAcpiFiles } from './fw-cfg-acpi-tables';

const E820_RAM = 1;

/** Offset in an expansion ROM of the pointer to its PCI data structure, which begins with PCIR (PCI 2.1, 6.3.1). */
const PCIR_POINTER = 0x18;
const PCIR = 'PCIR';

/**
 * @param ramBytes all of it below 4 GiB, in one piece from address 0
 * @param videoRom the image in the socket at C0000h, which SeaBIOS overwrites before it looks
 */
export function describeBoard(ramBytes: number, videoRom: Uint8Array | null): FwCfgContent {
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
  const files = new Map([['etc/e820', e820], ...createAcpiFiles()]);
  if (videoRom) files.set(videoRomFile(videoRom), videoRom);
  return { items, files };
}

/** SeaBIOS looks for the ROM of a PCI function by its identification, and runs all of vgaroms/ (src/optionroms.c). */
function videoRomFile(image: Uint8Array): string {
  const word = (offset: number) => (image[offset] ?? 0) | ((image[offset + 1] ?? 0) << 8);
  const data = word(PCIR_POINTER);
  if (String.fromCharCode(...image.subarray(data, data + PCIR.length)) !== PCIR) return 'vgaroms/vgabios.bin';
  const [vendor, device] = [4, 6].map((offset) =>
    word(data + offset)
      .toString(16)
      .padStart(4, '0'),
  );
  return `pci${vendor},${device}.rom`;
}

function littleEndian(sizeBytes: number, value: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
}
