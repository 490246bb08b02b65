// Who the card says it is: configuration space and EEPROM of an Intel PRO/100+ Management Adapter (82559, C step).
// OSSDM chapters 4 and 5; ids: pci.ids, 8086:1229 with subsystem 8086:000c.
import type { ConfigurationField } from '../pci-configuration';
import { withChecksum } from './eeprom-93c46';

const VENDOR_INTEL = 0x8086;
const DEVICE_8255X = 0x1229;
const REVISION_82559_C = 0x08;
const SUBSYSTEM_PRO_100_PLUS = 0x000c;

// Configuration registers beyond those every function has
const PCICMD = 0x04;
const PCICMD_WRITABLE = 0x0157; // SERR#, parity, write and invalidate; memory, I/O, master
const PCISTS = 0x06;
const PCISTS_CAPABILITIES = 0x0290; // list of capabilities, fast back-to-back, medium DEVSEL#
const PMC_OFFSET = 0xdc;
const PMC = 0x7e22; // version 1.1, D1 and D2, PME# from D0 to D3hot; no auxiliary power
export const PMCSR = 0xe0;
export const PMCSR_POWER_STATE = 0x0003;
const PMCSR_PME_ENABLE = 0x0100;

/** EEPROM words that configuration space shows. */
export const EEPROM_SUBSYSTEM = { ID: 0x0b, VENDOR: 0x0c } as const;
const EEPROM_CONNECTORS = 0x05;
const EEPROM_PHY = 0x06;
const EEPROM_ID = 0x0a;
/** Boot agent's main set-up options: bits 7:6 choose among the prompt times (Intel ICH8 NVM guide, word 30h). */
const EEPROM_BOOT_AGENT = 0x30;
const BOOT_AGENT_PROMPT_SHIFT = 6;
const BOOT_AGENT_PROMPT_SECONDS: readonly number[] = [2, 3, 5, 0];
const CONTROLLER_82559_RJ45 = 0x0201;
const PHY_82555_AT_1 = 0x4701;
const EEPROM_ID_VALID = 0x4000;
const EEPROM_ID_NO_BOOT_ROM = 0x0800;

/** Configuration space; the subsystem's ids come out of the EEPROM. */
export function configurationFields(ids: { subsystem: number; subsystemVendor: number }): ConfigurationField[] {
  return [
    { offset: 0x00, sizeBytes: 2, value: VENDOR_INTEL },
    { offset: 0x02, sizeBytes: 2, value: DEVICE_8255X },
    { offset: PCICMD, sizeBytes: 2, value: 0, writable: PCICMD_WRITABLE },
    { offset: PCISTS, sizeBytes: 2, value: PCISTS_CAPABILITIES },
    { offset: 0x08, sizeBytes: 1, value: REVISION_82559_C },
    { offset: 0x0a, sizeBytes: 2, value: 0x0200 }, // network controller, Ethernet
    { offset: 0x0c, sizeBytes: 1, value: 0, writable: 0x18 }, // cache line: 8 or 16 dwords
    { offset: 0x0d, sizeBytes: 1, value: 0, writable: 0xf8 }, // latency timer
    { offset: 0x2c, sizeBytes: 2, value: ids.subsystemVendor },
    { offset: 0x2e, sizeBytes: 2, value: ids.subsystem },
    { offset: 0x34, sizeBytes: 1, value: PMC_OFFSET },
    { offset: 0x3e, sizeBytes: 1, value: 0x08 }, // MIN_GNT: 2 us
    { offset: 0x3f, sizeBytes: 1, value: 0x18 }, // MAX_LAT: 6 us
    { offset: PMC_OFFSET, sizeBytes: 2, value: 0x0001 }, // power management, last in the list
    { offset: PMC_OFFSET + 2, sizeBytes: 2, value: PMC },
    { offset: PMCSR, sizeBytes: 2, value: 0, writable: PMCSR_POWER_STATE | PMCSR_PME_ENABLE },
  ];
}

/** What the EEPROM holds, with its checksum. `bootPromptSeconds`: 0, 2, 3 or 5. */
export function eepromContents(
  macAddress: readonly number[],
  hasBootRom: boolean,
  bootPromptSeconds: number,
): number[] {
  const words = new Array<number>(EEPROM_BOOT_AGENT + 1).fill(0);
  for (let i = 0; i < 3; i++) words[i] = macAddress[2 * i] | (macAddress[2 * i + 1] << 8);
  words[EEPROM_CONNECTORS] = CONTROLLER_82559_RJ45;
  words[EEPROM_PHY] = PHY_82555_AT_1;
  words[EEPROM_ID] = EEPROM_ID_VALID | (hasBootRom ? 0 : EEPROM_ID_NO_BOOT_ROM);
  words[EEPROM_BOOT_AGENT] = BOOT_AGENT_PROMPT_SECONDS.indexOf(bootPromptSeconds) << BOOT_AGENT_PROMPT_SHIFT;
  words[EEPROM_SUBSYSTEM.ID] = SUBSYSTEM_PRO_100_PLUS;
  words[EEPROM_SUBSYSTEM.VENDOR] = VENDOR_INTEL;
  return withChecksum(words);
}
