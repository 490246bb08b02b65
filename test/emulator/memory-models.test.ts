import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyBandwidth } from '../../src/emulator/copy-bandwidth';
import { MIB } from '../../src/emulator/memory';
import type { PhaseRecord } from '../../src/emulator/phases';
import { applyOverlay, figureNames } from '../../src/emulator/profile';
import type { MachineProfile } from '../../src/emulator/profile';
import { checkProfile } from '../../src/emulator/profile-checks';
import { runPath } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';

const shipped = (id: string) => JSON.parse(readFileSync(`resources/profiles/${id}.json`, 'utf8')) as MachineProfile;

/** Small memory, no drive that is waited for: what is compared is the boot itself. */
function jump(simulated: 0 | 1) {
  const profile = applyOverlay(shipped('486dx2-66'), {
    'cache.simulated': simulated,
    'memory.ramBytes': 8 * MIB,
    'firmware.memoryTest': 0,
    'loader.promptTenths': 0,
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

it('cost the same in every run', () => {
  const profile = applyOverlay(shipped('pentium-133'), { 'cache.simulated': 1, 'memory.ramBytes': 8 * MIB });
  expect(copyBandwidth(profile)).toEqual(copyBandwidth(profile));
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
