// Where a person's history lies.
import { mkdirSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Result } from '../../contract/api';
import { describeFileError, fail, succeed } from '../failure';

/** What decides on the place; tests put other systems here. */
export interface HostPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
}

const STORE_NAME = 'history.bootruns';

/**
 * The store's file: BOOTLAB_STORE, or `history.bootruns` in the system's folder for data of programs (XDG Base Directory
 * Specification; Known Folders: RoamingAppData; macOS: Library/Application Support).
 */
export function storeFileOf({ environment, platform, homeDir }: HostPlaces): string {
  if (environment.BOOTLAB_STORE) return environment.BOOTLAB_STORE;
  if (platform === 'win32') {
    return win32.join(environment.APPDATA ?? win32.join(homeDir, 'AppData', 'Roaming'), 'Bootlab', STORE_NAME);
  }
  if (platform === 'darwin') return posix.join(homeDir, 'Library', 'Application Support', 'Bootlab', STORE_NAME);
  const { XDG_DATA_HOME = '' } = environment;
  // A relative path is to be ignored, says the specification.
  const dataHome = posix.isAbsolute(XDG_DATA_HOME) ? XDG_DATA_HOME : posix.join(homeDir, '.local', 'share');
  return posix.join(dataHome, 'bootlab', STORE_NAME);
}

/** Makes the folder of the person's own store; a folder that BOOTLAB_STORE or --store names must be there. */
export function ensureStoreFolder(places: HostPlaces): Result<null> {
  if (places.environment.BOOTLAB_STORE) return succeed(null);
  const file = storeFileOf(places);
  const folder = (places.platform === 'win32' ? win32 : posix).dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
    return succeed(null);
  } catch (error) {
    return fail(
      'HOST-STORE-FILE',
      `The folder of the run store, ${folder}, cannot be made: ${describeFileError(error)}.`,
      'Name another place with --store FILE or BOOTLAB_STORE.',
    );
  }
}
