export const PROGRAM_NAMES: readonly string[];
export function hasNasm(): boolean;
export function buildRom(name: string, folder: string, size: { scale: number; repetitions: number }): string;
export function readHeader(rom: Uint8Array): { repetitions: number; instructions: number };
export function readRom(file: string): Uint8Array;
