// The charts of the result on screen as a PNG, from whichever view it is asked.
import { useComparison } from './stores/comparison';
import { useMachines } from './stores/machines';
import { useSettings } from './stores/settings';

/** Paints the picture and asks where it goes; nothing without a result. */
export async function exportPicture(): Promise<void> {
  const comparison = useComparison();
  const { result } = comparison;
  if (!result || result.records.length === 0) return;
  const machine = useMachines().find(result.request.profileId);
  const [{ seed, engineVersion }] = result.records;
  const { paintPicture } = await import('./components/charts/paint-picture');
  const notes = [
    `${machine?.name ?? result.request.profileId} · seed ${seed} · configuration ${result.configHash} · engine ${engineVersion}`,
    ...(machine?.caveats ?? []),
  ];
  await comparison.exportPng(await paintPicture(result, useSettings().unit, notes));
}
