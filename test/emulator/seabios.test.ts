// SeaBIOS as Debian packs it (package seabios), unchanged: POST, fw_cfg, PM timer, reset and soft-off.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BootRequest } from '../../src/emulator/boot-run';
import { bootMachine } from '../../src/emulator/boot-run';
import { flatKernel } from '../support/multiboot-kernels';
import { testProfile } from '../support/test-profile';

const FOLDER = '/usr/share/seabios';
const isHere = existsSync(`${FOLDER}/bios.bin`);

const DEBUG_PORT = 0x402;
const POST_PORT = 0x80;
const image = (name: string) => new Uint8Array(readFileSync(`${FOLDER}/${name}`));

const OUT_22H = [0xb0, 0x22, 0xe6, 0x80]; // MOV AL,22h / OUT 80h,AL
const JUMP_TO_ITSELF = [0xeb, 0xfe];
const RESETS = {
  'the 8042': [0xb0, 0xfe, 0xe6, 0x64], // MOV AL,FEh / OUT 64h,AL
  'port CF9h': [0x66, 0xba, 0xf9, 0x0c, 0xb0, 0x06, 0xee], // MOV DX,CF9h / MOV AL,6 / OUT DX,AL
};
/** SUS_EN with SUS_TYP 0 at PMBASE + 4: MOV DX,604h / MOV AX,2000h / OUT DX,AX. */
const SOFT_OFF = [0x66, 0xba, 0x04, 0x06, 0x66, 0xb8, 0x00, 0x20, 0x66, 0xef];

/** Adds 1 to CMOS byte 50h, tells it on port 80h, and goes on with `last` once it is `count`, with `before` until then. */
function countBoots(count: number, before: readonly number[], last: readonly number[]): Uint8Array {
  return Uint8Array.from([
    ...[0xb0, 0x50, 0xe6, 0x70, 0xe4, 0x71, 0xfe, 0xc0, 0x88, 0xc4], // AL = CMOS[50h] + 1 / MOV AH,AL
    ...[0xb0, 0x50, 0xe6, 0x70, 0x88, 0xe0, 0xe6, 0x71, 0xe6, 0x80], // CMOS[50h] = AL / OUT 80h,AL
    ...[0x3c, count, 0x74, before.length + JUMP_TO_ITSELF.length], // CMP AL,count / JE last
    ...[...before, ...JUMP_TO_ITSELF],
    ...[...last, ...JUMP_TO_ITSELF],
  ]);
}

/** A bzImage of protocol 2.03 that never leaves its set-up code (boot.rst, "The Real-Mode Kernel Header"). */
function bzImage(setupCode: readonly number[]): Uint8Array {
  const image = new Uint8Array(1024 + 64);
  const view = new DataView(image.buffer);
  image[0x1f1] = 1; // setup_sects
  view.setUint32(0x1f4, 4, true); // syssize in paragraphs
  view.setUint16(0x1fe, 0xaa55, true);
  image.set([0xeb, 0x7e], 0x200); // JMP 280h
  image.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint16(0x206, 0x0203, true);
  image[0x211] = 1; // loaded high
  view.setUint32(0x22c, 0x37ff_ffff, true); // initrd_addr_max
  image.set(setupCode, 0x280);
  return image;
}

/** Boots SeaBIOS with a kernel of a few bytes behind its INT 19h. */
function boot(code: Uint8Array, options: Partial<BootRequest> = {}) {
  let log = '';
  const report = bootMachine(
    {
      profile: testProfile(),
      bios: image('bios.bin'),
      videoRom: null,
      firmwareInterface: 'qemu',
      disk: null,
      kernel: { image: flatKernel(code, 0x10_0000), commandLine: '', initrd: null },
      limitInstructions: null,
      limitCycles: 60e9,
      untilPort: null,
      untilText: null,
      watchPorts: [POST_PORT],
      logPorts: [DEBUG_PORT],
      exitPort: null,
      watchPhases: false,
      ...options,
    },
    { onPortBytes: (_port, bytes) => (log += String.fromCharCode(...bytes)) },
  );
  return { report, log };
}

describe.skipIf(!isHere)(`SeaBIOS${isHere ? '' : ` (not tried: no ${FOLDER}/bios.bin)`}`, () => {
  const untilPort = { port: POST_PORT, value: 0x22 };

  it('takes the board for QEMU’s, finds its memory, power management and one CPU, and comes to INT 19h', () => {
    const { report, log } = boot(Uint8Array.from([...OUT_22H, ...JUMP_TO_ITSELF]), { untilPort });
    expect(report.stop).toBe('until');
    const lines = log.split('\n');
    expect(lines).toContain('Running on QEMU (i440fx)');
    expect(lines).toContain('QEMU fw_cfg DMA interface supported');
    expect(lines).toContain('qemu/e820: addr 0x0000000000000000 len 0x0000000000800000 [RAM]');
    expect(lines).toContain('PCI: init bdf=00:01.3 id=8086:7113');
    expect(lines).toContain('Using pmtimer, ioport 0x608');
    expect(lines).toContain('No apic - only the main cpu is present.');
    expect(lines).toContain('PS2 keyboard initialized');
    expect(log).not.toMatch(/internal error|WARNING|Unable/i);
  });

  it('keeps its tables: a bzImage’s RAM disk ends below them', () => {
    // MOV EBX,[218h] (RAM disk) / MOV ECX,[21Ch] (its size) / OUT 80h,AL with AL = 22h / JMP to itself
    const code = [0x66, 0x8b, 0x1e, 0x18, 0x02, 0x66, 0x8b, 0x0e, 0x1c, 0x02, ...OUT_22H, ...JUMP_TO_ITSELF];
    const kernel = { image: bzImage(code), commandLine: '', initrd: new Uint8Array(5000) };
    const { report, log } = boot(Uint8Array.of(), { untilPort, kernel });
    expect(report.stop).toBe('until');
    const lastRam = [...log.matchAll(/\d: [0-9a-f]{16} - ([0-9a-f]{16}) = 1 RAM/g)].at(-1);
    expect(report.registers.ecx).toBe(5000);
    expect(report.registers.ebx + 5000).toBeLessThanOrEqual(Number(`0x${lastRam?.[1]}`));
  });

  it('takes the size of memory from CMOS where there is no fw_cfg', () => {
    const { log } = boot(Uint8Array.from([...OUT_22H, ...JUMP_TO_ITSELF]), { untilPort, firmwareInterface: undefined });
    expect(log.split('\n')).toContain('RamSize: 0x00800000 [cmos]');
  });

  it.each(['vgabios-isavga.bin', 'vgabios-stdvga.bin'])('starts %s and shows its name on the screen', (name) => {
    const code = Uint8Array.from([...OUT_22H, ...JUMP_TO_ITSELF]);
    const { report, log } = boot(code, { untilPort, videoRom: image(name) });
    expect(report.stop).toBe('until');
    expect(log).toContain('Start SeaVGABIOS');
    expect(report.screen?.[0]).toMatch(/^SeaBIOS \(version /);
  });

  it.each(['the 8042', 'port CF9h'] as const)(
    'starts again after a reset by %s, until the guest switches off',
    (by) => {
      const { report, log } = boot(countBoots(3, RESETS[by], SOFT_OFF), { videoRom: image('vgabios-stdvga.bin') });
      expect(report.stop).toBe('power-off');
      expect(report.ports[0].values).toEqual([1, 2, 3]);
      expect(log.match(/Found QEMU fw_cfg/g)).toHaveLength(3);
    },
  );
});
