import { describe, expect, it } from 'vitest';
import type { BootHooks, BootReport, BootRequest, BootSnapshot } from '../../src/emulator/boot-run';
import { bootMachine } from '../../src/emulator/boot-run';
import { elfKernel, flatKernel } from '../support/multiboot-kernels';
import { testProfile } from '../support/test-profile';

const ROM_BYTES = 64 * 1024;

/** A system ROM whose reset vector jumps to `code` at F000:0000. */
function romOf(...code: readonly number[]): Uint8Array {
  const rom = new Uint8Array(ROM_BYTES).fill(0xf4);
  rom.set(code);
  rom.set([0xea, 0x00, 0x00, 0x00, 0xf0], ROM_BYTES - 16); // JMP F000:0000
  return rom;
}

const CLI = 0xfa;
const HLT = 0xf4;
const outImmediate = (port: number, value: number) => [0xb0, value, 0xe6, port]; // MOV AL,value / OUT port,AL
const outText = (port: number, text: string) => [...text].flatMap((c) => outImmediate(port, c.charCodeAt(0)));
// COM1 (16550A data sheet, table 2).
const DATA = 0x3f8;
const IER = 0x3f9;
const LCR = 0x3fb;
const LSR = 0x3fd;
const DLAB = 0x80;
const EIGHT_BITS = 0x03;
const THRE = 0x20;
const JUMP_TO_ITSELF = [0xeb, 0xfe];

function boot(code: readonly number[], request: Partial<BootRequest> = {}, hooks: BootHooks = {}): BootReport {
  const nothingSpecial: BootRequest = {
    profile: testProfile(),
    bios: romOf(...code),
    videoRom: null,
    disk: null,
    kernel: null,
    limitInstructions: null,
    limitCycles: 1e9,
    untilPort: null,
    untilText: null,
    watchPorts: [],
    logPorts: [],
    exitPort: null,
    watchPhases: false,
  };
  return bootMachine({ ...nothingSpecial, ...request }, hooks);
}

function valuesAt(report: BootReport, port: number): readonly number[] | undefined {
  return report.ports.find((watched) => watched.port === port)?.values;
}

