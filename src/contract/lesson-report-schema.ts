// The shape of a student's report, as it is read again. docs/lessons.md explains it.
import { z } from 'zod';
import type { LessonReport } from '../lab/index';
import { LESSON_REPORT_VERSION, REBOOT_PATHS } from '../lab/index';
import { machineIdSchema } from './profile-schema';
import { seedSchema } from './schemas';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const countSchema = z.int().min(0);
const cyclesSchema = countSchema.nullable();

/** Members that are not named here were put in by hand. */
export const lessonReportSchema = z.strictObject({
  format: z.literal('bootlab-lesson-report'),
  version: z.literal(LESSON_REPORT_VERSION, {
    error: `must be ${LESSON_REPORT_VERSION}: no other version can be read`,
  }),
  lesson: machineIdSchema,
  edition: countSchema,
  lessonHash: hashSchema,
  student: z.string().max(200),
  answers: z.record(z.string().max(80), z.string().max(10_000)),
  engineVersion: z.string().max(80),
  experimentHash: hashSchema,
  seed: seedSchema,
  measured: z
    .array(
      z.strictObject({
        runId: z.string().max(80),
        machine: machineIdSchema,
        pointIndex: countSchema,
        path: z.enum(REBOOT_PATHS),
        seed: seedSchema,
        outcome: z.string().max(80),
        totalCycles: cyclesSchema,
        outageCycles: cyclesSchema,
        handoverCycles: cyclesSchema,
      }),
    )
    .max(100_000),
  recordsHash: hashSchema,
  pageHash: hashSchema.nullable(),
  checksum: hashSchema,
}) satisfies z.ZodType<LessonReport>;
