/** How to run the project in an Electron; see resolve-electron.mjs. */
export interface ResolvedElectron {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly description: string;
}
export const DEBIAN_PACKAGES: string;
export class NoElectronError extends Error {}
export function resolveElectron(projectDir: string, log?: (line: string) => void): Promise<ResolvedElectron>;
