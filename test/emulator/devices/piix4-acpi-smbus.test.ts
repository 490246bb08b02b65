import { expect, it } from 'vitest';
import { Piix4Smbus } from '../../../src/emulator/devices/piix4-acpi-smbus';
import { abuseChip, createBenchClock, resetChips } from './chip-bench';

const SMBHSTSTS = 0;
const SMBHSTCNT = 2;
const SMBHSTADD = 4;
const START = 0x40;
const DEV_ERR = 0x04;

it('is idle, and ends each transaction with a device error until that is cleared', () => {
  const smbus = new Piix4Smbus();
  expect(smbus.readPort(SMBHSTSTS, 1)).toBe(0);
  smbus.writePort(SMBHSTADD, 1, 0xa1);
  smbus.writePort(SMBHSTCNT, 1, START | 0x08);
  expect(smbus.readPort(SMBHSTCNT, 1)).toBe(0x08);
  expect(smbus.readPort(SMBHSTSTS, 1)).toBe(DEV_ERR);
  smbus.writePort(SMBHSTSTS, 1, 0xff);
  expect(smbus.readPort(SMBHSTSTS, 1)).toBe(0);
  expect(smbus.readPort(SMBHSTADD, 1)).toBe(0xa1);
});

it('forgets its registers at a platform reset, not at one of the CPU', () => {
  const smbus = new Piix4Smbus();
  smbus.writePort(SMBHSTADD, 1, 0xa1);
  resetChips([smbus], 'cpu-init');
  expect(smbus.readPort(SMBHSTADD, 1)).toBe(0xa1);
  resetChips([smbus], 'platform');
  expect(smbus.readPort(SMBHSTADD, 1)).toBe(0);
});

it('takes 10,000 random accesses', () => {
  abuseChip(new Piix4Smbus(), [...Array(16).keys()], createBenchClock(), 3);
});
