// What happens when a driver's shutdown is left out: on the real machine, with the real guest images and both cards.
import { describe, expect, it } from 'vitest';
import type { EmulatorError } from '../../src/emulator/errors';
import type { LabOptions } from '../../src/emulator/lab-options';
import type { PathRecord, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import { profileWithCards } from '../support/cards';
import { readGuestImages } from '../support/guest-images';

const IMAGES = readGuestImages();
const MIB = 1024 * 1024;
const FRAMES_PER_SECOND = 1000;

interface Setup {
  readonly lab: Partial<LabOptions>;
  readonly overlay?: ProfileOverlay;
  readonly reset?: 'k' | 'c';
}

function request(path: RebootPath, { lab, overlay = {}, reset = 'k' }: Setup): PathRunRequest {
  const cards = profileWithCards({ framesPerSecond: FRAMES_PER_SECOND });
  const profile = applyOverlay(cards, { 'firmware.memoryTest': 0, ...overlay });
  const kernel = { ...profile.kernel, commandLine: profile.kernel.commandLine.replace('reboot=k', `reboot=${reset}`) };
  return { profile: { ...profile, kernel }, path, seed: 1, variations: [], images: IMAGES, lab, limitCycles: 40e9 };
}

const run = (path: RebootPath, setup: Setup) => runPath(request(path, setup));

function failureOf(setup: Setup): EmulatorError {
  try {
    run('kexec', setup);
  } catch (error) {
    return error as EmulatorError;
  }
  throw new Error('the path came to its end');
}

const probeCycles = ({ root }: PathRecord, driver: string) =>
  leafPhases(root).find(({ id }) => id === `probe-${driver}`)!.costs.durationCycles;

/** A kernel of some size whose destination is free memory, so that the receiver's buffers lie there too. */
const INTO_FREE_MEMORY: Setup = {
  lab: { noShutdown: ['net'], loadAt: 2 * MIB, scatter: 7 },
  overlay: { 'memory.ramBytes': 4 * MIB, 'kernel.fillerBytes': 1_000_000 },
};

describe('devices that were shut down', () => {
  it('are quiet, however busy they were', () => {
    const record = run('kexec', { lab: { scsiRebuild: 'on' } });
    expect(record.serialText).toMatch(/eth0: stopped after \d{3,} frames/);
    expect(record.warnings).toEqual([]);
  });
});

describe('a network card left running', () => {
  const left = run('kexec', { lab: { noShutdown: ['net'] } });

  it('goes on writing frames into buffers that belong to the new kernel, until its driver resets it', () => {
    const warning = left.warnings.find((text) => text.startsWith('DMA'))!;
    const [, writes, pages, lastMs] = /the first of (\d+) writes, \d+ bytes in (\d+) pages, the last (\d+) ms/.exec(
      warning,
    )!;
    expect(warning).toContain('DMA by i82559');
    expect(warning).toContain('into memory that belongs to the new kernel');
    // 64 buffers on 32 pages: then the receiver has no more room. Three writes a frame.
    expect(Number(pages)).toBeLessThanOrEqual(32);
    expect(Number(writes)).toBeLessThanOrEqual(64 * 3);
    expect(Number(writes)).toBeGreaterThan(30 * 3);
    expect(Number(lastMs)).toBeLessThan(1000);
  });

  it('keeps its interrupt up', () => {
    expect(left.warnings).toContain(
      'Interrupt 11 was waiting at the jump: a device that the old kernel did not quiet.',
    );
  });

  it('does so the same way each time', () => {
    expect(run('kexec', { lab: { noShutdown: ['net'] } })).toEqual(left);
  });

  it('spoils the new kernel’s image where its buffers lie: the unpacking code stops', () => {
    const failure = failureOf(INTO_FREE_MEMORY);
    expect(failure.message).toContain('could not be unpacked');
    expect(failure.facts.warnings).toMatch(
      /DMA by i82559 wrote \d+ bytes at 2[0-9a-f]{5}h, \d+ ms after the jump, into the new kernel’s image/,
    );
  });

  it('is found by the purgatory’s hash before the kernel runs', () => {
    const failure = failureOf({ ...INTO_FREE_MEMORY, lab: { ...INTO_FREE_MEMORY.lab, hash: 'on' } });
    expect(failure.message).toContain('purgatory');
    expect(failure.facts.console).toContain('the loaded segments have changed');
    expect(failure.facts.warnings).toContain('into the new kernel’s image');
  });

  it('writes into the firmware’s memory behind a reset of the CPU, and is stopped by one of the board', () => {
    const [byCpu, byBoard] = (['k', 'c'] as const).map((reset) => run('warm', { lab: { noShutdown: ['net'] }, reset }));
    expect(byCpu.warnings).toHaveLength(1);
    expect(byCpu.warnings[0]).toContain('after the reset, into memory that belongs to the firmware');
    expect(byBoard.warnings).toEqual([]);
  });
});

describe('a SCSI adapter left with a command under way', () => {
  const quiet = run('kexec', { lab: { scsiRebuild: 'on' } });
  const left = run('kexec', { lab: { scsiRebuild: 'on', noShutdown: ['scsi'] } });

  it('ends it into memory that belongs to the new kernel: 64 KiB of data and the mailbox', () => {
    const warning = left.warnings.find((text) => text.startsWith('DMA by BT-958'))!;
    const [, bytes] = /writes, (\d+) bytes/.exec(warning)!;
    expect(Number(bytes)).toBeGreaterThan(65_536);
    expect(Number(bytes)).toBeLessThan(65_536 + 100);
  });

  it('holds a line up that the network card shares: it is switched off, and the card does not start', () => {
    const secondBoot = left.serialText.slice(left.serialText.indexOf('Starting new kernel'));
    expect(secondBoot).toContain('irq 11: nobody cared!\r\nDisabling IRQ #11\r\n');
    expect(secondBoot).toContain('eth0: card does not start');
    expect(left.warnings.some((text) => text.startsWith('Interrupt 11 came again and again'))).toBe(true);
    expect(probeCycles(left, 'net')).toBeGreaterThan(10 * probeCycles(quiet, 'net'));
  });

  it('is reset by its driver: the disks are there', () => {
    const secondBoot = left.serialText.slice(left.serialText.indexOf('Starting new kernel'));
    expect(secondBoot).toContain('SCSI device sdb');
    expect(secondBoot).toContain('init: services are up');
  });
});

describe.each([
  ['kbd', 'keyboard: 8042'],
  ['ata', 'hda: BOOTLAB DISK'],
  ['serial', 'ttyS00 at 0x03f8'],
] as const)('a driver whose device does nothing by itself: %s, not shut down', (driver, found) => {
  const silent = { 'memory.ramBytes': 8 * MIB };
  const registersWritten = ({ root }: PathRecord) =>
    leafPhases(root).find(({ id }) => id === 'device-shutdown')!.costs.portWrites;
  /** A console that says nothing, so that only drivers write to ports; the word is as long either way. */
  const shutDown = (name: string) => {
    const wanted = request('kexec', { lab: {}, overlay: silent });
    const { kernel } = wanted.profile;
    const commandLine = `${kernel.commandLine.replace('console=ttyS0,115200', 'console=none')} lab.noshutdown=${name}`;
    return runPath({ ...wanted, profile: { ...wanted.profile, kernel: { ...kernel, commandLine } } });
  };
  const [usual, left] = [shutDown('x'.repeat(driver.length)), shutDown(driver)];

  it('leaves its step out of the shutdown, and nothing behind that would be warned of', () => {
    expect(registersWritten(left)).toBeLessThan(registersWritten(usual));
    expect(left.warnings).toEqual([]);
    // To an interrupt of the timer.
    const probes = [usual, left].map((record) => probeCycles(record, driver));
    expect(Math.abs(probes[1] - probes[0])).toBeLessThan(1000);
  });

  it('says so, and the next kernel finds its device', () => {
    const { serialText } = run('kexec', { lab: { noShutdown: [driver] }, overlay: silent });
    const [before, after] = serialText.split('Starting new kernel');
    expect(before).toContain(`${driver}: left as it is`);
    expect(before.includes('flushing ide devices')).toBe(driver !== 'ata');
    expect(after).toContain(found);
    expect(after).toContain('init: services are up');
  });
});

describe('a disk in the middle of a command at the jump', () => {
  /** Seconds the next kernel probes the disk for, and what it says of it. */
  function probeAfter(command: number | null) {
    const machine = buildPathMachine(request('kexec', { lab: {} }));
    const { cpu, bus, clock } = machine;
    const { kernel: KERNEL, init: INIT } = IMAGES.symbols;
    const probe = { from: NaN, to: NaN };
    let hasJumped = false;
    cpu.watchExecution(KERNEL.machine_kexec, () => {
      hasJumped = true;
      if (command !== null) bus.writePort(0x1f7, 1, command);
    });
    cpu.watchExecution(KERNEL.probe_ata, () => {
      if (hasJumped) probe.from = clock.nowCycles;
    });
    cpu.watchExecution(KERNEL.probe_scsi, () => {
      if (hasJumped) probe.to = clock.nowCycles;
    });
    cpu.watchExecution(INIT.services_up, () => {
      if (hasJumped) machine.requestStop();
    });
    machine.powerOn();
    expect(machine.run({ limitCycles: 40e9, heartbeat: () => true })).toBe('stopped');
    const said = machine.serialText.split('Starting new kernel')[1];
    return { seconds: (probe.to - probe.from) / clock.cpuHz, said };
  }
  const READ_SECTORS = 0x20;

  it('has to be reset by the next kernel first, and answers 50 ms later', () => {
    const [idle, busy] = [probeAfter(null), probeAfter(READ_SECTORS)];
    expect(idle.said).not.toContain('in the middle of a command');
    expect(busy.said).toMatch(/hda: found in the middle of a command \(status [0-9a-f]{2}\), resetting/);
    expect(busy.said).toContain('init: services are up');
    // Looked for at ticks of 10 ms; the line that says so has 64 characters at most.
    const later = busy.seconds - idle.seconds;
    expect(later).toBeGreaterThan(0.05);
    expect(later).toBeLessThan(0.05 + 0.02 + (64 * 10) / 115_200);
  });
});

describe('behind a panic', () => {
  it('devices go on, but into the dead kernel’s memory', () => {
    const record = run('crash', { lab: {} });
    expect(record.warnings.filter((text) => text.startsWith('DMA'))).toEqual([]);
    expect(record.serialText).toContain('init: services are up');
  });
});

it('an unwanted order of copying is told page by page', () => {
  const lab: Partial<LabOptions> = { invariant: 'off', loadAt: 2 * MIB, scatter: 7 };
  const failure = failureOf({ ...INTO_FREE_MEMORY, lab });
  expect(failure.facts.warnings).toMatch(/^The page at [0-9a-f]+h was overwritten by the copy of another page before/);
});
