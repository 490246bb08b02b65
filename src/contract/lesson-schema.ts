// The shapes of a lesson (*.lesson.json), of its teacher's key (*.key.json) and of a student's answers. docs/lessons.md explains
// them; resources/schemas/lesson.schema.json and lesson-key.schema.json are made from here.
import { z } from 'zod';
import type { Answers, ChoiceMeasurement, Lesson, LessonKey, Measurement, Question, RunNumber } from '../lab/index';
import { LESSON_VERSION, METRIC_NAMES, PHASE_COSTS, REBOOT_PATHS, UNIT_NAMES } from '../lab/index';
import { parseClosely } from './closest-issues';
import { experimentSchema } from './experiment-schema';
import { machineIdSchema, text } from './profile-schema';
import { isWithoutRepeats } from './schemas';

const versionSchema = z.literal(LESSON_VERSION, { error: `must be ${LESSON_VERSION}: no other version can be read` });
const editionSchema = z.int().min(1).max(10_000);

/** Questions and choices: they become columns of a table and members of answers. */
const idSchema = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, beginning with a letter');

/** Markdown: lines, but nothing a terminal obeys. */
const markdownSchema = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength)
    .regex(/^(?:\P{Cc}|[\n\t])*$/u, 'must have no control characters');

const questionShape = {
  id: idSchema,
  text: markdownSchema(4000),
  points: z.number().min(0).max(1000).default(1),
  hints: z.array(markdownSchema(2000)).max(10).default([]),
  feedback: z
    .strictObject({ right: markdownSchema(2000).optional(), wrong: markdownSchema(2000).optional() })
    .optional(),
};

const unitSchema = z.enum(UNIT_NAMES);
const marginSchema = z.number().min(0).max(1e18);

const questionSchema: z.ZodType<Question> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    ...questionShape,
    unit: unitSchema,
    tolerance: z.union([
      z.strictObject({ absolute: marginSchema }),
      z.strictObject({ relative: z.number().min(0).max(1) }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('choice'),
    ...questionShape,
    choices: z
      .array(z.strictObject({ id: idSchema, text: markdownSchema(1000) }))
      .min(2)
      .max(20)
      .refine((choices) => isWithoutRepeats(choices.map(({ id }) => id)), 'must have different ids'),
  }),
  z.strictObject({ kind: z.literal('text'), ...questionShape }),
]);

export const lessonSchema = z.strictObject({
  format: z.literal('bootlab-lesson'),
  version: versionSchema,
  id: machineIdSchema,
  edition: editionSchema.default(1),
  title: text(120),
  aim: text(400),
  text: markdownSchema(100_000),
  experiment: experimentSchema,
  questions: z
    .array(questionSchema)
    .min(1, 'must have a question')
    .max(100)
    .refine((questions) => isWithoutRepeats(questions.map(({ id }) => id)), 'must have different ids'),
  isGraded: z.boolean().default(true),
}) satisfies z.ZodType<Lesson>;

const nameSchema = z.string().min(1, 'must not be empty').max(80);

const runChoiceShape = {
  path: z.enum(REBOOT_PATHS),
  machine: machineIdSchema.optional(),
  at: z.record(nameSchema, z.union([z.number(), z.string().max(80)])).optional(),
};

const runChoiceSchema = z.strictObject(runChoiceShape);

const metricSchema = z.strictObject({
  metric: z.enum(METRIC_NAMES),
  ...runChoiceShape,
  in: unitSchema.optional(),
});

const phaseSchema = z.strictObject({
  phase: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be the id of a phase, a POST step or a driver'),
  cost: z.enum(PHASE_COSTS).optional(),
  ...runChoiceShape,
  in: unitSchema.optional(),
});

const runNumberSchema: z.ZodType<RunNumber> = z.union([metricSchema, phaseSchema]);

const wordSchema = z.string().regex(/^0x[0-9a-f]{8}$/, 'must be a word of eight hexadecimal digits after 0x');

const pageListSchema = z.strictObject({
  words: z.array(wordSchema).min(1).max(1024),
  pages: z.record(wordSchema, z.array(wordSchema).min(1).max(1024)),
});

const measurementSchema: z.ZodType<Measurement> = z.union([
  metricSchema,
  phaseSchema,
  z.strictObject({ constant: z.number(), source: text(400) }),
  z.strictObject({
    get sum() {
      return z.array(measurementSchema).min(1).max(50);
    },
  }),
  z.strictObject({
    get product() {
      return z.array(measurementSchema).min(1).max(50);
    },
  }),
  z.strictObject({
    get difference() {
      return z.tuple([measurementSchema, measurementSchema]);
    },
  }),
  z.strictObject({
    get ratio() {
      return z.tuple([measurementSchema, measurementSchema]);
    },
  }),
  z.strictObject({ slope: runNumberSchema, over: nameSchema }),
  z.strictObject({ intercept: runNumberSchema, over: nameSchema }),
  z.strictObject({
    said: z.string().min(1, 'must not be empty').max(200),
    side: z.enum(['before', 'after']),
    occurrence: z
      .int()
      .min(-1000)
      .max(1000)
      .refine((n) => n !== 0, 'counts from 1, or from the end with -1'),
    ...runChoiceShape,
  }),
  z.strictObject({ pageList: pageListSchema, give: z.enum(['pages', 'bytes']) }),
]);

const choicesSchema = z.record(nameSchema, idSchema);

const choiceMeasurementSchema: z.ZodType<ChoiceMeasurement> = z.union([
  z.strictObject({ outcome: runChoiceSchema, choices: choicesSchema }),
  z.strictObject({ largest: runChoiceSchema, savedBy: z.enum(REBOOT_PATHS).optional(), choices: choicesSchema }),
  z.strictObject({
    compare: z.tuple([measurementSchema, measurementSchema]),
    within: z.number().min(0).max(1).default(0),
    less: idSchema,
    equal: idSchema,
    greater: idSchema,
  }),
  z.strictObject({ pageList: pageListSchema, source: wordSchema, choices: choicesSchema }),
]);

const madeRange = { low: z.number().optional(), high: z.number().optional(), comment: text(1000).optional() };

const keyAnswerSchema = z.union([
  z.strictObject({ measure: measurementSchema, value: z.number().optional(), ...madeRange }),
  z.strictObject({ value: z.number(), ...madeRange }),
  z.strictObject({ choose: choiceMeasurementSchema, choice: idSchema.optional(), comment: text(1000).optional() }),
  z.strictObject({ choice: idSchema, comment: text(1000).optional() }),
  z.strictObject({ accept: z.array(text(400)).min(1).max(50), comment: text(1000).optional() }),
]);

export const lessonKeySchema = z.strictObject({
  format: z.literal('bootlab-key'),
  version: versionSchema,
  lesson: machineIdSchema,
  edition: editionSchema.default(1),
  reference: z
    .strictObject({ engineVersion: z.string().max(80), experimentHash: z.string().regex(/^[0-9a-f]{64}$/) })
    .nullable()
    .default(null),
  answers: z.record(idSchema, keyAnswerSchema),
}) satisfies z.ZodType<LessonKey>;

/** Answers in a file of their own. Short, and nothing but text and numbers: what they mean is for grading. */
const answersSchema: z.ZodType<Answers> = z.record(
  z.string().max(80),
  z.union([z.string().max(10_000), z.number(), z.null()]),
);

export const parseLesson = (value: unknown) => parseClosely<Lesson>(lessonSchema, value);
export const parseLessonKey = (value: unknown) => parseClosely<LessonKey>(lessonKeySchema, value);
export const parseAnswers = (value: unknown) => parseClosely<Answers>(answersSchema, value);
