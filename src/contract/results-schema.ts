// The shape of results.json: head and runs apart, for a file is read run by run. resources/schemas/results.schema.json is made
// from it. Records may have more members than are named here: fields are only added.
import { z } from 'zod';
import type { ExperimentRun, PhaseRecord, PlannedRun, RunRecord } from '../lab/index';
import { REBOOT_PATHS, RESULTS_VERSION, VARIATION_IDS } from '../lab/index';
import { experimentSchema } from './experiment-schema';
import { evidenceSchema, machineIdSchema } from './profile-schema';
import { seedSchema } from './schemas';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const countSchema = z.int().min(0);
const pathSchema = z.enum(REBOOT_PATHS);
const engineVersionSchema = z.string().max(80);

const costsSchema = z.looseObject({
  durationCycles: countSchema,
  instructions: countSchema,
  portReads: countSchema,
  portWrites: countSchema,
  interrupts: countSchema,
  deviceWaitCycles: countSchema,
  forcedDelayCycles: countSchema,
  portCycles: countSchema,
  modelledCycles: countSchema,
  memoryCycles: countSchema,
  bytesRead: countSchema,
  bytesWritten: countSchema,
});

const phaseSchema: z.ZodType<PhaseRecord> = z.looseObject({
  id: z.string().max(80),
  name: z.string().max(200),
  group: z.enum(['', 'firmware', 'loader', 'kernel', 'userspace']),
  owner: z.enum(['', 'old_kernel', 'firmware', 'option_rom', 'loader', 'purgatory', 'new_kernel']),
  basis: z.enum(['executed', 'device', 'modelled']),
  evidence: z.array(evidenceSchema).max(4),
  startCycle: countSchema,
  endCycle: countSchema,
  costs: costsSchema,
  get children() {
    return z.array(phaseSchema);
  },
});

const placeShape = {
  runOrder: countSchema,
  repetition: countSchema,
  seed: seedSchema,
  isBaseline: z.boolean(),
  configHash: hashSchema,
  runId: z.string().max(80),
  path: pathSchema,
};

const recordSchema: z.ZodType<RunRecord> = z.looseObject({
  ...placeShape,
  pointIndex: countSchema,
  schemaVersion: z.literal(1),
  engineVersion: engineVersionSchema,
  profileId: machineIdSchema,
  variations: z.array(z.enum(VARIATION_IDS)),
  cpuHz: z.int().min(1),
  memoryModel: z.enum(['flat', 'cache']),
  totalCycles: countSchema,
  outageCycles: countSchema,
  handoverCycles: countSchema.nullable(),
  root: phaseSchema,
  pagesCopied: countSchema,
  bytesCopied: countSchema,
  postCodes: z.array(countSchema),
  serialText: z.string(),
  warnings: z.array(z.string()),
});

const plannedSchema: z.ZodType<PlannedRun> = z.strictObject({
  ...placeShape,
  point: z.strictObject({
    pointIndex: countSchema,
    profileId: machineIdSchema,
    values: z.record(z.string().max(80), z.union([z.number(), z.string().max(80)])),
    evidence: z.record(z.string().max(80), z.array(evidenceSchema)).optional(),
  }),
});

/** One run with what became of it. */
export const resultsRunSchema: z.ZodType<ExperimentRun> = z.strictObject({
  planned: plannedSchema,
  outcome: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('done'), record: recordSchema }),
    z.strictObject({ status: z.literal('failed'), code: z.string().max(80), message: z.string().max(10_000) }),
    z.strictObject({ status: z.literal('not-run') }),
  ]),
});

const headShape = {
  format: z.literal('bootlab-results'),
  version: z.literal(RESULTS_VERSION, { error: `must be ${RESULTS_VERSION}: no other version can be read` }),
  engineVersion: engineVersionSchema,
  experiment: experimentSchema,
  experimentHash: hashSchema,
};

/** Everything but runs and host. */
export const resultsHeadSchema = z.strictObject(headShape);

/** A whole file. */
const resultsSchema = z.strictObject({
  ...headShape,
  runs: z.array(resultsRunSchema),
  host: z.looseObject({}).optional(),
});

/** The published JSON schema (JSON Schema 2020-12). */
export function resultsJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(resultsSchema, { io: 'input' });
  return {
    $schema,
    title: 'Bootlab results',
    description: 'An experiment with everything that was measured: docs/exports.md.',
    ...schema,
  };
}
