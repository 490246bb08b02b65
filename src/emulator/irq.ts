// An interrupt line: a wire with a level. Who listens decides what a level or an edge means.

/** A wire that a chip drives. */
export interface InterruptLine {
  raise(): void;
  lower(): void;
}

/** Makes a line that tells `onChange` each change of level, and only changes. */
export function createInterruptLine(onChange: (isHigh: boolean) => void): InterruptLine {
  let isHigh = false;
  const drive = (level: boolean) => {
    if (level === isHigh) return;
    isHigh = level;
    onChange(level);
  };
  return { raise: () => drive(true), lower: () => drive(false) };
}
