import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/contract/api';
import { figureNames } from '../../src/emulator/index';
import { findProfile, loadProfiles, readProfileFile } from '../../src/host/profiles';
import type { Figure, MachineProfile } from '../../src/lab/index';

const SHIPPED = resolve('resources/profiles');

let folder: string;
let desktop: Record<string, Record<string, unknown>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-profiles-'));
  desktop = JSON.parse(await readFile(join(SHIPPED, 'p3-1000-desktop.json'), 'utf8'));
});

/** Writes a profile of one's own and reads it back; the failure, if any. */
async function failureOf(content: unknown): Promise<Failure | null> {
  const file = join(folder, 'own.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  const result = await readProfileFile(file);
  return result.ok ? null : result.failure;
}

function figureAt(profile: MachineProfile, name: string): Figure {
  const [section, figure] = name.split('.');
  return (profile as unknown as Record<string, Record<string, Figure>>)[section][figure];
}

describe('the machines that come with Bootlab', () => {
  it('can all be built, newest first', async () => {
    const profiles = await loadProfiles(SHIPPED);
    expect(profiles.ok && profiles.value.map(({ id }) => id)).toEqual(['p3-1000-desktop', '486dx2-66']);
  });

  it('name the document, the sum or the reason behind every figure', async () => {
    const profiles = await loadProfiles(SHIPPED);
    if (!profiles.ok) throw new Error(profiles.failure.message);
    for (const profile of profiles.value) {
      for (const name of figureNames(profile)) {
        const { evidence, source } = figureAt(profile, name);
        expect(source.length, name).toBeGreaterThan(15);
        // Documents of this project are none of the reader's.
        expect(source, name).not.toMatch(/facts\.md/);
        if (evidence === 'D') expect(source, name).toMatch(/[0-9=x/]/);
        if (evidence === 'model') expect(source, name).toMatch(/chosen here|common|about/i);
      }
    }
  });

  it('have derived figures that are what their sums say', async () => {
    const profiles = await loadProfiles(SHIPPED);
    if (!profiles.ok) throw new Error(profiles.failure.message);
    const [p3, dx2] = profiles.value;
    expect(p3.memory.streamMoveNsPerDword.value).toBeCloseTo(4000 / 199, 1);
    expect(p3.memory.streamReadNsPerDword.value).toBeCloseTo(4000 / 213, 1);
    expect(p3.memory.streamWriteNsPerDword.value).toBeCloseTo(4000 / 465, 1);
    expect(dx2.memory.streamReadNsPerDword.value).toBeCloseTo(12e9 / dx2.cpu.hz.value, 3);
    expect(dx2.memory.streamMoveNsPerDword.value).toBeCloseTo(24e9 / dx2.cpu.hz.value, 3);
    for (const { rom, ports, reset } of profiles.value) {
      expect(rom.busCycleNs.value).toBeCloseTo(6000 / 8.333, 0);
      expect(ports.isa8Ns.value).toBeCloseTo(6000 / 8.333, 0);
      expect(reset.cpuInitHoldNs.value).toBe(16 * 30);
    }
  });

  it('say what stands in for what', async () => {
    const profile = await findProfile('p3-1000-desktop', SHIPPED);
    expect(profile.ok && profile.value.caveats.join(' ')).toContain('micro-ops');
  });
});

describe('finding a machine', () => {
  it('takes an id', async () => {
    expect(await findProfile('486dx2-66', SHIPPED)).toMatchObject({ ok: true, value: { year: 1994 } });
  });

  it('takes a file by its name', async () => {
    const file = join(folder, 'mine.json');
    await writeFile(file, JSON.stringify({ ...desktop, id: 'mine' }));
    expect(await findProfile(file, SHIPPED)).toMatchObject({ ok: true, value: { id: 'mine' } });
  });

  it.each(['p4', '', '__proto__', 'P3-1000-DESKTOP'])(
    'refuses the unknown id "%s" and lists those there are',
    async (id) => {
      const result = await findProfile(id, SHIPPED);
      expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-PROFILE-UNKNOWN' } });
      expect((result as { failure: Failure }).failure.nextStep).toContain('486dx2-66');
    },
  );

  it.each(['../profiles/nothing.json', './nothing', 'nothing.json'])(
    'says that the file %s is not there',
    async (file) => {
      expect(await findProfile(file, SHIPPED)).toMatchObject({ ok: false, failure: { code: 'HOST-PROFILE-FILE' } });
    },
  );

  it('says that the folder of profiles is not there', async () => {
    expect(await loadProfiles(join(folder, 'none'))).toMatchObject({ failure: { code: 'HOST-PROFILE-FILE' } });
  });
});

describe('a profile of one’s own', () => {
  it('is taken when nothing is wrong with it, with or without a byte order mark', async () => {
    expect(await failureOf(desktop)).toBeNull();
    expect(await failureOf(`\uFEFF${JSON.stringify(desktop)}`)).toBeNull();
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"id": "x",}'])('is refused when it is %s', async (text) => {
    const failure = await failureOf(text);
    expect(failure?.code).toMatch(/^HOST-PROFILE-(FILE|SHAPE)$/);
    expect(failure?.message).toContain('own.json');
  });

  it('is refused with the place of a missing figure', async () => {
    delete desktop.disk.rpm;
    expect(await failureOf(desktop)).toMatchObject({
      code: 'HOST-PROFILE-SHAPE',
      message: expect.stringContaining('disk.rpm: '),
    });
  });

  it('is refused with the place of a misspelt figure', async () => {
    desktop.rom.widhtBits = desktop.rom.widthBits;
    expect((await failureOf(desktop))?.message).toMatch(/rom: .*widhtBits/);
  });

  it.each([
    ['a bare number', 720],
    ['no source', { value: 720, evidence: 'S' }],
    ['an empty source', { value: 720, evidence: 'S', source: '  ' }],
    ['an unknown tag', { value: 720, evidence: 'X', source: 'a book' }],
    ['a number in quotes', { value: '720', evidence: 'S', source: 'a book' }],
    ['no number', { value: null, evidence: 'S', source: 'a book' }],
  ])('is refused when a figure has %s', async (_, figure) => {
    desktop.ports.isa8Ns = figure;
    const failure = await failureOf(desktop);
    expect(failure?.code).toBe('HOST-PROFILE-SHAPE');
    expect(failure?.message).toContain('ports.isa8Ns');
  });

  it('is refused when no machine can be built from it, naming the figure and its limits', async () => {
    desktop.memory.ramBytes = { value: 1_000_000, evidence: 'model', source: 'a wish' };
    expect(await failureOf(desktop)).toMatchObject({
      code: 'EMU-PROFILE',
      message: expect.stringContaining('memory.ramBytes'),
    });
  });

  it('is refused when its id could be a path', async () => {
    expect((await failureOf({ ...desktop, id: '../evil' }))?.message).toContain('id: ');
  });

  it('is refused unread when it is far too large', async () => {
    const failure = await failureOf(`{"x":"${'y'.repeat(2 * 1024 * 1024)}"}`);
    expect(failure?.code).toBe('HOST-PROFILE-FILE');
  });

  it('is refused when it is a folder', async () => {
    expect(await readProfileFile(folder)).toMatchObject({ failure: { code: 'HOST-PROFILE-FILE' } });
  });
});
