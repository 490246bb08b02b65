import { describe, expect, it } from 'vitest';
import type { KernelContent, KernelPlan } from '../../../src/emulator/boot/kernel-plan';
import { checkPlacements } from '../../../src/emulator/boot/kernel-plan';
import { planLinux } from '../../../src/emulator/boot/linux-boot';
import type { LinuxHeader } from '../../support/linux-kernels';
import { linuxKernel } from '../../support/linux-kernels';

const MIB = 2 ** 20;
const RAM_BYTES = 64 * MIB;
const SETUP = 0x9_0000;
const PROTOCOLS = Array.from({ length: 16 }, (_, minor) => 0x0200 + minor);

function plan(header: LinuxHeader, rest: Partial<KernelContent> = {}, ramBytes = RAM_BYTES): KernelPlan {
  const result = planLinux({ image: linuxKernel(header), commandLine: 'quiet', initrd: null, ...rest }, ramBytes);
  checkPlacements(result.placements, ramBytes);
  return result;
}

const bytesAt = ({ placements }: KernelPlan, address: number) => {
  const found = placements.find((one) => address >= one.address && address < one.address + one.bytes.length)!;
  return found.bytes.subarray(address - found.address);
};
const viewAt = (result: KernelPlan, address: number) => {
  const bytes = bytesAt(result, address);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
const textAt = (result: KernelPlan, address: number) => {
  const bytes = bytesAt(result, address);
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
};

describe.each(PROTOCOLS.map((protocol) => [`${(protocol >> 8).toString()}.${(protocol & 0xff).toString()}`, protocol]))(
  'a bzImage of boot protocol %s',
  (_, version) => {
    const protocol = version as number;
    const initrd = new Uint8Array(5000).fill(7);
    const result = plan({ protocol, initrdAddressMax: 0x1ff_ffff }, { initrd, commandLine: 'a=b c' });
    const setup = viewAt(result, SETUP);

    it('is entered at its set-up code, segments and stack as the protocol says', () => {
      expect(result.start).toEqual({ mode: 'real', cs: 0x9020, eip: 0, data: 0x9000, esp: 0x9800 });
      expect(bytesAt(result, 0x10_0000)[100]).toBe(100);
    });

    it('finds its command line by the pointer from 2.02 on, by the old convention before', () => {
      if (protocol >= 0x0202) {
        expect(textAt(result, setup.getUint32(0x228, true))).toBe('a=b c');
        expect(setup.getUint16(0x20, true)).toBe(0xcccc);
      } else {
        expect(setup.getUint16(0x20, true)).toBe(0xa33f);
        expect(textAt(result, SETUP + setup.getUint16(0x22, true))).toBe('a=b c');
        expect(setup.getUint16(0x212, true)).toBe(0x9800 + 6);
        expect(setup.getUint32(0x228, true)).toBe(0xcccc_cccc);
      }
    });

    it('is told of a heap from 2.01 on', () => {
      const hasHeap = protocol >= 0x0201;
      expect(setup.getUint8(0x211) & 0x80).toBe(hasHeap ? 0x80 : 0);
      expect(setup.getUint16(0x224, true)).toBe(hasHeap ? 0x9600 : 0xcccc);
      expect(setup.getUint8(0x210)).toBe(0xff);
    });

    it('finds its RAM disk on the highest page it can reach', () => {
      const reachEnd = protocol >= 0x0203 ? 0x200_0000 : RAM_BYTES;
      expect(setup.getUint32(0x218, true)).toBe(reachEnd - 2 * 4096);
      expect(setup.getUint32(0x21c, true)).toBe(5000);
      expect(bytesAt(result, reachEnd - 2 * 4096)[0]).toBe(7);
    });

    it('may be asked for a command line as long as it can read', () => {
      const longest = protocol >= 0x0206 ? 600 : 255;
      const header = { protocol, commandLineSize: 600 };
      expect(() => plan(header, { commandLine: 'x'.repeat(longest) })).not.toThrow();
      expect(() => plan(header, { commandLine: 'x'.repeat(longest + 1) })).toThrow(new RegExp(`${longest} characters`));
    });

    it('keeps its RAM disk above the room it needs to unpack, which it tells from 2.10 on', () => {
      const header = { protocol, preferredAddress: 8 * MIB, initSize: 56 * MIB - 4096 };
      const load = () => plan(header, { initrd: new Uint8Array(4097) });
      if (protocol >= 0x020a) expect(load).toThrow(/need 65 MiB/);
      else expect(load).not.toThrow();
    });
  },
);

describe('a Linux kernel', () => {
  it('with 0 set-up sectors has 4 beside the boot sector', () => {
    const result = plan({ protocol: 0x0203, setupSects: 0 });
    expect(bytesAt(result, SETUP).length).toBe(5 * 512);
    expect(bytesAt(result, 0x10_0000)[1]).toBe(1);
  });

  it('that can be moved unpacks itself at the next multiple of its alignment', () => {
    const header = { protocol: 0x020a, isRelocatable: true, alignment: 16 * MIB, initSize: 47 * MIB };
    expect(() => plan(header, { initrd: new Uint8Array(MIB) })).not.toThrow();
    expect(() => plan(header, { initrd: new Uint8Array(MIB + 1) })).toThrow(/initial RAM disk need/);
    const fixed = { ...header, isRelocatable: false };
    expect(() => plan(fixed, { initrd: new Uint8Array(16 * MIB) })).not.toThrow();
  });

  it('may be a zImage, which is loaded at 10000h and is no longer than 512 KiB', () => {
    const result = plan({ protocol: 0x0200, isLoadedHigh: false, kernelBytes: 512 * 1024 });
    expect(bytesAt(result, 0x1_0000).length).toBe(512 * 1024);
    expect(() => plan({ protocol: 0x0200, isLoadedHigh: false, kernelBytes: 512 * 1024 + 1 })).toThrow(/too large/);
  });

  it('of 10 MB takes a RAM disk of 64 MB where there is memory for both', () => {
    const header = { protocol: 0x020f, kernelBytes: 10 * MIB, preferredAddress: 16 * MIB, initSize: 40 * MIB };
    const initrd = new Uint8Array(64 * MIB);
    expect(viewAt(plan(header, { initrd }, 128 * MIB), SETUP).getUint32(0x218, true)).toBe(64 * MIB);
    expect(() => plan(header, { initrd }, 96 * MIB)).toThrow(/need 120 MiB/);
  });
});

describe('the 32-bit entry', () => {
  const result = plan({ protocol: 0x020f }, { entry: 'flat32', initrd: new Uint8Array(9) });
  const parameters = viewAt(result, SETUP);

  it('is at the kernel, with a GDT that has flat code at 10h and flat data at 18h', () => {
    expect(result.start).toMatchObject({ mode: 'linux32', eip: 0x10_0000, esi: SETUP });
    const gdt = viewAt(result, result.start.mode === 'linux32' ? result.start.gdt : NaN);
    expect(gdt.getBigUint64(0x10, true)).toBe(0x00cf_9b00_0000_ffffn);
    expect(gdt.getBigUint64(0x18, true)).toBe(0x00cf_9300_0000_ffffn);
  });

  it('gets the header in boot_params, as a loader fills it in, and nothing of the set-up code', () => {
    expect(parameters.getUint32(0x202, false)).toBe(0x48647253);
    expect(parameters.getUint8(0x210)).toBe(0xff);
    expect(textAt(result, parameters.getUint32(0x228, true))).toBe('quiet');
    expect(parameters.getUint32(0x218, true)).toBe(RAM_BYTES - 4096);
    expect(parameters.getUint8(0x1f0)).toBe(0);
    expect(parameters.getUint8(0x264)).toBe(0);
  });

  it('gets the memory map a BIOS would give: RAM, the BIOS data, the ROM, RAM', () => {
    const entries = Array.from({ length: parameters.getUint8(0x1e8) }, (_, i) => {
      const at = 0x2d0 + 20 * i;
      return [
        parameters.getBigUint64(at, true),
        parameters.getBigUint64(at + 8, true),
        parameters.getUint32(at + 16, true),
      ];
    });
    expect(entries).toEqual([
      [0n, 0x9fc00n, 1],
      [0x9fc00n, 0x400n, 2],
      [0xe0000n, 0x20000n, 2],
      [0x100000n, BigInt(63 * MIB), 1],
    ]);
    expect(parameters.getUint32(0x1e0, true)).toBe(63 * 1024);
  });

  it('is not there before protocol 2.02', () => {
    expect(() => plan({ protocol: 0x0201 }, { entry: 'flat32' })).toThrow(/no 32-bit entry/);
  });
});
