// What two entries of the history have in common and what not: settings, configurations, engine.
import type { Experiment } from '../../lab/experiment/experiment';
import type { HistoryEntry } from './run-store';

/** A setting that is not the same in both; null: there is none of that name. */
export interface SettingDifference {
  /** As in the experiment's file: "seed", "overlay.memory.ramBytes", "parameters[0].values". */
  readonly name: string;
  readonly first: string | null;
  readonly second: string | null;
}

export interface EntryComparison {
  /** The same configurations in the same order: what differs in the results is the engine's. */
  readonly isSameConfiguration: boolean;
  readonly isSameEngine: boolean;
  readonly differences: readonly SettingDifference[];
}

/** What names an experiment and changes nothing. */
const DESCRIPTIVE_KEYS: ReadonlySet<string> = new Set(['format', 'version', 'id', 'name', 'notes']);

/** Compares two entries with the experiments they are of. */
export function compareEntries(
  first: { readonly entry: HistoryEntry; readonly experiment: Experiment },
  second: { readonly entry: HistoryEntry; readonly experiment: Experiment },
): EntryComparison {
  const [firstSettings, secondSettings] = [settingsOf(first.experiment), settingsOf(second.experiment)];
  const names = [...new Set([...firstSettings.keys(), ...secondSettings.keys()])];
  return {
    isSameConfiguration: first.entry.planHash === second.entry.planHash,
    isSameEngine: first.entry.engineBuild === second.entry.engineBuild,
    differences: names
      .map((name) => ({ name, first: firstSettings.get(name) ?? null, second: secondSettings.get(name) ?? null }))
      .filter((setting) => setting.first !== setting.second),
  };
}

/** All settings by their place in the file; lists of plain values are one. */
function settingsOf(experiment: Experiment): Map<string, string> {
  const settings = new Map<string, string>();
  const visit = (value: unknown, name: string) => {
    if (typeof value !== 'object' || value === null) {
      settings.set(name, String(value));
    } else if (!Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) visit(member, `${name}.${key}`);
    } else if (value.every((member) => typeof member !== 'object')) {
      settings.set(name, value.join(', '));
    } else {
      value.forEach((member, i) => visit(member, `${name}[${i}]`));
    }
  };
  for (const [key, value] of Object.entries(experiment)) if (!DESCRIPTIVE_KEYS.has(key)) visit(value, key);
  return settings;
}