describe('a boot', () => {
  it('starts at F000:FFF0 and ends when the CPU halts with interrupts off', () => {
    const report = boot([CLI, 0xb8, 0x34, 0x12, HLT]); // MOV AX,1234h
    expect(report).toMatchObject({ stop: 'hlt', exitCode: null, instructions: 4 });
    expect(report.registers).toMatchObject({ cs: 0xf000, eip: 5 });
    expect(report.registers.eax & 0xffff).toBe(0x1234);
  });

  it('ends at a value written to a port, and not at others', () => {
    const code = [...outImmediate(0x80, 1), ...outImmediate(0x80, 2), ...outImmediate(0x80, 3), CLI, HLT];
    const report = boot(code, { untilPort: { port: 0x80, value: 2 }, watchPorts: [0x80] });
    expect(report.stop).toBe('until');
    expect(valuesAt(report, 0x80)).toEqual([1, 2]);
    expect(report.instructions).toBe(5);
  });

  it('reports watched ports in order, also those nobody wrote', () => {
    const code = [...outImmediate(0x80, 7), ...outImmediate(0x84, 8), ...outImmediate(0x80, 7), CLI, HLT];
    const report = boot(code, { watchPorts: [0x84, 0x80, 0x99] });
    expect(report.ports).toEqual([
      { port: 0x84, values: [8] },
      { port: 0x80, values: [7, 7] },
      { port: 0x99, values: [] },
    ]);
  });

  it('ends with the exit code a guest writes, as isa-debug-exit does', () => {
    const report = boot([...outImmediate(0xf4, 0x10), CLI, HLT], { exitPort: 0xf4 });
    expect(report).toMatchObject({ stop: 'exit', exitCode: 0x21 });
  });

  it('passes logged bytes on, every one', () => {
    const bytes: number[] = [];
    const code = [...outText(0xe9, 'hello'), ...outImmediate(0x80, 1), CLI, HLT];
    boot(code, { logPorts: [0xe9] }, { onPortBytes: (port, chunk) => bytes.push(...chunk, port) });
    expect(bytes).toEqual([...Buffer.from('hello'), 0xe9]);
  });

  it('ends at a text on port E9, also when it begins twice', () => {
    const code = [...outText(0xe9, 'aaab and more'), CLI, HLT];
    const report = boot(code, { untilText: { source: 'e9', text: 'aab' }, watchPorts: [0xe9] });
    expect(report.stop).toBe('until');
    expect(valuesAt(report, 0xe9)).toHaveLength(4);
  });

  it.each([
    ['E9h', [0xe4, 0xe9]], // IN AL,E9h
    ['402h', [0xba, 0x02, 0x04, 0xec]], // MOV DX,402h / IN AL,DX
  ])('says on port %s that a debug console is present', (_, read) => {
    expect(boot([...read, CLI, HLT]).registers.eax & 0xff).toBe(0xe9);
  });

  it('ends at a triple fault', () => {
    // LIDT [CS:0010h] with limit 0, then INT 3.
    const code = [0x2e, 0x0f, 0x01, 0x1e, 0x10, 0x00, 0xcc];
    const rom = romOf(...code);
    rom.fill(0, 0x10, 0x16);
    expect(boot([], { bios: rom }).stop).toBe('shutdown');
  });

  it.each([1, 2, 999, 1000])('ends after exactly %d instructions', (limitInstructions) => {
    const report = boot([...JUMP_TO_ITSELF], { limitInstructions });
    expect(report).toMatchObject({ stop: 'insns', instructions: limitInstructions });
  });

  it('counts instructions across a halt that an interrupt ends', () => {
    // STI / HLT / JMP back: no timer is set up, so only the limit of cycles can end it.
    const report = boot([0xfb, HLT, 0xeb, 0xfd], { limitInstructions: 1000, limitCycles: 5e6 });
    expect(report.stop).toBe('cycles');
    expect(report.instructions).toBeLessThan(10);
  });

  it('ends at the limit of cycles, to a hundredth of a second', () => {
    const report = boot(JUMP_TO_ITSELF, { limitCycles: 2_500_000 });
    expect(report.stop).toBe('cycles');
    expect(report.cycles).toBeGreaterThanOrEqual(2_500_000);
    expect(report.cycles).toBeLessThanOrEqual(2_500_000 + 1_000_100);
  });

  it('gives the same report each time', () => {
    const once = () => boot([...outText(0xe9, 'x'), CLI, HLT], { watchPorts: [0xe9] });
    expect(once()).toEqual(once());
  });

  it('ends when the caller says so', () => {
    let asked = 0;
    const report = boot(JUMP_TO_ITSELF, { limitCycles: 1e12 }, { shouldStop: () => ++asked === 3 });
    expect(report.stop).toBe('cancelled');
  });

  it('says which instruction the CPU stands at', () => {
    expect(boot([0x0f, 0x01, 0x1e, 0x00, 0x20, 0xcc]).instruction).toBe('int3'); // LIDT of zeros, then a triple fault
    expect(boot(JUMP_TO_ITSELF, { limitCycles: 5_000_000 }).instruction).toBe('jmp short 0x0');
  });

  it('takes a disk image of any size and makes the drive as large', () => {
    expect(boot([CLI, HLT], { disk: new Uint8Array(446) }).stop).toBe('hlt');
    expect(boot([CLI, HLT], { disk: new Uint8Array(5 * 1024 * 1024 + 1) }).stop).toBe('hlt');
  });

  it('refuses a ROM that cannot be', () => {
    expect(() => boot([], { bios: new Uint8Array(100) })).toThrow(/ROM/);
  });

  it('sends serial text on and stops at it', () => {
    let serial = '';
    const outDx = (port: number, value: number) => [0xba, port & 0xff, port >> 8, 0xb0, value, 0xee];
    const setUp = [...outDx(LCR, DLAB), ...outDx(DATA, 1), ...outDx(LCR, EIGHT_BITS)]; // 115200 8N1
    const waitAndSend = (c: string) => [
      ...[0xba, LSR & 0xff, LSR >> 8, 0xec, 0xa8, THRE, 0x74, 0xfb], // MOV DX,LSR / again: IN AL,DX / TEST AL,THRE / JZ again
      ...outDx(DATA, c.charCodeAt(0)),
    ];
    const report = boot(
      [...setUp, ...[...'login: '].flatMap(waitAndSend), ...JUMP_TO_ITSELF],
      { untilText: { source: 'serial', text: 'login: ' } },
      { onSerial: (text) => (serial += text) },
    );
    expect(report.stop).toBe('until');
    expect(serial).toBe('login: ');
  });
});

