// The run store of a person: the one that --store names, or the one in the system's folder for data of programs.
import { homedir, platform } from 'node:os';
import { env } from 'node:process';
import type { Result } from '../contract/api';
import { openRunStore } from '../host/run-store/open-store';
import type { RunStore } from '../host/run-store/run-store';
import { ensureStoreFolder, storeFileOf } from '../host/run-store/store-location';
import type { Terminal } from './terminal';

/** Opens it, and tells what happened to it before. */
export async function openPersonalStore(file: string | undefined, terminal: Terminal): Promise<Result<RunStore>> {
  const places = { environment: env, platform: platform(), homeDir: homedir() };
  if (file === undefined) {
    const folder = ensureStoreFolder(places);
    if (!folder.ok) return folder;
  }
  const store = await openRunStore(file ?? storeFileOf(places));
  if (store.ok) for (const { text } of store.value.notices) terminal.tell(`${text}\n`);
  return store;
}
