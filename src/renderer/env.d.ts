// What the preload puts into the page, and how TypeScript sees a component.
import type { LabApi } from '../contract/api';

declare global {
  interface Window {
    readonly bootlab: LabApi;
  }
}
