/** Whether out/ lacks something or is older than a source. */
export function isBuildStale(projectDir: string): boolean;
/** Builds when stale; ends the process when the build fails. */
export function buildIfNeeded(projectDir: string): void;
