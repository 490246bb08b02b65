// The shape of a machine of figures: phases with their durations, each figure with evidence and source. Nothing of it is ever run.
import { z } from 'zod';
import type { FigureMachine } from '../lab/index';
import { PHASE_KINDS, REBOOT_PATHS } from '../lab/index';
import { figureSchema, machineIdSchema, text } from './profile-schema';

/** No reboot takes a day. */
const MAX_MS = 24 * 3600 * 1000;

const phases = z
  .array(
    z.strictObject({
      phase: z.enum(PHASE_KINDS.map(({ id }) => id)),
      durationMs: figureSchema.extend({ value: z.number().min(0).max(MAX_MS) }),
    }),
  )
  .min(1)
  .refine((list) => new Set(list.map(({ phase }) => phase)).size === list.length, 'must name each phase once');

export const figureMachineSchema = z.strictObject({
  kind: z.literal('figures'),
  id: machineIdSchema,
  name: text(80),
  year: z.int().min(1985).max(2030),
  description: text(1000),
  caveats: z.array(text(1000)).max(20),
  paths: z.partialRecord(z.enum(REBOOT_PATHS), phases),
}) satisfies z.ZodType<FigureMachine>;
