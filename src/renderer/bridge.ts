// What the preload puts into the page: the only way out of it.
import type { LabApi } from '../contract/api';

declare global {
  interface Window {
    readonly bootlab: LabApi;
  }
}

/** The main process, as far as the window may ask it. */
export function bridge(): LabApi {
  return window.bootlab;
}
