// Which commands a few typed letters mean.
import type { Command } from '../../../contract/commands';

/** What a command is called where its menu is not to be seen. */
export function commandTitle({ label, menu }: Command): string {
  return menu === 'theme' ? `Theme: ${label}` : label;
}

/** Commands whose words begin with, or else contain, every typed word; those that begin so come first. */
export function matchingCommands(commands: readonly Command[], typed: string): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const beginsAWord = (command: Command) => {
    const words = commandTitle(command).toLowerCase().split(/\s+/);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  const contains = (command: Command) => wanted.every((part) => commandTitle(command).toLowerCase().includes(part));
  const first = commands.filter(beginsAWord);
  return [...first, ...commands.filter((command) => contains(command) && !first.includes(command))];
}
