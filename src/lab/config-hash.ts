// The identity of a configuration: SHA-256 over canonical JSON (RFC 8785) of whatever can change a cycle.
// Names, notes, sources, seeds and repetitions are no part of it, so the same machine under two names hashes alike.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { LabOptions, MachineProfile, RebootPath, VariationId } from '../emulator/index';
import { DEFAULT_LAB_OPTIONS, isFigure } from '../emulator/index';
import type { FigureMachine } from './figure-machine';

/** Raised when the hashed shape changes: old and new hashes must not meet. */
const CONFIG_SCHEMA_VERSION = 1;

/** Parts of a profile that are for people only. */
const DESCRIPTIVE_KEYS: ReadonlySet<string> = new Set([
  'id',
  'name',
  'year',
  'description',
  'caveats',
  'clockEvidence',
  'clockSource',
  'commandLineSource',
]);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with sorted keys and without white space, as RFC 8785 (JSON Canonicalization Scheme) says.
 * @throws TypeError for what JSON cannot say (NaN, Infinity, undefined)
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // The default order of sort() is by UTF-16 code units: RFC 8785, section 3.2.3.
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`${typeof value} has no JSON form`);
  return text;
}

/** SHA-256 of the UTF-8 bytes of `text` as lower-case hexadecimal. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** What of a profile can change a cycle: values of figures and switches. */
function machineConfig(profile: MachineProfile | FigureMachine): Json {
  const strip = (value: unknown): Json => {
    if (isFigure(value)) return value.value;
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value as Json;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !DESCRIPTIVE_KEYS.has(key))
        .map(([key, member]) => [key, strip(member)]),
    );
  };
  return strip(profile);
}

/** A guest of the user's own, as far as it is part of a configuration. */
export interface GuestConfig {
  readonly kernelSha256: string;
  readonly initrdSha256: string | null;
  readonly commandLine: string;
  readonly readyText: string;
  readonly marks: readonly { readonly text: string; readonly phase: string }[];
}

/** Nothing for the lab kernel, which the engine's version stands for. */
function guestConfig(guest: GuestConfig | null): Record<string, Json> {
  if (!guest) return {};
  const { kernelSha256, initrdSha256, commandLine, readyText, marks } = guest;
  return { guest: { kernelSha256, initrdSha256, commandLine, readyText, marks: marks.map((mark) => ({ ...mark })) } };
}

/** Only what differs from the defaults: naming one of those changes nothing. */
function labConfig(lab: Partial<LabOptions>): Record<string, Json> {
  const differing = Object.entries({ ...DEFAULT_LAB_OPTIONS, ...lab }).filter(
    ([key, value]) => canonicalJson(value) !== canonicalJson(DEFAULT_LAB_OPTIONS[key as keyof LabOptions]),
  );
  return differing.length > 0 ? { lab: Object.fromEntries(differing) as Record<string, Json> } : {};
}

const hashOf = (config: Json) => sha256Hex(canonicalJson(config));

const sorted = (variations: readonly VariationId[]): Json => [...variations].sort();

/** Hash of one path on one machine with these variation models on. Overlays are applied to `profile` beforehand. */
export function runConfigHash(
  profile: MachineProfile | FigureMachine,
  path: RebootPath,
  variations: readonly VariationId[],
  guest: GuestConfig | null = null,
  lab: Partial<LabOptions> = {},
): string {
  return hashOf({
    schema_version: CONFIG_SCHEMA_VERSION,
    machine: machineConfig(profile),
    path,
    variations: sorted(variations),
    ...guestConfig(guest),
    ...labConfig(lab),
  });
}

/** Hash of a comparison: its machine, its paths in order (the first is the baseline) and its variation models. */
export function comparisonConfigHash(
  profile: MachineProfile | FigureMachine,
  paths: readonly RebootPath[],
  variations: readonly VariationId[],
  guest: GuestConfig | null = null,
  lab: Partial<LabOptions> = {},
): string {
  return hashOf({
    schema_version: CONFIG_SCHEMA_VERSION,
    machine: machineConfig(profile),
    paths,
    variations: sorted(variations),
    ...guestConfig(guest),
    ...labConfig(lab),
  });
}
