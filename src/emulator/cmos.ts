// What the battery has kept in CMOS RAM when a machine is first switched on.
// Addresses: IBM AT Technical Reference, "CMOS RAM Address Map"; 30h-35h: Ralf Brown's CMOS list; 38h: resources/guest/README.md.
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
/** The checksum over 10h-2Dh, high byte first. */
const CHECKSUM = 0x2e;

const EQUIPMENT_FLOPPY = 0x01;
const EQUIPMENT_FPU = 0x02;
const KIB = 1024;
const MIB = 1024 * KIB;

/** CMOS bytes by address for a machine of this profile: drive A of `floppyType` (0: none), disks found by their own identification. */
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
  cmos[BIOS_OPTIONS] = profile.firmware.shadow.value === 0 ? OPTION_NO_SHADOW : 0;
  let sum = 0;
  for (let address = 0x10; address <= 0x2d; address++) sum += cmos[address] ?? 0;
  cmos[CHECKSUM] = sum >>> 8;
  cmos[CHECKSUM + 1] = sum & 0xff;
  return cmos;
}
