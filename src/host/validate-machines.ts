// Runs every machine on every path and sets the records beside what was published.
import type { Result } from '../contract/api';
import type { PathRecord } from '../emulator/index';
import { copyBandwidth } from '../emulator/index';
import type { MachineProfile, RebootPath } from '../lab/index';
import { checkMachines, ENGINE_VERSION, validationReport } from '../lab/index';
import type { MachineRuns } from '../lab/index';
import { attempt, succeed } from './failure';
import type { LabHost } from './lab-host';

/** The report and how many figures are outside their published range without a reason. */
export interface Validation {
  readonly report: string;
  readonly openCount: number;
}

const PATHS: readonly RebootPath[] = ['cold', 'warm', 'kexec'];

/** @param onMachine told before each machine runs */
export async function validateMachines(
  host: LabHost,
  signal: AbortSignal,
  onMachine: (name: string) => void,
): Promise<Result<Validation>> {
  const list = await host.listMachines();
  if (!list.ok) return list;
  const machines: MachineRuns[] = [];
  for (const { profile } of list.value) {
    onMachine(profile.name);
    const machine = await runMachine(host, profile, signal);
    if (!machine.ok) return machine;
    machines.push(machine.value);
  }
  return succeed({
    report: validationReport(machines, ENGINE_VERSION),
    openCount: checkMachines(machines).filter(({ verdict }) => verdict === 'open').length,
  });
}

async function runMachine(host: LabHost, profile: MachineProfile, signal: AbortSignal): Promise<Result<MachineRuns>> {
  const request = { profileId: profile.id, paths: PATHS, seed: 1, overlay: {}, variations: [] };
  const comparison = await host.compare(request, { signal }, profile);
  if (!comparison.ok) return comparison;
  const [cold, warm, kexec] = comparison.value.records as readonly PathRecord[];
  const copy = attempt(() => copyBandwidth(profile));
  if (!copy.ok) return copy;
  return succeed({ profile, cold, warm, kexec, copy: copy.value });
}
