// bootlab validate: every machine beside what was published of its class. Fails where a difference has no reason.
import { writeFileSync } from 'node:fs';
import { validateMachines } from '../host/validate-machines';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { outputFailure } from './machine-outputs';

export async function validateCommand(
  { out }: { readonly out?: string },
  { terminal, host }: CommandContext,
): Promise<ExitCode> {
  const result = await validateMachines(host, terminal.cancel, (name) => terminal.tell(`${name} ...\n`));
  if (!result.ok) return reportFailure(result.failure, terminal);
  const { report, openCount } = result.value;
  if (out === undefined) {
    terminal.print(`${report}\n`);
  } else {
    try {
      writeFileSync(out, `${report}\n`);
    } catch (error) {
      return reportFailure(outputFailure(out, error), terminal);
    }
  }
  if (openCount === 0) return EXIT.OK;
  return reportFailure(
    {
      code: 'LAB-VALIDATION',
      message: `${openCount} figures lie outside what was published, and nobody has said why.`,
      nextStep: 'Look for "open" in the report.',
    },
    terminal,
  );
}
