import { describe, expect, it } from 'vitest';
import type { KernelPlan } from '../../../src/emulator/boot/kernel-plan';
import { checkPlacements } from '../../../src/emulator/boot/kernel-plan';
import { findMultibootHeader, planMultiboot } from '../../../src/emulator/boot/multiboot';
import { elfKernel, flatKernel } from '../../support/multiboot-kernels';

const RAM_BYTES = 16 * 1024 * 1024;
const CODE = Uint8Array.from([0xf4]);

function plan(image: Uint8Array, commandLine = '', initrd: Uint8Array | null = null): KernelPlan {
  return planMultiboot({ image, commandLine, initrd }, RAM_BYTES);
}

/** The information the kernel finds at EBX, read back. */
function infoOf({ placements, start }: KernelPlan) {
  const address = start.mode === 'flat32' ? start.ebx : NaN;
  const { bytes } = placements.find((one) => one.address === address)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (offset: number) => view.getUint32(offset, true);
  const textAt = (linear: number) => {
    const from = linear - address;
    return String.fromCharCode(...bytes.subarray(from, bytes.indexOf(0, from)));
  };
  return { word, textAt, address };
}

describe('a Multiboot header', () => {
  it('is found on a multiple of 4 in the first 8 KiB, by magic and checksum', () => {
    expect(findMultibootHeader(elfKernel({ code: CODE }))).toBeGreaterThan(0);
    const image = new Uint8Array(9000);
    const view = new DataView(image.buffer);
    const write = (at: number, checksum: number) => {
      view.setUint32(at, 0x1badb002, true);
      view.setUint32(at + 8, checksum, true);
    };
    write(8192 - 8, -0x1badb002);
    expect(findMultibootHeader(image)).toBe(-1);
    write(102, -0x1badb002);
    expect(findMultibootHeader(image)).toBe(-1);
    write(200, 0);
    expect(findMultibootHeader(image)).toBe(-1);
    write(300, -0x1badb002);
    expect(findMultibootHeader(image)).toBe(300);
  });
});

describe('a Multiboot plan', () => {
  it('loads the segments of an ELF file and zeroes what follows them', () => {
    const image = elfKernel({ code: CODE, address: 0x200000, entry: 0x200010, memoryBytes: 0x5000 });
    const { placements, start } = plan(image);
    expect(placements[0]).toMatchObject({ address: 0x200000, sizeBytes: 0x5000 });
    expect(start).toMatchObject({ mode: 'flat32', eip: 0x200010, eax: 0x2badb002 });
  });

  it('takes addresses from the header where it has them', () => {
    const image = flatKernel(CODE, 0x100000);
    const { placements, start } = plan(image);
    expect(placements[0].address).toBe(0x100000);
    expect(placements[0].bytes.length).toBe(image.length);
    expect(start).toMatchObject({ eip: 0x100000 + 32 });
  });

  it('tells the kernel its command line, its memory and who loaded it', () => {
    const { word, textAt } = infoOf(plan(elfKernel({ code: CODE }), 'console=ttyS0 quiet'));
    expect(word(0) & 0b100_0101).toBe(0b100_0101);
    expect(word(8)).toBe(15 * 1024);
    expect(textAt(word(16))).toBe('console=ttyS0 quiet');
    expect(textAt(word(64))).toBe('Bootlab');
  });

  it('describes memory as two ranges of RAM', () => {
    const { word, address } = infoOf(plan(elfKernel({ code: CODE })));
    expect(word(44)).toBe(48);
    const at = word(48) - address;
    expect([word(at), word(at + 4), word(at + 12), word(at + 20)]).toEqual([20, 0, 0x9fc00, 1]);
    expect([word(at + 24), word(at + 28), word(at + 36), word(at + 44)]).toEqual([
      20,
      0x100000,
      RAM_BYTES - 0x100000,
      1,
    ]);
  });

  it('puts a RAM disk behind the kernel, page aligned, as a module', () => {
    const initrd = new Uint8Array(5000).fill(7);
    const result = plan(elfKernel({ code: CODE, memoryBytes: 0x1234 }), '', initrd);
    const { word, address } = infoOf(result);
    expect([word(0) & 8, word(20)]).toEqual([8, 1]);
    const module = word(24) - address;
    expect([word(module), word(module + 4)]).toEqual([0x102000, 0x102000 + 5000]);
    expect(result.placements.find((one) => one.address === 0x102000)?.bytes).toBe(initrd);
  });

  it('keeps the information out of a kernel that is loaded low', () => {
    const { start } = plan(elfKernel({ code: CODE, address: 0x8000, entry: 0x8000, memoryBytes: 0x4000 }));
    expect(start).toMatchObject({ ebx: 0x80000 });
  });

  it.each([
    ['an ELF file cut off', elfKernel({ code: CODE }).subarray(0, 60), /program headers|no 32-bit ELF|no Multiboot/],
    ['a segment cut off', elfKernel({ code: CODE, fileBytes: 100_000, memoryBytes: 100_000 }), /cut off/],
    ['no header', new Uint8Array(10_000), /no Multiboot header/],
    ['a feature nobody has defined', elfKernel({ code: CODE, flags: 0x8000 }), /nobody has defined/],
    ['addresses that contradict', flatKernel(CODE, 0x100000, { loadAddress: 0x100100 }), /contradict/],
  ])('refuses %s', (_, image, why) => {
    expect(() => plan(image)).toThrow(why);
  });
});

describe('the places of a kernel', () => {
  const at = (address: number, sizeBytes: number) => [{ address, bytes: CODE, sizeBytes }];

  it.each([
    ['beyond the end of RAM', at(RAM_BYTES - 10, 11)],
    ['in video memory', at(0x9fbff, 2)],
    ['in the ROM', at(0xf0000, 1)],
    ['at the end of the address space', at(0xfffff000, 0x1000)],
  ])('are refused %s', (_, placements) => {
    expect(() => checkPlacements(placements, RAM_BYTES)).toThrow(/no free RAM/);
  });

  it('may fill RAM to its last byte', () => {
    expect(() => checkPlacements([...at(RAM_BYTES - 10, 10), ...at(0, 0x9fc00)], RAM_BYTES)).not.toThrow();
  });
});