describe('a kernel without a disk', () => {
  const alone = { commandLine: '', initrd: null };

  it('of Multiboot kind starts in flat protected mode, with magic and information', () => {
    // MOV EDX,[EBX+8] (mem_upper) / OUT 80h,AL / HLT
    const code = Uint8Array.from([0x8b, 0x53, 0x08, 0xe6, 0x80, 0xf4]);
    const report = boot([0xcd, 0x19], { kernel: { ...alone, image: elfKernel({ code }) }, watchPorts: [0x80] });
    expect(report).toMatchObject({ stop: 'hlt' });
    expect(report.registers).toMatchObject({ eax: 0x2badb002, eip: 0x100006 });
    expect(report.registers.edx).toBe(testProfile().memory.ramBytes.value / 1024 - 1024);
    expect(valuesAt(report, 0x80)).toEqual([0x02]);
  });

  it('waits for the INT 19h of the firmware', () => {
    const firmware = [...outImmediate(0x80, 0x11), 0xcd, 0x19, ...outImmediate(0x80, 0x99), CLI, HLT];
    const code = Uint8Array.from([0xb0, 0x22, 0xe6, 0x80, 0xf4]);
    const kernel = { ...alone, image: flatKernel(code, 0x100000) };
    const report = boot(firmware, { kernel, watchPorts: [0x80] });
    expect(report.stop).toBe('hlt');
    expect(valuesAt(report, 0x80)).toEqual([0x11, 0x22]);
  });

  it('comes up again after a reset: the firmware loads it each time', () => {
    const firmware = [...outImmediate(0x80, 0x11), 0xcd, 0x19, CLI, HLT];
    const cold = [0xb0, 0x22, 0xe6, 0x80, 0xb0, 0xfe, 0xe6, 0x64, 0xeb, 0xfe]; // OUT 80h,22h / OUT 64h,FEh / JMP to itself
    const kernel = { ...alone, image: flatKernel(Uint8Array.from(cold), 0x100000) };
    const report = boot(firmware, { kernel, watchPorts: [0x80], limitCycles: 2e7 });
    expect(valuesAt(report, 0x80)?.slice(0, 6)).toEqual([0x11, 0x22, 0x11, 0x22, 0x11, 0x22]);
  });

  it('as bzImage finds its set-up code, command line and RAM disk where the boot protocol says', () => {
    const setup = [
      ...[0x66, 0x8b, 0x36, 0x28, 0x02], // MOV ESI,[228h]: command line
      ...[0x66, 0x8b, 0x1e, 0x18, 0x02], // MOV EBX,[218h]: RAM disk
      ...[0xa0, 0x00, 0x98, 0xe6, 0x80], // MOV AL,[9800h] / OUT 80h,AL: first letter of the command line
      ...[CLI, HLT],
    ];
    const image = new Uint8Array(1024 + 64);
    const view = new DataView(image.buffer);
    image[0x1f1] = 1;
    view.setUint32(0x1f4, 4, true); // syssize in paragraphs
    view.setUint16(0x1fe, 0xaa55, true);
    image.set(new TextEncoder().encode('HdrS'), 0x202);
    view.setUint16(0x206, 0x0203, true);
    image[0x211] = 1;
    view.setUint32(0x22c, 0x37ffffff, true);
    image.set([0xeb, 0x7e], 0x200); // JMP 280h
    image.set(setup, 0x280);
    const kernel = { image, commandLine: 'quiet', initrd: new Uint8Array(100) };
    const report = boot([0xcd, 0x19, CLI, HLT], { kernel, watchPorts: [0x80] });
    expect(report.stop).toBe('hlt');
    expect(valuesAt(report, 0x80)).toEqual(['q'.charCodeAt(0)]);
    expect(report.registers).toMatchObject({ cs: 0x9020, ds: 0x9000, esi: 0x99800 });
    expect(report.registers.ebx).toBe(testProfile().memory.ramBytes.value - 4096);
  });

  it('of no kind is refused before anything runs', () => {
    expect(() => boot([CLI, HLT], { kernel: { ...alone, image: new Uint8Array(5000) } })).toThrow(/bzImage/);
  });
});

