// bootlab machines: which machines there are, and every figure of them with --json.
import { formatClock } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { alignColumns } from './text-table';

export async function machinesCommand(
  options: { readonly json?: boolean },
  { terminal, host }: CommandContext,
): Promise<ExitCode> {
  const machines = await host.listMachines();
  if (!machines.ok) return reportFailure(machines.failure, terminal);
  const figures = await host.listFigureMachines();
  if (!figures.ok) return reportFailure(figures.failure, terminal);
  if (options.json) {
    terminal.print(`${JSON.stringify([...machines.value, ...figures.value], null, 2)}\n`);
    return EXIT.OK;
  }
  const rows = machines.value.map(({ id, name, year, profile }) => [
    id,
    name,
    String(year),
    formatClock(profile.cpu.hz.value),
    `${profile.memory.ramBytes.value / 2 ** 20} MiB`,
  ]);
  for (const { id, name, year } of figures.value) rows.push([id, name, String(year), '-', '-']);
  const heads = ['id', 'name', 'year', 'clock', 'memory'];
  terminal.print(alignColumns([heads, ...rows], ['left', 'left', 'right', 'right', 'right']));
  return EXIT.OK;
}
