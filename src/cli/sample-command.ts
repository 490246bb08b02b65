// bootlab sample: a first look without a window. Two machines, warm reboot against kexec, results in files.
import type { Comparison } from '../contract/api';
import { SAMPLE_PROFILE_IDS } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure, runComparison } from './compare-command';
import { comparisonText } from './comparison-text';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';

/** Where the sample writes, in the folder it is called in. */
export const SAMPLE_FOLDER = 'bootlab-results';

const SAMPLE_SEED = 1;

const WHAT_NEXT = `
To get the window, start Bootlab ("npm start") where there is a display: a desktop session, or DISPLAY set.
More in the terminal: "bootlab compare --help".
`;

export async function sampleCommand(context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const comparisons: Comparison[] = [];
  for (const profileId of SAMPLE_PROFILE_IDS) {
    const machine = await host.findMachine(profileId);
    if (!machine.ok) return reportFailure(machine.failure, terminal);
    const request = { profileId, paths: ['warm', 'kexec'], seed: SAMPLE_SEED, overlay: {} } as const;
    const comparison = await runComparison(request, machine.value, false, context);
    if (!comparison.ok) return reportFailure(comparison.failure, terminal);
    terminal.print(`${comparisons.length > 0 ? '\n' : ''}${comparisonText(comparison.value, machine.value)}`);
    comparisons.push(comparison.value);
  }

  const saved = await host.saveCsvOfMany(comparisons, SAMPLE_FOLDER);
  if (!saved.ok) return reportFailure(saved.failure, terminal);
  terminal.print(`\nWritten: ${saved.value.paths.join(', ')}\n${WHAT_NEXT}`);
  return EXIT.OK;
}
