import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyBandwidth } from '../../src/emulator/copy-bandwidth';
import { readCounters } from '../../src/emulator/counters';
import { setSegment } from '../../src/emulator/cpu/protection/segments';
import { CR0, CR0_ET, CS, EIP } from '../../src/emulator/cpu/state';
import { createMachine } from '../../src/emulator/machine';
import { MIB } from '../../src/emulator/memory';
import type { PhaseRecord } from '../../src/emulator/phases';
import { applyOverlay, figureNames } from '../../src/emulator/profile';
import type { MachineProfile } from '../../src/emulator/profile';
import { checkProfile } from '../../src/emulator/profile-checks';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import { restoreMachine, saveMachine } from '../../src/emulator/snapshot';
import { drawStartingConditions } from '../../src/emulator/variation';
import { readGuestImages } from '../support/guest-images';

const shipped = (id: string) => JSON.parse(readFileSync(`resources/profiles/${id}.json`, 'utf8')) as MachineProfile;

/** Small memory, no drive that is waited for: what is compared is the boot itself. */
function jump(simulated: 0 | 1) {
  const profile = applyOverlay(shipped('486dx2-66'), {
    'cache.simulated': simulated,
    'memory.ramBytes': 8 * MIB,
    'firmware.memoryTest': 0,
    'loader.promptTenths': 0,
    'services.reads': 0,
    'services.stopReads': 0,
  });
  const images = readGuestImages();
  return runPath({ profile, path: 'kexec', seed: 1, variations: [], images, limitCycles: 1e11 });
}

const leaves = (phase: PhaseRecord): string[] =>
  phase.children.length === 0 ? [phase.id] : phase.children.flatMap(leaves);

/** Console text without the times and rates that software measures itself. */
const said = (text: string) => text.replace(/\d+/g, '#');

describe('the lab kernel under both memory models', () => {
  it('goes through the same phases, says the same and copies the same; with caches, at another cost', () => {
    const [flat, cache] = [jump(0), jump(1)];
    expect([flat.memoryModel, cache.memoryModel]).toEqual(['flat', 'cache']);
    expect(leaves(cache.root)).toEqual(leaves(flat.root));
    expect(said(cache.serialText)).toBe(said(flat.serialText));
    expect(cache.pagesCopied).toBe(flat.pagesCopied);
    expect(cache.postCodes).toEqual(flat.postCodes);
    // Ticks of the timer come at other instructions; nothing else differs.
    const instructions = [flat, cache].map(({ root }) => root.costs.instructions);
    expect(Math.abs(instructions[1] / instructions[0] - 1)).toBeLessThan(0.001);
    expect(cache.root.costs.memoryCycles).toBeGreaterThan(flat.root.costs.memoryCycles);
  }, 120_000);
});

