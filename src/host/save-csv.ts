// Writes runs.csv and phases.csv of comparisons, whole or not at all.
import type { Comparison, Result, SavedFiles } from '../contract/api';
import { phasesCsv, runsCsv } from '../lab/index';
import type { FileSystem } from './export/whole-files';
import { writeWholeFiles } from './export/whole-files';

/** Writes both files into `folder`, which is made if it is not there; files of these names are replaced. Never rejects. */
export async function saveComparisonsCsv(
  comparisons: readonly Comparison[],
  folder: string,
  files?: FileSystem,
): Promise<Result<SavedFiles>> {
  const outputs = [
    { name: 'runs.csv', chunks: () => [runsCsv(comparisons)] },
    { name: 'phases.csv', chunks: () => [phasesCsv(comparisons)] },
  ];
  return writeWholeFiles(folder, outputs, { files });
}
