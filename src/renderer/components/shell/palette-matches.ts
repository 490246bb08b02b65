// Which commands a few typed letters mean.
import type { Command } from '../../../contract/commands';

/** Commands whose words begin with, or else contain, every typed word; those that begin so come first. */
export function matchingCommands(commands: readonly Command[], typed: string): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const beginsAWord = ({ label }: Command) => {
    const words = label.toLowerCase().split(/\s+/);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  const contains = ({ label }: Command) => wanted.every((part) => label.toLowerCase().includes(part));
  const first = commands.filter(beginsAWord);
  return [...first, ...commands.filter((command) => contains(command) && !first.includes(command))];
}
