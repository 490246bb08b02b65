// The report that `npm run validate` writes, made in this process: all shipped machines or some, as the command runs them.
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { copyBandwidth } from '../../src/emulator/index';
import { runPath } from '../../src/emulator/run-path';
import { loadProfiles } from '../../src/host/profiles';
import type { MachineProfile, MachineRuns, RebootPath } from '../../src/lab/index';
import { ENGINE_VERSION, validationReport } from '../../src/lab/index';
import { readGuestImages } from './guest-images';

/** Where the report is kept. */
export const VALIDATION_DOCUMENT = 'docs/validation.md';

/** All shipped machines, in the order of the report. */
export async function shippedMachines(): Promise<readonly MachineProfile[]> {
  const profiles = await loadProfiles(resolve('resources/profiles'));
  if (!profiles.ok) throw new Error(profiles.failure.message);
  return profiles.value;
}

/** Runs a machine on the three paths of the report. */
function runMachine(profile: MachineProfile): MachineRuns {
  const images = readGuestImages();
  const run = (path: RebootPath) => runPath({ profile, path, seed: 1, variations: [], images, limitCycles: 1e12 });
  return { profile, cold: run('cold'), warm: run('warm'), kexec: run('kexec'), copy: copyBandwidth(profile) };
}

/** The report on `machines` as the file has it. */
export async function writtenReport(machines: readonly MachineProfile[]): Promise<string> {
  const report = `${validationReport(machines.map(runMachine), ENGINE_VERSION)}\n`;
  return format(report, { ...(await resolveConfig(VALIDATION_DOCUMENT)), parser: 'markdown' });
}
