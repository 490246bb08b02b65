import type { Plugin } from 'vite';

/** Puts SQLite's WebAssembly beside the chunk that needs it. */
export function sqliteAsset(): Plugin;
