// Debian's 32-bit Linux, unchanged: boots from a CD through SeaBIOS and isolinux, reboots, and jumps with the real kexec.
import { describe, expect, it } from 'vitest';
import { createGuestRunner, debianLinux, needsLinux, seabios, shippedProfile } from '../../support/foreign-guests';

const { isTried, note } = needsLinux();
const TIMEOUT_MS = 1_200_000;

/** Cryptographic self-tests are half of this kernel's start and say nothing about the machine. */
const COMMAND_LINE = 'console=ttyS0,115200 mitigations=off nokaslr cryptomgr.notests';

const generations = (serial: string) =>
  [...serial.matchAll(/LAB-MARKER gen=(\d)/g)].map(([, generation]) => generation);

describe.skipIf(!isTried)(`Debian Linux${note}`, async () => {
  const boot = await createGuestRunner();
  const linux = isTried ? debianLinux() : null!;
  const firmware = () => ({
    profile: shippedProfile('p3-1000-desktop'),
    bios: seabios('bios.bin'),
    videoRom: seabios('vgabios-stdvga.bin'),
  });

  it.concurrent(
    'reboots three times from the CD through SeaBIOS',
    async () => {
      const { serial } = await boot({
        ...firmware(),
        cdromFile: linux.discFile('reboot'),
        untilSerialTimes: { text: 'LAB-MARKER gen=0 mode=reboot', times: 4 },
      });
      expect(generations(serial)).toEqual(['0', '0', '0', '0']);
      expect(serial.match(/reboot: Restarting system/g)).toHaveLength(3);
    },
    TIMEOUT_MS,
  );

  it.concurrent(
    'jumps three generations far from the CD, and switches itself off',
    async () => {
      const { report, serial } = await boot({ ...firmware(), cdromFile: linux.discFile('kexec') });
      expect(generations(serial)).toEqual(['0', '1', '2', '3']);
      expect(serial.match(/loaded=1/g)).toHaveLength(3);
      expect(report?.stop).toBe('power-off');
    },
    TIMEOUT_MS,
  );
});

const isAll = process.env.BOOTLAB_GUESTS === 'all';

describe.skipIf(!isTried || !isAll)(
  `Debian Linux, started directly${isAll ? note : ' (npm run test:guests)'}`,
  async () => {
    const boot = await createGuestRunner();
    const linux = isTried ? debianLinux() : null!;
    const kernel = (words: string, initrd: Uint8Array) => ({
      profile: shippedProfile('p3-1000-desktop'),
      kernel: { image: linux.kernel, commandLine: `${COMMAND_LINE} labgen=0 ${words}`, initrd },
    });

    it.concurrent.each([
      { words: 'labmode=kexec', what: 'with the check of its sum' },
      { words: 'labmode=kexec labkx=-i', what: 'without' },
    ])(
      'jumps three generations far $what',
      async ({ words }) => {
        const { serial } = await boot({
          ...kernel(words, linux.initrd),
          untilText: { source: 'serial', text: 'LAB-MARKER gen=3' },
        });
        expect(generations(serial)).toEqual(['0', '1', '2', '3']);
      },
      TIMEOUT_MS,
    );

    it.concurrent(
      'reboots three times through SeaBIOS',
      async () => {
        const { serial } = await boot({
          ...kernel('labmode=reboot', linux.innerInitrd),
          bios: seabios('bios.bin'),
          untilSerialTimes: { text: 'LAB-MARKER gen=0 mode=reboot', times: 4 },
        });
        expect(serial.match(/reboot: Restarting system/g)).toHaveLength(3);
      },
      TIMEOUT_MS,
    );
  },
);
