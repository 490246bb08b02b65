import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/contract/api';
import { FIGURE_LIMITS, figureNames } from '../../src/emulator/index';
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
    expect(profiles.ok && profiles.value.map(({ id }) => id)).toEqual([
      'dual-xeon-2003',
      'osdl-2002',
      'p3-1000-desktop',
      'pentium-133',
      '486dx2-66',
      '386dx-33',
    ]);
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
    const named = (id: string) => profiles.value.find((profile) => profile.id === id)!;
    const rates = {
      'p3-1000-desktop': [199, 213, 465],
      'osdl-2002': [199, 213, 465],
      'dual-xeon-2003': [741, 1221, 767],
    };
    for (const [id, [move, read, write]] of Object.entries(rates)) {
      const { memory } = named(id);
      expect(memory.streamMoveNsPerDword.value, id).toBeCloseTo(4000 / move, 1);
      expect(memory.streamReadNsPerDword.value, id).toBeCloseTo(4000 / read, 1);
      expect(memory.streamWriteNsPerDword.value, id).toBeCloseTo(4000 / write, 1);
    }
    // Clocks of a DRAM access per dword: read, write.
    const clocks = { '486dx2-66': [12, 12], '386dx-33': [6, 6], 'pentium-133': [6, 12] };
    for (const [id, [read, write]] of Object.entries(clocks)) {
      const { cpu, memory } = named(id);
      expect(memory.streamReadNsPerDword.value, id).toBeCloseTo((read * 1e9) / cpu.hz.value, 3);
      expect(memory.streamWriteNsPerDword.value, id).toBeCloseTo((write * 1e9) / cpu.hz.value, 3);
      expect(memory.streamMoveNsPerDword.value, id).toBeCloseTo(((read + write) * 1e9) / cpu.hz.value, 3);
    }
    for (const { id, hasPci, rom, ports, reset } of profiles.value) {
      expect(rom.busCycleNs.value, id).toBeCloseTo((rom.widthBits.value === 8 ? 6000 : 3000) / 8.333, 0);
      expect(ports.isa8Ns.value, id).toBeCloseTo(6000 / 8.333, 0);
      // Boards with PCI have INIT#; before, the keyboard controller pulsed the reset line.
      expect(reset.cpuInitHoldNs.value, id).toBe(hasPci ? 16 * 30 : 6000);
    }
  });

  it('have disks as large as their geometry', async () => {
    const profiles = await loadProfiles(SHIPPED);
    if (!profiles.ok) throw new Error(profiles.failure.message);
    for (const { id, disk, scsi } of profiles.value) {
      const cylinders = disk.sizeBytes.value / 512 / disk.heads.value / disk.sectorsPerTrack.value;
      expect(Number.isInteger(cylinders), id).toBe(true);
      if (!scsi) continue;
      const { diskSizeBytes, diskHeads, diskSectorsPerTrack } = scsi;
      expect(Number.isInteger(diskSizeBytes.value / 512 / diskHeads.value / diskSectorsPerTrack.value), id).toBe(true);
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

  it('is refused with line and column of what is wrong', async () => {
    const lines = JSON.stringify(desktop, null, 2).split('\n');
    const write = (text: string) => failureOf(text).then((failure) => failure?.message);
    const lineOf = (part: string, from = 0) => lines.findIndex((line, i) => i >= from && line.includes(part)) + 1;
    const ram = lineOf('"value"', lineOf('"ramBytes"'));
    const at = (line: number, change: (text: string) => string) =>
      lines.map((text, i) => (i === line - 1 ? change(text) : text)).join('\n');
    // No machine can be built.
    expect(await write(at(ram, () => '      "value": 7,'))).toMatch(`own.json:${ram}:16 memory.ramBytes`);
    // A wrong kind.
    expect(await write(at(ram, () => '      "value": "7",'))).toMatch(`own.json:${ram}:16 memory.ramBytes.value: `);
    // A misspelt name.
    const rpm = lineOf('"rpm"');
    const message = await write(at(rpm, (text) => text.replace('rpm', 'rmp')));
    expect(message).toMatch(`own.json:${rpm}:5 disk: Unrecognized key: "rmp"`);
    expect(message).toMatch(`own.json:${lineOf('"disk"')}:3 disk.rpm: `);
    // No JSON.
    expect(await write(at(rpm, (text) => text.replace(':', '')))).toMatch(`own.json:${rpm}:11 is no JSON`);
    // What must go together.
    expect(await write(at(lineOf('"hasPci"'), () => '  "hasPci": false,'))).toMatch(
      `own.json:${lineOf('"network"')}:3 network of the machine profile`,
    );
  });

  it('is refused when a name is there twice, for one of the two would be lost', async () => {
    const text = JSON.stringify(desktop, null, 2).replace('"year"', '"year": 1999,\n  "year"');
    expect((await failureOf(text))?.message).toMatch(/own\.json:5:3 .*"year" is there twice/);
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

describe('a profile that names its base', () => {
  const ram = (value: number) => ({ value, evidence: 'model', source: 'what mine has' });

  async function readDerived(content: unknown) {
    const file = join(folder, 'mine.json');
    await writeFile(file, JSON.stringify(content, null, 2));
    return findProfile(file, SHIPPED);
  }

  it('has the base’s figures but for those it names', async () => {
    const base = await findProfile('486dx2-66', SHIPPED);
    const derived = await readDerived({
      $schema: '../resources/schemas/machine-profile.schema.json',
      base: '486dx2-66',
      id: 'mine',
      name: 'My 486',
      memory: { ramBytes: ram(16 * 2 ** 20) },
    });
    if (!base.ok || !derived.ok) throw new Error('both must be there');
    const memory = { ...base.value.memory, ramBytes: ram(16 * 2 ** 20) };
    expect(derived.value).toEqual({ ...base.value, id: 'mine', name: 'My 486', memory });
  });

  it('may bring a section the base leaves out, and leave out one it has', async () => {
    const [desktopProfile, osdl] = [
      await findProfile('p3-1000-desktop', SHIPPED),
      await findProfile('osdl-2002', SHIPPED),
    ];
    if (!desktopProfile.ok || !osdl.ok) throw new Error('both must be there');
    const changes = { base: 'p3-1000-desktop', id: 'mine', name: 'Mine', network: null, scsi: osdl.value.scsi };
    expect(await readDerived(changes)).toMatchObject({ ok: true, value: { network: null, scsi: osdl.value.scsi } });
  });

  it.each([
    ['an unknown base', { base: 'p4', id: 'mine', name: 'Mine' }, /mine\.json:2:11 There is no machine "p4"/],
    ['no name of its own', { base: '486dx2-66', id: 'mine' }, /name: /],
    [
      'a figure that there is not',
      { base: '486dx2-66', id: 'mine', name: 'Mine', disk: { rmp: ram(1) } },
      /mine\.json:6:5 disk: .*"rmp"/,
    ],
    [
      'a figure no machine can be built with',
      { base: '486dx2-66', id: 'mine', name: 'Mine', memory: { ramBytes: ram(7) } },
      /mine\.json:7:16 memory\.ramBytes/,
    ],
    [
      'half a section that the base has not',
      { base: '486dx2-66', id: 'mine', name: 'Mine', scsi: { diskIdBits: ram(1) } },
      /mine\.json:5:3 scsi\.diagnosticNs: /,
    ],
  ])('is refused with %s', async (_, content, message) => {
    const result = await readDerived(content);
    expect(result.ok).toBe(false);
    expect((result as { failure: Failure }).failure.message).toMatch(message);
  });
});

describe('limits', () => {
  it('are there for every figure of every machine, and for no other', async () => {
    const profiles = await loadProfiles(SHIPPED);
    if (!profiles.ok) throw new Error(profiles.failure.message);
    const names = new Set(profiles.value.flatMap(figureNames));
    expect([...names].filter((name) => !(name in FIGURE_LIMITS))).toEqual([]);
    expect(Object.keys(FIGURE_LIMITS).filter((name) => !names.has(name))).toEqual([]);
  });
});
