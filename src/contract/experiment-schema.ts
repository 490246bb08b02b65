// The shape of an experiment (*.bootlab). resources/schemas/experiment.schema.json is made from it; docs/experiment-files.md explains it.
// Shapes only: whether names, values and sizes make a plan is `planExperiment`'s to say.
import { z } from 'zod';
import type { Experiment } from '../lab/index';
import { EXPERIMENT_LIMITS, EXPERIMENT_VERSION, parseQuantity, REBOOT_PATHS, VARIATION_IDS } from '../lab/index';
import { machineIdSchema, machineProfileSchema, text } from './profile-schema';
import { parseClosely } from './closest-issues';
import { isWithoutRepeats, seedSchema } from './schemas';

/** "64Mi" in a file is a number everywhere else. */
const quantityTextSchema = z
  .string()
  .max(40)
  .regex(/^\d+(?:\.\d+)?(?:e\d+)?(?:Ki|Mi|Gi)$/, 'must be a number, or a text such as "64Mi"')
  .transform((written, context) => {
    const value = parseQuantity(written);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: 'is too large to be a number' });
    return z.NEVER;
  });

const quantitySchema = z.union([z.number(), quantityTextSchema]);

/** A figure's number or an option's word; "64Mi" is a number, for no option has such a word. */
const valueSchema = z.union([z.number(), quantityTextSchema, z.string().min(1, 'must not be empty').max(80)]);

const nameSchema = z.string().min(1, 'must not be empty').max(80);

const parameterSchema = z.union([
  z.strictObject({ name: nameSchema, values: z.array(valueSchema).min(1).max(EXPERIMENT_LIMITS.points) }),
  z.strictObject({
    name: nameSchema,
    from: quantitySchema,
    to: quantitySchema,
    steps: z.int().min(2).max(EXPERIMENT_LIMITS.points),
    scale: z.enum(['linear', 'log']).default('linear'),
  }),
]);

/** Ids end in file names and CSV cells, names in CSV cells and on terminals. */
const experimentNameSchema = text(120).regex(
  /^[^=+\-@]/,
  'must not begin with =, +, - or @: a spreadsheet would take it for a formula',
);

const notesSchema = z
  .string()
  .max(4000)
  .regex(/^(?:\P{Cc}|[\n\t])*$/u, 'must have no control characters');

export const experimentSchema = z.strictObject({
  format: z.literal('bootlab-experiment'),
  version: z.literal(EXPERIMENT_VERSION, { error: `must be ${EXPERIMENT_VERSION}: no other version can be read` }),
  id: machineIdSchema,
  name: experimentNameSchema,
  notes: notesSchema.optional(),
  machines: z
    .array(z.union([machineIdSchema, machineProfileSchema]))
    .min(1, 'must name at least one machine')
    .max(EXPERIMENT_LIMITS.machines),
  overlay: z.record(nameSchema, quantitySchema).optional(),
  options: z.record(nameSchema, z.string().max(80)).optional(),
  paths: z
    .array(z.enum(REBOOT_PATHS))
    .min(1, 'must name at least one path')
    .refine(isWithoutRepeats, 'must name each path once'),
  parameters: z.array(parameterSchema).max(EXPERIMENT_LIMITS.parameters).optional(),
  repetitions: z.int().min(1).max(EXPERIMENT_LIMITS.repetitions).default(1),
  seed: seedSchema.default(1),
  variations: z.array(z.enum(VARIATION_IDS)).refine(isWithoutRepeats, 'must name each model once').optional(),
}) satisfies z.ZodType<Experiment>;

/** Reads an experiment; of what is wrong it says what fits the value best, not that no shape fits. */
export function parseExperiment(value: unknown): z.ZodSafeParseResult<Experiment> {
  return parseClosely(experimentSchema, value);
}
