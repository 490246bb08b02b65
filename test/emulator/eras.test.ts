// kexec of each era on the real machine: what the calls answer, what each choice changes, and what stays undone.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CR0_PE, CR0_PG, EAX, EIP } from '../../src/emulator/cpu/state';
import { EmulatorError } from '../../src/emulator/errors';
import type { LabOptions } from '../../src/emulator/lab-options';
import { crashReserveFor, labWords, DEFAULT_LAB_OPTIONS } from '../../src/emulator/lab-options';
import type { Machine } from '../../src/emulator/machine';
import type { PathRecord, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import { testNetwork } from '../support/cards';
import { readGuestImages } from '../support/guest-images';
import { testProfile } from '../support/test-profile';

const IMAGES = readGuestImages();
const { kernel: KERNEL, init: INIT } = IMAGES.symbols;
const MIB = 1024 * 1024;
const SERIAL = 'console=ttyS0,115200';

interface Wish {
  readonly lab?: Partial<LabOptions>;
  readonly ramMib?: number;
  readonly words?: string;
  readonly fillerBytes?: number;
  readonly limitCycles?: number;
}

function request(
  path: RebootPath,
  { lab, ramMib = 8, words = '', fillerBytes = 0, limitCycles = 20e9 }: Wish = {},
): PathRunRequest {
  const profile = applyOverlay(testProfile(), {
    'memory.ramBytes': ramMib * MIB,
    'kernel.fillerBytes': fillerBytes,
  });
  const kernel = { ...profile.kernel, commandLine: `${SERIAL} ${words}`.trim() };
  return { profile: { ...profile, kernel }, path, seed: 1, variations: [], images: IMAGES, limitCycles, lab };
}

const run = (path: RebootPath, wish?: Wish) => runPath(request(path, wish));
const phases = ({ root }: PathRecord) => leafPhases(root).map(({ id }) => id);
const cyclesIn = ({ root }: PathRecord, id: string) =>
  leafPhases(root)
    .filter((leaf) => leaf.id === id)
    .reduce((sum, { costs }) => sum + costs.durationCycles, 0);

/** Runs until the console says the text, and no longer than the machine lives. */
function runUntil(machine: Machine, text: string | null, limitCycles = 20e9) {
  machine.powerOn();
  return machine.run({ limitCycles, heartbeat: () => text === null || !machine.serialText.includes(text) });
}

function failureOf(wish: Wish): EmulatorError {
  try {
    run('kexec', wish);
  } catch (error) {
    if (error instanceof EmulatorError) return error;
    throw error;
  }
  throw new Error('the path came to its end');
}

describe('the calls', () => {
  it.each([
    ['2.5.44', '', 13],
    ['2.5.47', '', 29],
    ['2.6.13', '', 29],
    ['2.6.13', 'crashkernel=2M@4M', 43],
  ])('of %s answer every error as that kernel did (%s)', (era, words, count) => {
    const machine = buildPathMachine(request('cold', { words: `lab.era=${era} ${words} lab.action=kexec-errno` }));
    runUntil(machine, ' failed\r\n');
    const lines = machine.serialText.split('\r\n').filter((line) => line.startsWith('errno-test: '));
    expect(lines.filter((line) => line.includes('WRONG'))).toEqual([]);
    expect(lines.at(-1)).toBe(`errno-test: ${count} passed, 0 failed`);
    expect(lines).toHaveLength(count + 1);
  });

  it('of 2.5.44 are one, so that loading is part of the outage', () => {
    const [single, split] = [run('kexec', { lab: { era: '2.5.44' } }), run('kexec')];
    const order = (record: PathRecord) =>
      phases(record).filter((id) => ['kexec-load', 'userspace-shutdown', 'device-shutdown'].includes(id));
    expect(order(split)).toEqual(['kexec-load', 'userspace-shutdown', 'device-shutdown']);
    expect(order(single)).toEqual(['kexec-load', 'userspace-shutdown', 'kexec-load', 'device-shutdown']);
    // What stands before services stop is only init's way there.
    const before = leafPhases(single.root)[0].costs.durationCycles;
    expect(before).toBeLessThan(cyclesIn(split, 'kexec-load') / 20);
    expect(single.outageCycles).toBe(single.totalCycles - before);
    expect(single.outageCycles).toBeGreaterThan(split.outageCycles + cyclesIn(split, 'kexec-load') / 3);
    expect(single.serialText).toContain('kexecing image');
    expect(single.serialText).not.toContain('Starting new kernel');
  });

  it('take the second of two loads', () => {
    const { serialText } = run('kexec', { words: 'lab.loads=2' });
    expect(serialText.match(/pages loaded/g)).toHaveLength(2);
    expect(serialText).not.toContain('Kernel command line: lab.replaced=1');
    expect(serialText).toContain(`Kernel command line: ${SERIAL} lab.loads=2 lab.action=none`);
  });
});

describe('the stub', () => {
  const once = run('kexec', { fillerBytes: 256 * 1024 });
  const thrice = run('kexec', { fillerBytes: 256 * 1024, lab: { stub: 'three' } });

  it('of 2.6.27 moves three times the bytes for the same pages', () => {
    expect(thrice.pagesCopied).toBe(once.pagesCopied);
    expect(once.bytesCopied).toBe(once.pagesCopied * 4096);
    expect(thrice.bytesCopied).toBe(3 * once.bytesCopied);
  });

  it('of 2.6.27 takes two to three times as long, and nothing else does', () => {
    const ratio = cyclesIn(thrice, 'relocate-copy') / cyclesIn(once, 'relocate-copy');
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(3.1);
    expect(cyclesIn(thrice, 'decompress') / cyclesIn(once, 'decompress')).toBeCloseTo(1, 2);
  });
});

describe('the purgatory', () => {
  it('takes time for its hash only when there is one, and init for taking it', () => {
    const [without, hashed] = [run('kexec'), run('kexec', { lab: { hash: 'on' } })];
    expect(phases(without)).not.toContain('purgatory-hash');
    expect(cyclesIn(hashed, 'purgatory-hash')).toBeGreaterThan(cyclesIn(hashed, 'relocate-copy'));
    expect(cyclesIn(hashed, 'kexec-load')).toBeGreaterThan(cyclesIn(without, 'kexec-load'));
    expect(hashed.pagesCopied).toBe(without.pagesCopied);
  });
});

describe('pages scattered over the destination', () => {
  const scattered: Wish = { fillerBytes: 384 * 1024, lab: { scatter: 7, loadAt: 0x40_0000, hash: 'on' } };
  const broken = (lab: Partial<LabOptions>) =>
    ({ ...scattered, lab: { ...scattered.lab, invariant: 'off', ...lab } }) as Wish;

  it('arrive whole, because a source is its own destination or nobody’s', () => {
    const { serialText } = run('kexec', scattered);
    const [, inPlace, exchanged, parked] = /loaded, (\d+) already in place, (\d+) exchanged, (\d+) parked/.exec(
      serialText,
    )!;
    expect(Number(inPlace) + Number(exchanged) + Number(parked)).toBeGreaterThan(0);
  });

  it('overwrite each other without that rule, and the hash finds it', () => {
    const { code, message, facts } = failureOf(broken({}));
    expect(code).toBe('EMU-GUEST-PANIC');
    expect(message).toContain('purgatory');
    expect(String(facts.console)).toContain('the loaded segments have changed');
  });

  it('overwrite each other without that rule, and without a hash the new kernel has to find it', () => {
    expect(failureOf(broken({ hash: 'off' })).message).toContain('could not be unpacked');
  });
});

describe('the 16-bit entry', () => {
  it('passes real mode, and the BIOS says what memory there is', () => {
    const wanted = request('kexec', { lab: { entry: '16', e820: 'off' }, ramMib: 12 });
    const machine = buildPathMachine(wanted);
    const modes: string[] = [];
    let ups = 0;
    machine.cpu.watchExecution(INIT.services_up, () => {
      if (++ups === 2) machine.requestStop();
    });
    machine.cpu.observer = {
      controlRegister0Changed: (before, after) => {
        if (ups === 1 && (before ^ after) & CR0_PE) modes.push(after & CR0_PE ? 'protected' : 'real');
      },
      softwareInterrupt: (vector, eax) => {
        if (ups === 1 && vector === 0x15) modes.push(`INT 15h ${(eax & 0xffff).toString(16)}`);
      },
    };
    runUntil(machine, null);
    expect(modes[0]).toBe('real');
    expect(modes).toContain('INT 15h e820');
    expect(modes.at(-1)).toBe('protected');
    expect(machine.serialText.match(/12MB LOWMEM available/g)).toHaveLength(2);
  });

  it('has real-mode set-up as a phase', () => {
    expect(phases(run('kexec', { lab: { entry: '16' } }))).toContain('setup-realmode');
  });

  it('finds a living BIOS clock when the interrupt controllers are back at 08h and 70h', () => {
    const tested = run('kexec', { lab: { entry: '16', biosTest: 'on' } });
    // A tick comes every 54.9 ms; the wait began somewhere in it.
    expect(cyclesIn(tested, 'setup-realmode')).toBeLessThan(0.056 * tested.cpuHz);
  });

  it('waits for ever for a tick of the BIOS when IRQ 0 still arrives as vector 20h', () => {
    const TICKS = 0x46c;
    const machine = buildPathMachine(request('kexec', { lab: { entry: '16', biosTest: 'on', picReset: 'off' } }));
    let ticksAtEntry = NaN;
    const { memory } = machine;
    const ticks = () => new DataView(memory.u8.buffer).getUint32(memory.ramOffset + TICKS, true);
    machine.cpu.watchExecution(IMAGES.symbols.purgatory.purgatory_real_mode, () => (ticksAtEntry = ticks()));
    expect(runUntil(machine, null, 4e9)).toBe('limit');
    expect(ticks()).toBe(ticksAtEntry);
    // It waits in real mode, behind the purgatory's question.
    expect(memory.i32[EIP]).toBeGreaterThan(0);
    expect(memory.i32[EIP]).toBeLessThan(0x4000);
    machine.bus.writePort(0x20, 1, 0x0b); // OCW3: read the in-service register
    expect(machine.bus.readPort(0x20, 1) & 1).toBe(1);
  });
});

describe('the memory map', () => {
  it('is the machine’s when it is handed over, and 64 MB when it is not', () => {
    const sizes = (lab: Partial<LabOptions>) => run('kexec', { lab, ramMib: 80 }).serialText.match(/\d+MB LOWMEM/g);
    expect(sizes({})).toEqual(['80MB LOWMEM', '80MB LOWMEM']);
    expect(sizes({ e820: 'off' })).toEqual(['80MB LOWMEM', '64MB LOWMEM']);
  });
});

describe('a kept kernel', () => {
  it('needs no load and no page list', () => {
    const [kept, loaded] = [run('kexec', { lab: { keep: 'on' }, ramMib: 12 }), run('kexec', { ramMib: 12 })];
    expect(kept.pagesCopied).toBe(0);
    expect(cyclesIn(kept, 'kexec-load')).toBeLessThan(cyclesIn(loaded, 'kexec-load') / 4);
    expect(kept.outageCycles).toBeLessThan(loaded.outageCycles * 1.1);
  });

  it('is jumped into again and again after one load', () => {
    const words = 'lab.action=kexec';
    const machine = buildPathMachine(request('kexec', { lab: { keep: 'on', hash: 'on' }, ramMib: 12, words }));
    const calls: string[] = [];
    machine.cpu.observer = {
      softwareInterrupt: (vector) => {
        const number = machine.memory.i32[EAX];
        if (vector === 0x80 && [88, 254, 283].includes(number)) calls.push(String(number));
      },
    };
    machine.cpu.watchExecution(INIT.services_up, () => {
      calls.push('up');
      if (calls.filter((call) => call === 'up').length === 4) machine.requestStop();
    });
    expect(runUntil(machine, null)).toBe('stopped');
    expect(calls).toEqual(['283', 'up', '88', 'up', '88', 'up', '88', 'up']);
    expect(machine.serialText.match(/nothing to load/g)).toHaveLength(3);
  });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const pagesOf = (bytes: Uint8Array) => Array.from({ length: bytes.length / 4096 }, (_, page) => page);
const pageOf = (bytes: Uint8Array, page: number) => bytes.subarray(page * 4096, (page + 1) * 4096);
const changedPages = (before: Uint8Array, after: Uint8Array) =>
  pagesOf(before).filter((page) => Buffer.compare(pageOf(before, page), pageOf(after, page)) !== 0);

/** A crash watched from the bare machine. */
function watchCrash(lab: Partial<LabOptions>, framesPerSecond: number | null = null) {
  const RAM_MIB = 16;
  const plain = request('crash', { lab, ramMib: RAM_MIB });
  const network = framesPerSecond === null ? undefined : testNetwork(framesPerSecond);
  const machine = buildPathMachine({ ...plain, profile: { ...plain.profile, network } });
  const reserve = crashReserveFor(RAM_MIB * MIB);
  const { memory } = machine;
  const ram = (from: number, to: number) => memory.u8.slice(memory.ramOffset + from, memory.ramOffset + to);
  /** All RAM the crash kernel must not touch: shadowed ROMs, and everything above 1 MiB but the reserve. */
  const oldMemory = () => [
    ram(0xc_0000, MIB),
    ram(MIB, reserve.startBytes),
    ram(reserve.startBytes + reserve.sizeBytes, RAM_MIB * MIB),
  ];
  const snapshot = () => ({ low: ram(0, 0xa_0000), old: oldMemory() });
  /** Page numbers that a device wrote to after the jump. */
  const dmaPages = new Set<number>();
  let atPanic: ReturnType<typeof snapshot> | null = null;
  let atJump: ReturnType<typeof snapshot> | null = null;
  let isShutDownCalled = false;
  machine.cpu.watchExecution(KERNEL.panic, () => (atPanic = snapshot()));
  machine.cpu.watchExecution(KERNEL.device_shutdown_begin, () => (isShutDownCalled = true));
  machine.cpu.observer = {
    controlRegister0Changed: (before, after) => {
      if (atPanic && !atJump && before & CR0_PG && !(after & CR0_PG)) atJump = snapshot();
    },
  };
  machine.cpu.watchExecution(INIT.services_up, () => {
    if (atJump) machine.requestStop();
  });
  machine.chips.busMaster.listenToWrites((_master, address, sizeBytes) => {
    if (!atJump) return;
    for (let page = address >> 12; page <= (address + sizeBytes - 1) >> 12; page++) dmaPages.add(page);
  });
  const end = runUntil(machine, null);
  return { machine, reserve, end, atPanic: atPanic!, atJump: atJump!, oldMemory, ram, dmaPages, isShutDownCalled };
}

describe('a panic with a crash kernel', () => {
  const seen = watchCrash({ hash: 'on' });

  it('boots it', () => {
    expect(seen.end).toBe('stopped');
    const [, ofCrashKernel] = seen.machine.serialText.split('Kernel panic: SysRq : Trigger a crashdump');
    expect(ofCrashKernel).toContain('init: services are up');
    expect(ofCrashKernel).toContain(' user: 0000000000900000 - 0000000001000000 (usable)');
  });

  // No device of this machine writes to memory by itself: there are no DMA targets to be left out.
  it('leaves the old memory as it was to the last byte, but for the first 640 KB', () => {
    expect(seen.oldMemory().map(sha256)).toEqual(seen.atJump.old.map(sha256));
    const written = seen.atJump.old.reduce((sum, part) => sum + part.length, 0);
    expect(written).toBe(0x4_0000 + 7 * MIB);
  });

  it('keeps the first 640 KB, which the crash kernel uses, in the reserve', () => {
    const { reserve, ram, atJump } = seen;
    const backup = ram(reserve.startBytes + 0x1_0000, reserve.startBytes + 0xb_0000);
    expect(sha256(backup)).toBe(sha256(atJump.low));
    expect(sha256(ram(0, 0xa_0000))).not.toBe(sha256(atJump.low));
  });

  it('changes only the panicking kernel’s own stack and variables before the jump', () => {
    const after = [seen.atJump.low, ...seen.atJump.old];
    const changed = [seen.atPanic.low, ...seen.atPanic.old].flatMap((before, part) =>
      changedPages(before, after[part]),
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(4);
  });

  it('shuts no device down', () => {
    expect(seen.isShutDownCalled).toBe(false);
  });

  it('is measured from the panic on, with no page copied by the stub', () => {
    const record = run('crash', { ramMib: 16 });
    // The purgatory copies the first 640 KB; the stub finds an empty list.
    expect(phases(record).filter((id) => !id.startsWith('probe-'))).toEqual([
      'machine-shutdown',
      'relocate-copy',
      'decompress',
      'start-kernel',
      'driver-probe-entry',
      'start-kernel',
      'userspace',
    ]);
    expect(phases(record)).toContain('probe-ata');
    expect(record.pagesCopied).toBe(0);
    expect(record.outageCycles).toBe(record.totalCycles);
    expect(record.handoverCycles).toBeGreaterThan(0);
  });
});

describe('a panic with a crash kernel and a network card that nobody stops', () => {
  const seen = watchCrash({ scatter: 7 }, 300);

  it('boots it', () => {
    expect(seen.end).toBe('stopped');
  });

  it('leaves the old memory as it was but for the pages the card went on writing to', () => {
    const [, before] = seen.atJump.old;
    const [, after] = seen.oldMemory();
    const changed = changedPages(before, after).map((page) => page + MIB / 4096);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((page) => !seen.dmaPages.has(page))).toEqual([]);
  });

  it('keeps the first 640 KB as they were, but for frames that came before they were copied', () => {
    const { reserve, ram, atJump } = seen;
    const backup = ram(reserve.startBytes + 0x1_0000, reserve.startBytes + 0xb_0000);
    const changed = changedPages(atJump.low, backup);
    expect(changed.filter((page) => !seen.dmaPages.has(page))).toEqual([]);
  });
});

describe('a panic without a crash kernel', () => {
  const panic = (words: string) => {
    const machine = buildPathMachine(request('cold', { words }));
    return { machine, end: runUntil(machine, null, 5e9) };
  };

  it.each([
    ['lab.era=2.5.47 lab.panic=1', 'they came with 2.6.13'],
    ['lab.era=2.6.13 lab.panic=1', 'no memory is reserved'],
    ['lab.era=2.6.13 crashkernel=2M@4M lab.panic=1', 'none is loaded'],
    ['lab.era=2.6.13 crashkernel=4M@4M lab.action=crash lab.panic=load', 'a load is under way'],
  ])('says so and stops: %s', (words, why) => {
    const { machine, end } = panic(words);
    expect(end).toBe('stuck');
    const said = machine.serialText.split('Kernel panic: ')[1];
    expect(said).toContain(`kexec: no crash kernel: `);
    expect(said).toContain(why);
    expect(said).toContain('System halted.');
  });

  it('restarts after the seconds of panic=', () => {
    const machine = buildPathMachine(request('cold', { words: 'lab.panic=1 panic=3' }));
    const resets: { readonly cycle: number; readonly source: string }[] = [];
    let panicCycle = NaN;
    machine.cpu.watchExecution(KERNEL.panic, () => (panicCycle = machine.clock.nowCycles));
    machine.onReset = (_kind, source) => {
      if (source === 'power') return;
      resets.push({ cycle: machine.clock.nowCycles, source });
      machine.requestStop();
    };
    expect(runUntil(machine, null)).toBe('stopped');
    expect(machine.serialText).toContain('Rebooting in 3 seconds..');
    expect(resets.map(({ source }) => source)).toEqual(['8042']);
    const seconds = (resets[0].cycle - panicCycle) / machine.clock.cpuHz;
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(3.1);
  });

  it('says what does not fit, instead of loading it', () => {
    const small = request('crash', { ramMib: 8 });
    const lab = { crashReserve: { startBytes: 6 * MIB, sizeBytes: 2 * MIB } };
    const machine = buildPathMachine({ ...small, lab });
    expect(runUntil(machine, null, 5e9)).toBe('stuck');
    expect(machine.serialText).toMatch(/init: the reserve has 2048 KB, \d+ are needed/);
    expect(machine.serialText).toContain('no crash kernel: none is loaded');
  });
});

describe('the words for the lab kernel', () => {
  it('name nothing that is as it was in November 2002', () => {
    expect(labWords(DEFAULT_LAB_OPTIONS)).toEqual([]);
  });

  it('name what differs', () => {
    const crashReserve = { startBytes: 16 * MIB, sizeBytes: 8 * MIB };
    expect(labWords({ ...DEFAULT_LAB_OPTIONS, era: '2.6.13', hash: 'on', loadAt: 0x40_0000, crashReserve })).toEqual([
      'lab.era=2.6.13',
      'lab.hash=on',
      'lab.load-at=400000',
      'crashkernel=8192K@16384K',
    ]);
  });
});
