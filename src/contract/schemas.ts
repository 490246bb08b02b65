// Shapes of what comes in from outside: requests of the window, machine profile files, symbols of the guest images.
// Shapes only: whether a machine can be built from a well-formed profile is the emulator's `checkProfile`.
import { z } from 'zod';
import type { MachineProfile } from '../lab/index';
import { PHASE_KINDS, REBOOT_PATHS, VARIATION_IDS } from '../lab/index';
import type { ComparisonRequest, LinuxIdentity } from './api';

/** One line for people. Terminals obey control characters, so there are none. */
const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, 'must have no control characters');

/** As typed on a command line; never a path. */
export const machineIdSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, beginning with a letter or digit');

export const evidenceSchema = z.enum(['S', 'D', 'K', 'model']);

const figureSchema = z.strictObject({
  value: z.number(),
  evidence: evidenceSchema,
  source: text(1000),
});

/** Figures of a section: every one named here must be there, and nothing else. */
const figures = <Name extends string>(...names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, figureSchema])) as Record<Name, typeof figureSchema>);

export const machineProfileSchema = z.strictObject({
  id: machineIdSchema,
  name: text(80),
  year: z.int().min(1985).max(2030),
  description: text(1000),
  caveats: z.array(text(1000)).max(20),
  cpu: z.strictObject({
    model: z.enum(['386', '486', '586', '686']),
    hz: figureSchema,
    clockTable: z.enum(['i386', 'i486', 'pentium', 'p6']),
    clockEvidence: evidenceSchema,
    clockSource: text(1000),
  }),
  memory: figures('ramBytes', 'streamMoveNsPerDword', 'streamReadNsPerDword', 'streamWriteNsPerDword'),
  rom: figures('widthBits', 'busCycleNs'),
  video: figures('busCycleNs', 'readBusCycleNs', 'widthBits', 'memoryBytes'),
  ports: figures('isa8Ns', 'chipsetNs', 'dmaTransferNs'),
  hasPci: z.boolean(),
  bootDisk: z.enum(['ata', 'scsi']),
  reset: figures('platformHoldNs', 'cpuInitHoldNs'),
  keyboard: figures('selfTestNs', 'batNs', 'byteNs', 'commandNs', 'answerNs', 'timeoutNs'),
  disk: figures(
    'sizeBytes',
    'rpm',
    'sectorsPerTrack',
    'heads',
    'trackToTrackNs',
    'fullStrokeNs',
    'commandOverheadNs',
    'blockGapNs',
    'pioCycleNs',
    'spinUpNs',
    'resetAnswerNs',
    'multiwordDmaModes',
    'ultraDmaModes',
    'longAddresses',
  ),
  cdrom: figures(
    'readBytesPerSecond',
    'constantAngularVelocity',
    'shortAccessNs',
    'fullAccessNs',
    'spinUpNs',
    'bufferBytes',
    'commandOverheadNs',
    'blockGapNs',
    'pioCycleNs',
    'resetAnswerNs',
    'multiwordDmaModes',
    'ultraDmaModes',
    'mmc2',
  ),
  floppy: figures('spinUpNs', 'settleNs', 'resetNs'),
  network: figures(
    'linkMbps',
    'autonegotiationNs',
    'resetNs',
    'selfTestNs',
    'acceptNs',
    'commandNs',
    'mdiNs',
    'eepromWriteNs',
    'framesPerSecond',
    'trafficSeed',
  ).nullish(),
  scsi: figures(
    ...(['diagnosticNs', 'softResetNs', 'byteNs', 'commandNs', 'mailboxNs'] as const),
    ...(['connectNs', 'syncPeriodNs', 'selectionTimeoutNs', 'resetToSelectionNs'] as const),
    ...(['diskIdBits', 'diskSizeBytes', 'diskRpm', 'diskSectorsPerTrack', 'diskHeads'] as const),
    ...(['diskTrackToTrackNs', 'diskFullStrokeNs', 'diskCommandNs', 'diskSpinUpNs', 'diskStartsAtPower'] as const),
  ).nullish(),
  firmware: figures('shadow'),
  loader: figures('promptTenths'),
  kernel: z.strictObject({
    fillerBytes: figureSchema,
    commandLine: z.string().max(255),
    commandLineSource: text(1000),
  }),
}) satisfies z.ZodType<MachineProfile>;

/** Seeds are 32-bit: what lies above would be cut off in silence. */
export const seedSchema = z.int().min(0).max(0xffff_ffff);

const isWithoutRepeats = (items: readonly unknown[]) => new Set(items).size === items.length;

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

export const comparisonRequestSchema = z.strictObject({
  profileId: machineIdSchema,
  paths: z
    .array(z.enum(REBOOT_PATHS))
    .min(1, 'must name at least one path')
    .refine(isWithoutRepeats, 'must name each path once'),
  seed: seedSchema,
  overlay: z.record(z.string().max(80), z.number()),
  variations: z.array(z.enum(VARIATION_IDS)).refine(isWithoutRepeats, 'must name each model once').optional(),
  linux: linuxIdentitySchema.optional(),
}) satisfies z.ZodType<ComparisonRequest>;

/** symbols.json of the guest images: part, symbol, linear address. */
export const guestSymbolsSchema = z.record(z.string(), z.record(z.string(), z.int().min(0).max(0xffff_ffff)));

/** Where in a value something is wrong, and what: "cpu.hz.evidence: ...". The first few, one a line. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, MAX_SHOWN_ISSUES).map(({ path, message }) => {
    const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    return `${place.replace(/^\./, '') || 'the whole value'}: ${message}`;
  });
  const rest = error.issues.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

const MAX_SHOWN_ISSUES = 5;
