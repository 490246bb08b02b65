// Machine profiles from files: those that come with Bootlab, and a person's own.
// A profile that leaves this file is well-formed and a machine can be built from it.
import { basename, join } from 'node:path';
import type { Result } from '../contract/api';
import type { MachineSummary } from '../contract/records';
import { derivedProfileSchema, machineProfileSchema } from '../contract/profile-schema';
import { checkProfile } from '../emulator/index';
import type { MachineProfile } from '../lab/index';
import { attempt, fail, succeed } from './failure';
import type { JsonDocument } from './json-document';
import { listJsonFiles, locateFailure, readJsonFile, shapeFailure } from './json-file';

/**
 * Reads one profile file. Failures name line and column.
 * @param profilesDir where the machines lie that the file may name as its base; null: it must stand alone
 */
export async function readProfileFile(
  file: string,
  profilesDir: string | null = null,
): Promise<Result<MachineProfile>> {
  const read = await readJsonFile(file);
  if (!read.ok) return read;
  const document = read.value;
  const whole = await completeProfile(file, document, profilesDir);
  if (!whole.ok) return whole;
  const parsed = machineProfileSchema.safeParse(whole.value);
  if (!parsed.success) return shapeFailure(file, document, parsed.error);
  const checked = attempt(() => checkProfile(parsed.data));
  if (checked.ok) return succeed(parsed.data);
  // The check's facts name the figure.
  const name = /^name: (.*)$/m.exec(checked.failure.details ?? '')?.[1] ?? '';
  return locateFailure(file, document, checked.failure, [...name.split('.'), 'value']);
}

/** What the file says, put over its base where it names one. `$schema` is for editors. */
async function completeProfile(
  file: string,
  document: JsonDocument,
  profilesDir: string | null,
): Promise<Result<unknown>> {
  if (!isRecord(document.value)) return succeed(document.value);
  const own = { ...document.value };
  delete own.$schema;
  if (!('base' in own)) return succeed(own);
  const parsed = derivedProfileSchema.safeParse(own);
  if (!parsed.success) return shapeFailure(file, document, parsed.error);
  const { base: baseId, ...changes } = parsed.data;
  if (profilesDir === null) return succeed(own);
  const base = await findShipped(baseId, profilesDir);
  if (base.ok) return succeed(mergeSections(base.value, changes));
  return locateFailure(file, document, base.failure, ['base']);
}

function mergeSections(base: MachineProfile, changes: Readonly<Record<string, unknown>>): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, change] of Object.entries(changes)) {
    const section = merged[name];
    merged[name] = isRecord(section) && isRecord(change) ? { ...section, ...change } : change;
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All profiles of a folder, newest machine first. One that is damaged fails the whole: it is part of Bootlab. */
export async function loadProfiles(profilesDir: string): Promise<Result<readonly MachineProfile[]>> {
  const names = await listJsonFiles(profilesDir);
  if (!names.ok) return names;
  const profiles: MachineProfile[] = [];
  for (const name of names.value) {
    const profile = await readProfileFile(join(profilesDir, name));
    if (!profile.ok) return profile;
    if (profile.value.id !== basename(name, '.json')) {
      return fail('HOST-PROFILE-SHAPE', `${name} has the id "${profile.value.id}".`, 'Name the file after its id.');
    }
    profiles.push(profile.value);
  }
  return succeed(profiles.sort((a, b) => b.year - a.year || (a.id < b.id ? -1 : 1)));
}

/**
 * A profile by the id of one that comes with Bootlab, or by the name of a file. What looks like a file name (a
 * slash, a backslash or ".json") is one.
 */
export function findProfile(idOrFile: string, profilesDir: string): Promise<Result<MachineProfile>> {
  const isFile = /[/\\]|\.json$/i.test(idOrFile);
  return isFile ? readProfileFile(idOrFile, profilesDir) : findShipped(idOrFile, profilesDir);
}

async function findShipped(id: string, profilesDir: string): Promise<Result<MachineProfile>> {
  const profiles = await loadProfiles(profilesDir);
  if (!profiles.ok) return profiles;
  const found = profiles.value.find((profile) => profile.id === id);
  if (found) return succeed(found);
  return fail(
    'HOST-PROFILE-UNKNOWN',
    `There is no machine "${id}".`,
    `Choose one of ${profiles.value.map((profile) => profile.id).join(', ')}, or give a file (./my-machine.json).`,
  );
}

/** A profile as lists show it. */
export function summarizeProfile(profile: MachineProfile): MachineSummary {
  const { id, name, year, description, caveats } = profile;
  return { id, name, year, description, caveats, profile };
}