/** What a machine held and had counted at three places of its first boot, under one memory model. */
function bootWatched(id: string, simulated: 0 | 1) {
  const profile = applyOverlay(shipped(id), {
    'cache.simulated': simulated,
    'memory.ramBytes': 8 * MIB,
    'firmware.memoryTest': 0,
    'loader.promptTenths': 0,
    'services.reads': 0,
  });
  const images = readGuestImages();
  const kernel = { ...profile.kernel, commandLine: 'console=ttyS0,115200 reboot=k' };
  const request = { profile: { ...profile, kernel }, path: 'cold', seed: 1, variations: [], images } as const;
  const machine = buildPathMachine({ ...request, limitCycles: 1e11 });
  const { memory } = machine;
  const look = () => ({
    counters: readCounters(memory),
    low: memory.u8.slice(memory.ramOffset, memory.ramOffset + 0xa_0000),
    high: memory.u8.slice(memory.ramOffset + MIB, memory.ramOffset + 8 * MIB),
  });
  const looks: ReturnType<typeof look>[] = [];
  const lookOnce = (at: number) => () => {
    if (looks.length === at) looks.push(look());
  };
  machine.cpu.watchExecution(MIB, lookOnce(0));
  machine.cpu.watchExecution(images.symbols.kernel.start_kernel, lookOnce(1));
  machine.cpu.watchExecution(images.symbols.init.services_up, () => {
    lookOnce(2)();
    machine.requestStop();
  });
  machine.powerOn();
  expect(machine.run({ limitCycles: 1e11, heartbeat: () => true })).toBe('stopped');
  const [unpacking, kernelStarts, servicesUp] = looks;
  return { unpacking, kernelStarts, servicesUp, text: machine.serialText };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Pages of 4096 bytes that differ. */
function pagesApart(one: Uint8Array, other: Uint8Array): number {
  const page = (bytes: Uint8Array, at: number) => bytes.subarray(at * 4096, (at + 1) * 4096);
  const count = one.length / 4096;
  return Array.from({ length: count }, (_, at) => Buffer.compare(page(one, at), page(other, at))).filter(Boolean)
    .length;
}

describe.each(['486dx2-66', 'pentium-133'])('a first boot of %s under both memory models', (id) => {
  const [flat, cache] = [bootWatched(id, 0), bootWatched(id, 1)];

  it('unpacks the kernel in the same instructions to the same bytes, at another cost', () => {
    // Interrupts are off from the entry of the file to start_kernel: nothing in it depends on time.
    const [inFlat, inCache] = [flat, cache].map(({ unpacking, kernelStarts }) => ({
      instructions: kernelStarts.counters.instructions - unpacking.counters.instructions,
      cycles: kernelStarts.counters.cycles - unpacking.counters.cycles,
    }));
    expect(inFlat.instructions).toBeGreaterThan(10e6);
    expect(inCache.instructions).toBe(inFlat.instructions);
    expect(inCache.cycles).toBeGreaterThan(inFlat.cycles);
    expect(sha256(cache.kernelStarts.high)).toBe(sha256(flat.kernelStarts.high));
  });

  it('ends with the same memory but for what counts ticks, and has said the same', () => {
    const { low, high } = flat.servicesUp;
    // BIOS data area (its clock), stacks of loader and kernel, variables of the kernel: a handful of 2,048 pages.
    expect(pagesApart(low, cache.servicesUp.low) + pagesApart(high, cache.servicesUp.high)).toBeLessThanOrEqual(12);
    expect(said(cache.text)).toBe(said(flat.text));
  });
});

it('cost the same in every run', () => {
  const profile = applyOverlay(shipped('pentium-133'), { 'cache.simulated': 1, 'memory.ramBytes': 8 * MIB });
  expect(copyBandwidth(profile)).toEqual(copyBandwidth(profile));
});

it('tags and the state of the bus are part of a snapshot', () => {
  const profile = applyOverlay(shipped('pentium-133'), { 'cache.simulated': 1, 'memory.ramBytes': 8 * MIB });
  const make = () => {
    const roms = { bios: new Uint8Array(64 * 1024), video: null };
    const machine = createMachine({ profile, roms, drives: { hda: null }, start: drawStartingConditions(0, []) });
    machine.powerOn();
    return machine;
  };
  const machine = make();
  const { memory } = machine;
  // 1000h: MOV SI,0; LODSW, ADD [DI],AX, ADD DI,62 and DEC CX, JNZ over and over; HLT.
  memory.u8.set([0xbe, 0, 0, 0xad, 0x01, 0x05, 0x83, 0xc7, 62, 0x49, 0x75, 0xf7, 0xf4], memory.ramOffset + 0x1000);
  const { i32 } = machine.cpu;
  i32[CR0] = CR0_ET;
  setSegment(machine.cpu, CS, 0, 0, 0xffff, 0x9b);
  i32[EIP] = 0x1000;
  const bounds = { limitCycles: Infinity, heartbeat: () => true };
  for (let i = 0; i < 500; i++) machine.run({ ...bounds, isSingleStep: true });
  const snapshot = saveMachine(machine);
  const copy = make();
  restoreMachine(copy, snapshot);
  for (const one of [machine, copy]) expect(one.run(bounds)).toBe('stuck');
  expect(readCounters(copy.memory)).toEqual(readCounters(memory));
  // Without the tags every line would have to be read again.
  const cold = make();
  restoreMachine(cold, snapshot);
  cold.cpu.caches?.invalidate();
  cold.run(bounds);
  expect(readCounters(cold.memory).memoryCycles).toBeGreaterThan(readCounters(memory).memoryCycles);
});

describe('the section cache', () => {
  const refusal = (overlay: Record<string, number>) => () => checkProfile(applyOverlay(shipped('386dx-33'), overlay));

  it('is in every machine that comes with Bootlab, and off', () => {
    for (const id of ['386dx-33', '486dx2-66', 'pentium-133', 'p3-1000-desktop', 'osdl-2002', 'dual-xeon-2003']) {
      const profile = shipped(id);
      expect(figureNames(profile).filter((name) => name.startsWith('cache.'))).toHaveLength(23);
      expect(profile.cache?.simulated.value, id).toBe(0);
      expect(() => checkProfile(profile)).not.toThrow();
    }
  });

  it('must describe caches that can be built', () => {
    expect(refusal({ 'cache.dataBytes': 48 * 1024 })).toThrow(/power of two/);
    expect(refusal({ 'cache.dataBytes': 1024, 'cache.lineBytes': 128, 'cache.ways': 16 })).toThrow(
      /more than there are/,
    );
    expect(refusal({ 'cache.l2Bytes': 2 * MIB })).toThrow(/lines of all caches/);
    expect(refusal({ 'cache.simulated': 2 })).toThrow(/between 0 and 1/);
  });
});
