// Machine profiles from files: those that come with Bootlab, and a person's own.
// A profile that leaves this file is well-formed and a machine can be built from it.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Result } from '../contract/api';
import type { MachineSummary } from '../contract/records';
import { machineProfileSchema } from '../contract/profile-schema';
import { describeIssues } from '../contract/schemas';
import { checkProfile } from '../emulator/index';
import type { MachineProfile } from '../lab/index';
import { attempt, describeFileError, fail, succeed } from './failure';
import { sizeBeforeReading } from './size-before-reading';

/** Far above any profile: a larger file is something else. */
const MAX_PROFILE_BYTES = 1024 * 1024;

/** Reads one profile file. Failures name the place in the file. */
export async function readProfileFile(file: string): Promise<Result<MachineProfile>> {
  const text = await readSmallTextFile(file);
  if (!text.ok) return text;
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch (error) {
    return fail('HOST-PROFILE-FILE', `${file} is no JSON: ${(error as Error).message}.`, 'Correct the file.');
  }
  const parsed = machineProfileSchema.safeParse(json);
  if (!parsed.success) {
    return fail(
      'HOST-PROFILE-SHAPE',
      `${file} is no machine profile:\n${describeIssues(parsed.error)}`,
      'Correct the file; every figure needs a value, an evidence tag (S, D, K or model) and a source.',
    );
  }
  return attempt(() => {
    checkProfile(parsed.data);
    return parsed.data;
  });
}

async function readSmallTextFile(file: string): Promise<Result<string>> {
  try {
    const sizeBytes = await sizeBeforeReading(file);
    if (sizeBytes > MAX_PROFILE_BYTES) {
      return fail(
        'HOST-PROFILE-FILE',
        `${file} has ${sizeBytes} bytes: no machine profile is so large.`,
        'Choose another.',
      );
    }
    return succeed(stripByteOrderMark(await readFile(file, 'utf8')));
  } catch (error) {
    return fail(
      'HOST-PROFILE-FILE',
      `The machine profile ${file} cannot be read: ${describeFileError(error)}.`,
      'Check the name of the file.',
    );
  }
}

function stripByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** All profiles of a folder, newest machine first. One that is damaged fails the whole: it is part of Bootlab. */
export async function loadProfiles(profilesDir: string): Promise<Result<readonly MachineProfile[]>> {
  let names: string[];
  try {
    names = (await readdir(profilesDir)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    return fail(
      'HOST-PROFILE-FILE',
      `The folder of machine profiles, ${profilesDir}, cannot be read: ${describeFileError(error)}.`,
      'Install Bootlab again.',
    );
  }
  const profiles: MachineProfile[] = [];
  for (const name of names.sort()) {
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
export async function findProfile(idOrFile: string, profilesDir: string): Promise<Result<MachineProfile>> {
  if (/[/\\]|\.json$/i.test(idOrFile)) return readProfileFile(idOrFile);
  const profiles = await loadProfiles(profilesDir);
  if (!profiles.ok) return profiles;
  const found = profiles.value.find(({ id }) => id === idOrFile);
  if (found) return succeed(found);
  return fail(
    'HOST-PROFILE-UNKNOWN',
    `There is no machine "${idOrFile}".`,
    `Choose one of ${profiles.value.map(({ id }) => id).join(', ')}, or give a file (./my-machine.json).`,
  );
}

/** A profile as lists show it. */
export function summarizeProfile(profile: MachineProfile): MachineSummary {
  const { id, name, year, description, caveats } = profile;
  return { id, name, year, description, caveats, profile };
}
