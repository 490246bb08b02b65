// What the battery has kept in CMOS RAM when a machine is first switched on.
// Addresses: IBM AT Technical Reference, "CMOS RAM Address Map"; 30h-35h: Ralf Brown's CMOS list; 38h and 40h-44h: resources/guest/README.md.
import type { MachineProfile } from './profile';

const FLOPPY_TYPES = 0x10; // drive A in the high four bits
const EQUIPMENT = 0x14;
const BASE_MEMORY = 0x15; // KiB, low byte first
const EXTENDED_MEMORY = 0x17; // KiB above 1 MiB, at most 65535
const EXTENDED_MEMORY_FOUND = 0x30; // the same as POST measured it
const MEMORY_ABOVE_16_MIB = 0x34; // 64 KiB blocks
const CENTURY = 0x32;
const BIOS_OPTIONS = 0x38;
const OPTION_NO_SHADOW = 0x01;
const OPTION_QUICK_TEST = 0x02;
const OPTION_NO_TEST = 0x04;
const OPTION_FLOPPY_SEEK = 0x08;
const ATA_EXPECTED = 0x40;
const ATA_WAIT_SECONDS = 0x41;
const BOOT_PROMPT_SECONDS = 0x42;
const SCSI_PROMPT_SECONDS = 0x43;
const MEMORY_TEST_DEPTH = 0x44;
const DEPTH_THOROUGH = 0x01;
const DEPTH_UNCACHED = 0x02;
/** The checksum over 10h-2Dh, high byte first. */
const CHECKSUM = 0x2e;

const EQUIPMENT_FLOPPY = 0x01;
const EQUIPMENT_FPU = 0x02;
const KIB = 1024;
const MIB = 1024 * KIB;

/** CMOS bytes by address for a machine of this profile: drive A of `floppyType` (0: none), set-up as the firmware section has it. */
export function initialCmos(profile: MachineProfile, floppyType = 0): Record<number, number> {
  const ramBytes = profile.memory.ramBytes.value;
  const cmos: Record<number, number> = {};
  const putWord = (address: number, value: number) => {
    cmos[address] = value & 0xff;
    cmos[address + 1] = value >>> 8;
  };
  cmos[FLOPPY_TYPES] = floppyType << 4;
  const hasFpu = profile.cpu.model !== '386';
  cmos[EQUIPMENT] = (hasFpu ? EQUIPMENT_FPU : 0) | (floppyType === 0 ? 0 : EQUIPMENT_FLOPPY);
  putWord(BASE_MEMORY, 640);
  const extendedKib = Math.min((ramBytes - MIB) / KIB, 0xffff);
  putWord(EXTENDED_MEMORY, extendedKib);
  putWord(EXTENDED_MEMORY_FOUND, extendedKib);
  putWord(MEMORY_ABOVE_16_MIB, Math.max(0, (ramBytes - 16 * MIB) / (64 * KIB)));
  cmos[CENTURY] = 0x20;
  const { firmware } = profile;
  cmos[BIOS_OPTIONS] = biosOptions(firmware);
  cmos[ATA_EXPECTED] = firmware.ideExpectedDrives.value;
  cmos[ATA_WAIT_SECONDS] = firmware.ideWaitSeconds.value;
  cmos[BOOT_PROMPT_SECONDS] = firmware.bootMenuSeconds.value;
  cmos[SCSI_PROMPT_SECONDS] = firmware.scsiPromptSeconds.value;
  cmos[MEMORY_TEST_DEPTH] =
    (firmware.memoryTest.value === 3 ? DEPTH_THOROUGH : 0) |
    (firmware.memoryTestUncached.value === 1 ? DEPTH_UNCACHED : 0);
  let sum = 0;
  for (let address = 0x10; address <= 0x2d; address++) sum += cmos[address] ?? 0;
  cmos[CHECKSUM] = sum >>> 8;
  cmos[CHECKSUM + 1] = sum & 0xff;
  return cmos;
}

function biosOptions({ shadow, memoryTest, floppySeek }: MachineProfile['firmware']): number {
  const options = [
    [shadow.value === 0, OPTION_NO_SHADOW],
    [memoryTest.value === 1, OPTION_QUICK_TEST],
    [memoryTest.value === 0, OPTION_NO_TEST],
    [floppySeek.value === 1, OPTION_FLOPPY_SEEK],
  ] as const;
  return options.reduce((bits, [isSet, bit]) => (isSet ? bits | bit : bits), 0);
}