describe('a boot that is kept and gone on with', () => {
  const wait = [0xb9, 0x00, 0x08, 0xe2, 0xfe]; // MOV CX,800h / LOOP to itself, out of a slow ROM

  /** Boots once with snapshots; then from each of them. All must end alike. */
  function bootFromEach(code: readonly number[], request: Partial<BootRequest>, saveAtCycles: readonly number[]) {
    const kept: BootSnapshot[] = [];
    const cycles: number[] = [];
    const whole = boot(
      code,
      { ...request, saveAtCycles },
      {
        onSnapshot: (cycle, snapshot) => {
          cycles.push(cycle);
          kept.push(snapshot);
        },
      },
    );
    const { picture: lastPicture, ...report } = whole;
    for (const [i, restore] of kept.entries()) {
      const { picture, ...rest } = boot(code, { ...request, restore, saveAtCycles });
      expect(rest, `kept at ${cycles[i]}`).toEqual(report);
      expect(Buffer.compare(picture.rgba, lastPicture.rgba)).toBe(0);
    }
    return { whole, cycles };
  }

  it('has seen the values and half of the text that came before', () => {
    const code = [...outText(0xe9, 'aa'), ...wait, ...outText(0xe9, 'b and more'), CLI, HLT];
    const request: Partial<BootRequest> = { untilText: { source: 'e9', text: 'aab' }, watchPorts: [0xe9] };
    const { whole, cycles } = bootFromEach(code, request, [150_000, 250_000]);
    expect(whole).toMatchObject({ stop: 'until' });
    expect(valuesAt(whole, 0xe9)).toEqual([...Buffer.from('aab')]);
    expect(cycles).toEqual([150_000, 250_000]);
  });

  it('starts its kernel at the INT 19h that comes, once, and again after a reset', () => {
    const firmware = [...outImmediate(0x80, 0x11), ...wait, 0xcd, 0x19, ...outImmediate(0x80, 0x99), CLI, HLT];
    // OUT 80h,22h / MOV ECX,8000h / LOOP to itself / OUT 64h,FEh / JMP to itself
    const resetting = [0xb0, 0x22, 0xe6, 0x80, 0xb9, 0, 0x80, 0, 0, 0xe2, 0xfe, 0xb0, 0xfe, 0xe6, 0x64, 0xeb, 0xfe];
    const image = flatKernel(Uint8Array.from(resetting), 0x100000);
    const request: Partial<BootRequest> = {
      kernel: { image, commandLine: '', initrd: null },
      watchPorts: [0x80],
      limitCycles: 2e6,
      watchPhases: true,
    };
    const { whole, cycles } = bootFromEach(
      firmware,
      request,
      Array.from({ length: 5 }, (_, i) => 150_000 + i * 200_000),
    );
    expect(cycles).toHaveLength(5);
    expect(valuesAt(whole, 0x80)?.slice(0, 4)).toEqual([0x11, 0x22, 0x11, 0x22]);
    expect(valuesAt(whole, 0x80)).not.toContain(0x99);
  });

  it('passes on what COM1 sends from there on, and finds a text that lies across', () => {
    const line = [LCR, DLAB | EIGHT_BITS, DATA, 1, IER, 0, LCR, EIGHT_BITS];
    const set = Array.from({ length: line.length / 2 }, (_, i) => [
      ...[0xba, line[2 * i] & 0xff, line[2 * i] >> 8], // MOV DX,port
      ...[0xb0, line[2 * i + 1], 0xee], // MOV AL,value / OUT DX,AL
    ]).flat();
    const send = (text: string) => [
      ...[0xba, DATA & 0xff, DATA >> 8],
      ...[...text].flatMap((c) => [0xb0, c.charCodeAt(0), 0xee, ...wait]),
    ];
    const code = [...set, ...send('log'), ...send('in:'), ...JUMP_TO_ITSELF];
    const request: Partial<BootRequest> = { untilText: { source: 'serial', text: 'login:' } };
    const { whole } = bootFromEach(code, request, [600_000, 1_200_000]);
    expect(whole.stop).toBe('until');

    const heard: string[] = [];
    let restore: BootSnapshot | null = null;
    const onSerial = (text: string) => heard.push(text);
    boot(
      code,
      { ...request, saveAtCycles: [1_200_000] },
      { onSerial, onSnapshot: (_, snapshot) => (restore = snapshot) },
    );
    const first = heard.splice(0).join('');
    boot(code, { ...request, restore }, { onSerial });
    expect(first).toBe('login:');
    expect(first.endsWith(heard.join(''))).toBe(true);
    expect(heard.join('').length).toBeLessThan(first.length);
  });

  it('is not kept at a cycle it does not pass', () => {
    const { cycles } = bootFromEach([CLI, HLT], {}, [900_000_000]);
    expect(cycles).toEqual([]);
  });
});
