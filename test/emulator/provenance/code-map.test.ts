import { describe, expect, it } from 'vitest';
import type { CodeContext } from '../../../src/emulator/provenance/code-map';
import { CodeMap } from '../../../src/emulator/provenance/code-map';

const SYMBOLS = {
  bios: { start: 0xf0000, end: 0x100000, symbols: { gdt: 0xf0010, reset_entry: 0xf0046, dram_size: 0xf01c7 } },
  'scsi-rom': { start: 0x1c, end: 0x801c, symbols: { print: 0x60, scan: 0x400 } },
  loader: { start: 0x8004, end: 0x9e04, symbols: { stage2_start: 0x8004, prompt: 0x8199 } },
  purgatory: { start: 0x92000, end: 0x94000, symbols: { purgatory_start: 0x92100 } },
  kernel: { start: 0xc0100000, end: 0xc0200000, symbols: { kernel_entry: 0xc0100000, memcpy: 0xc0102354 } },
};

const context = (changes: Partial<CodeContext> = {}): CodeContext => ({
  stage: 'firmware',
  codeBase: 0,
  isUser: false,
  peekByte: () => 0,
  ...changes,
});

const lab = new CodeMap(SYMBOLS, true, null);

describe('an address in code', () => {
  it('is called after the nearest symbol at or below it', () => {
    expect(lab.find(0xf01c6, context())).toEqual({ image: 'bios', symbol: 'reset_entry', address: 0xf0046 });
    expect(lab.find(0xf01c7, context())).toEqual({ image: 'bios', symbol: 'dram_size', address: 0xf01c7 });
  });

  it('has no symbol in front of the first', () => {
    expect(lab.find(0xf0000, context())).toEqual({ image: 'bios', symbol: null, address: 0xf0000 });
  });

  it('below 4 GiB is that of the ROM below 1 MiB', () => {
    expect(lab.find(0xffff0046, context())).toEqual(lab.find(0xf0046, context()));
  });

  it('means the loader only while the loader runs', () => {
    expect(lab.find(0x8200, context({ stage: 'loader' }))).toMatchObject({ image: 'loader', symbol: 'prompt' });
    expect(lab.find(0x8200, context({ stage: 'kernel' }))).toMatchObject({ image: 'other code', symbol: null });
  });

  it('is the kernel’s before paging is on as behind it', () => {
    const found = lab.find(0x102360, context({ stage: 'kernel' }));
    expect(found).toEqual({ image: 'kernel', symbol: 'memcpy', address: 0x102354 });
    expect(lab.find(0xc0102360, context({ stage: 'ready' }))).toMatchObject({ image: 'kernel', symbol: 'memcpy' });
  });

  it('is the kernel’s in a crash reserve, and its purgatory’s', () => {
    const crash = new CodeMap(SYMBOLS, true, 0x1000000);
    expect(crash.find(0xc1102360, context({ stage: 'kernel' }))).toMatchObject({ image: 'kernel', symbol: 'memcpy' });
    expect(crash.find(0x1002100, context({ stage: 'purgatory' }))).toMatchObject({ symbol: 'purgatory_start' });
  });

  it('in an option ROM is known by what the ROM says of its card', () => {
    const rom = new Uint8Array(0x800);
    rom.set([0x55, 0xaa]);
    rom[0x18] = 0x1c;
    rom.set([0x50, 0x43, 0x49, 0x52, 0x4b, 0x10, 0x40, 0x10], 0x1c); // PCIR, 104B:1040
    const at = context({ codeBase: 0xc8800, peekByte: (linear) => rom[linear - 0xc8800] ?? 0xff });
    expect(lab.find(0xc8c10, at)).toEqual({ image: 'scsi-rom', symbol: 'scan', address: 0xc8c00 });
    rom[0x20] = 0x4c; // another vendor's
    expect(lab.find(0xc8c10, at)).toEqual({ image: 'option ROM', symbol: null, address: 0xc8800 });
  });

  it('that nobody knows is kept apart by its range', () => {
    expect(lab.find(0x70123, context({ stage: 'setup' }))).toEqual({
      image: 'set-up code',
      symbol: null,
      address: 0x70000,
    });
  });

  it('while pages are copied is the stub’s', () => {
    expect(lab.find(0x74010, context({ stage: 'relocating' }))).toEqual({
      image: 'kexec stub',
      symbol: 'relocate_kernel',
      address: 0x74000,
    });
  });

  it('of somebody’s own kernel is known by its range alone', () => {
    const foreign = new CodeMap(SYMBOLS, false, null);
    expect(foreign.find(0xc0102360, context({ stage: 'kernel' }))).toEqual({
      image: 'Linux',
      symbol: null,
      address: 0xc0100000,
    });
    expect(foreign.find(0x8049000, context({ stage: 'kernel', isUser: true }))).toMatchObject({
      image: 'user program',
    });
    expect(foreign.find(0xf0050, context())).toMatchObject({ image: 'bios', symbol: 'reset_entry' });
  });
});
