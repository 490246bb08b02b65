// The shape of a machine profile file: sections, figures, evidence tags. resources/schemas/machine-profile.schema.json is made from it.
// Shapes only: whether a machine can be built from a well-formed profile is the emulator's `checkProfile`.
import { z } from 'zod';
import type { MachineProfile } from '../lab/index';

/** One line for people. Terminals obey control characters, so there are none. */
export const text = (maxLength: number) =>
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

export const figureSchema = z.strictObject({
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
  memory: figures(
    ...(['ramBytes', 'streamMoveNsPerDword', 'streamReadNsPerDword', 'streamWriteNsPerDword'] as const),
    'uncachedNsPerDword',
  ),
  cache: figures(
    ...(['simulated', 'lineBytes', 'codeBytes', 'dataBytes', 'ways', 'writeBack', 'writeAllocate'] as const),
    ...(['l2Bytes', 'l2Ways', 'l2WriteBack', 'l2FirstNs', 'l2LineNs', 'l2WriteNs'] as const),
    ...(['memoryFirstNs', 'memoryLineNs', 'memoryWriteNs', 'memoryLineWriteNs', 'tableAccessNs'] as const),
    ...(['writeBuffers', 'readsPassWrites', 'fastStrings', 'refreshNs', 'masterDwordNs'] as const),
  ).nullish(),
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
  floppy: figures('driveType', 'spinUpNs', 'settleNs', 'resetNs'),
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
    'driverSettleNs',
  ).nullish(),
  firmware: figures(
    ...(['shadow', 'memoryTest', 'memoryTestUncached', 'floppySeek', 'ideExpectedDrives', 'ideWaitSeconds'] as const),
    ...(['bootMenuSeconds', 'scsiPromptSeconds', 'scsiStartUnit', 'pxePromptSeconds'] as const),
  ),
  loader: figures('promptTenths'),
  kernel: z.strictObject({
    fillerBytes: figureSchema,
    commandLine: z.string().max(255),
    commandLineSource: text(1000),
  }),
  services: figures('reads', 'readBytes', 'spanBytes', 'computeLoops', 'stopReads').nullish(),
}) satisfies z.ZodType<MachineProfile>;

/** The same with every part optional: a section may hold a few figures, a section there may be none of may be null. */
function partly(shape: typeof machineProfileSchema.shape): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => {
      if (schema instanceof z.ZodObject) return [name, schema.partial().optional()];
      const section = schema instanceof z.ZodOptional ? schema.unwrap().unwrap() : null;
      return [name, section instanceof z.ZodObject ? section.partial().nullish() : schema.optional()];
    }),
  );
}

/** A file that names what it changes of a machine that comes with Bootlab. What it leaves out is the base's. */
export const derivedProfileSchema = z.strictObject({
  ...partly(machineProfileSchema.shape),
  base: machineIdSchema,
  id: machineIdSchema,
  name: text(80),
});
