// bootlab completion: scripts for bash, zsh and fish, made from the commands themselves. Machines are named as they are now.
import type { Command, Option } from 'commander';
import { FIGURE_NAMES, OPTION_NAMES, REBOOT_PATHS } from '../lab/index';
import type { CommandContext } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command as completion sees it. */
interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  /** Words it takes; empty where it takes a file or a text. */
  readonly values: readonly string[];
  readonly takesValue: boolean;
}

export async function completionCommand(
  shell: Shell,
  program: Command,
  { terminal, host }: CommandContext,
): Promise<ExitCode> {
  const machines = await host.listMachines();
  const machineIds = machines.ok ? machines.value.map(({ id }) => id) : [];
  const commands = program.commands.map((command) => describeCommand(command, machineIds));
  terminal.print({ bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands));
  return EXIT.OK;
}

function describeCommand(command: Command, machineIds: readonly string[]): CompletedCommand {
  return {
    name: command.name(),
    description: command.description(),
    options: command.options.map((option) => ({
      flag: option.long ?? option.short ?? '',
      description: option.description,
      values: valuesOf(option, machineIds),
      takesValue: option.required || option.optional,
    })),
  };
}

function valuesOf({ long, argChoices }: Option, machineIds: readonly string[]): readonly string[] {
  switch (long) {
    case '--profile':
      return machineIds;
    case '--paths':
      return REBOOT_PATHS;
    case '--set':
      return FIGURE_NAMES.map((name) => `${name}=`);
    case '--option':
      return OPTION_NAMES.map((name) => `${name}=`);
    case '--param':
      return [...FIGURE_NAMES, ...OPTION_NAMES].map((name) => `${name}=`);
    default:
      return argChoices ?? [];
  }
}

/** Names ending in "=" go on with a value: no blank behind them. */
function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.flatMap(({ name, options }) => [
    ...options
      .filter(({ values }) => values.length > 0)
      .map(({ flag, values }) => `    ${name}\\ ${flag}) words='${values.join(' ')}' ;;`),
  ]);
  const optionCases = commands.map(
    ({ name, options }) => `    ${name}) words='${options.map(({ flag }) => flag).join(' ')}' ;;`,
  );
  return `# bash completion for bootlab
_bootlab() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=''
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  case "$command $previous" in
${cases.join('\n')}
  esac
  if [[ -z $words && $current == -* ]]; then
    case "$command" in
${optionCases.join('\n')}
    esac
  fi
  if [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _bootlab bootlab
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => text.replaceAll("'", '’').replace(/[[\]:\\]/g, '\\$&');
  const optionSpec = ({ flag, description, values, takesValue }: CompletedOption) => {
    const action = values.length > 0 ? `:value:(${values.join(' ')})` : takesValue ? ':value:_files' : '';
    return `      '*${flag}[${quoted(description)}]${action}'`;
  };
  const cases = commands.map(
    ({ name, options }) =>
      `    ${name})\n      _arguments \\\n${options.map((option) => `${optionSpec(option)} \\\n`).join('')}      '*:file:_files' ;;`,
  );
  return `#compdef bootlab
_bootlab() {
  local -a commands=(
${commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _bootlab bootlab
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c bootlab -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options.map(({ flag, description: text, values, takesValue }) => {
      const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c bootlab -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${value} -d ${quoted(text)}`;
    }),
  ]);
  return `# fish completion for bootlab\n${lines.join('\n')}\n`;
}
