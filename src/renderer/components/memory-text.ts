// Sizes of memory as people say them.

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const;

/** "8 MiB", "640 KiB", "1.5 GiB": the largest unit that leaves at least one of it. */
export function formatMemory(sizeBytes: number): string {
  const step = sizeBytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(sizeBytes) / 10));
  const amount = sizeBytes / 1024 ** step;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${UNITS[step]}`;
}
