// Aligned columns of text.

export type Alignment = 'left' | 'right';

/** Lines of cells under each other, two blanks apart. Every row has as many cells as there are alignments. */
export function alignColumns(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string {
  const widths = alignments.map((_, column) => Math.max(0, ...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          alignments[column] === 'right' ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
