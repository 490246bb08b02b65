// Shapes of what comes in from outside: requests of the window, symbols of the guest images. Machine profiles: profile-schema.ts.
import { z } from 'zod';
import { complaintAboutOption, PHASE_KINDS, REBOOT_PATHS, VARIATION_IDS } from '../lab/index';
import type { ComparisonRequest, LinuxIdentity } from './api';
import { machineIdSchema, text } from './profile-schema';

/** Seeds are 32-bit: what lies above would be cut off in silence. */
export const seedSchema = z.int().min(0).max(0xffff_ffff);

export const isWithoutRepeats = (items: readonly unknown[]) => new Set(items).size === items.length;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

const linuxIdentitySchema = z.strictObject({
  kernelName: text(255),
  kernelSha256: sha256Schema,
  initrdName: text(255).nullable(),
  initrdSha256: sha256Schema.nullable(),
  commandLine: z
    .string()
    .max(2047)
    .regex(/^[ -~]*$/, 'must be printable ASCII'),
  readyText: text(200),
  marks: z.array(z.strictObject({ text: text(200), phase: z.enum(PHASE_KINDS.map(({ id }) => id)) })).max(100),
}) satisfies z.ZodType<LinuxIdentity>;

const runOptionsSchema = z.record(z.string().max(40), z.string().max(80)).superRefine((options, context) => {
  for (const [name, value] of Object.entries(options)) {
    const message = complaintAboutOption(name, value);
    if (message) context.addIssue({ code: 'custom', path: [name], message });
  }
});

export const comparisonRequestSchema = z.strictObject({
  profileId: machineIdSchema,
  paths: z
    .array(z.enum(REBOOT_PATHS))
    .min(1, 'must name at least one path')
    .refine(isWithoutRepeats, 'must name each path once'),
  seed: seedSchema,
  overlay: z.record(z.string().max(80), z.number()),
  variations: z.array(z.enum(VARIATION_IDS)).refine(isWithoutRepeats, 'must name each model once').optional(),
  options: runOptionsSchema.optional(),
  linux: linuxIdentitySchema.optional(),
}) satisfies z.ZodType<ComparisonRequest>;

const addressSchema = z.int().min(0).max(0xffff_ffff);

/** symbols.json of the guest images: part, symbol, linear address. */
export const guestSymbolsSchema = z.record(z.string(), z.record(z.string(), addressSchema));

/** code-symbols.json: image, its extent, symbol, linear address. */
export const codeSymbolsSchema = z.record(
  z.string(),
  z.strictObject({ start: addressSchema, end: addressSchema, symbols: z.record(z.string(), addressSchema) }),
);

/** A shape that a file or a request must have. */
export type Schema<Value> = z.ZodType<Value>;
/** What came of holding something against a shape. */
export type Parsed<Value> = z.ZodSafeParseResult<Value>;

/** Keys and indices from the whole value down. */
type IssuePath = readonly (string | number)[];

/**
 * Where in a value something is wrong, and what: "cpu.hz.evidence: ...". The first few, one a line.
 * @param locate gives what to put before a line: where in a file the path stands
 */
export function describeIssues(error: z.ZodError, locate: (path: IssuePath) => string = () => ''): string {
  const shown = error.issues.slice(0, MAX_SHOWN_ISSUES).map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    const at = locate(issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]] : path);
    return `${at}${place.replace(/^\./, '') || 'the whole value'}: ${issue.message}`;
  });
  const rest = error.issues.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

const MAX_SHOWN_ISSUES = 5;
