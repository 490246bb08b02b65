// Shapes of what the window asks of the main process, beside those of schemas.ts.
import type { ZodType } from 'zod';
import { z } from 'zod';
import { numberColumns } from '../lab/index';
import type { HistoryChange, HistoryPlace, HistoryQuery, NumberRequest } from './api';

/** The shape of a request's input. */
export type RequestSchema<Input> = ZodType<Input>;

export const nothingSchema = z.undefined();

export const comparisonIdSchema = z.string().min(1).max(200);

const MAX_ROWS = 10_000;

export const numberRequestSchema = z
  .strictObject({
    comparisonId: comparisonIdSchema,
    runOrder: z.int().min(0).max(MAX_ROWS),
    table: z.enum(['runs', 'phases']),
    column: z.string().max(80),
    phaseIndexes: z.array(z.int().min(0).max(MAX_ROWS)).min(1).max(100).optional(),
  })
  .refine(({ table, column }) => numberColumns(table).includes(column), {
    path: ['column'],
    message: 'the table has no number of that name',
  }) satisfies z.ZodType<NumberRequest>;

const MAX_PNG_BYTES = 64 * 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export const pngExportSchema = z.strictObject({
  suggestedName: z.string().regex(/^[\w][\w .-]{0,120}$/, 'the file name has characters that are not allowed'),
  png: z
    .instanceof(Uint8Array)
    .refine((bytes) => bytes.length <= MAX_PNG_BYTES, 'the picture is too large')
    .refine((bytes) => PNG_SIGNATURE.every((byte, index) => bytes[index] === byte), 'the picture is no PNG'),
});

const MAX_PAGE = 1000;

export const entryIdSchema = z.int().min(1);

export const historyQuerySchema = z.strictObject({
  text: z.string().max(200),
  isStarred: z.boolean(),
  offset: z.int().min(0),
  limit: z.int().min(1).max(MAX_PAGE),
}) satisfies z.ZodType<HistoryQuery>;

const tagsSchema = z.array(z.string().min(1).max(80)).max(50);

/** How long names, notes and tags may be, the store says. */
export const historyChangeSchema = z.strictObject({
  entryId: entryIdSchema,
  name: z.string().max(1000).optional(),
  notes: z.string().max(100_000).optional(),
  isStarred: z.boolean().optional(),
  addTags: tagsSchema.optional(),
  removeTags: tagsSchema.optional(),
}) satisfies z.ZodType<HistoryChange>;

export const historyPlaceSchema = z.strictObject({
  entryId: entryIdSchema,
  pointIndex: z.int().min(0),
  repetition: z.int().min(0),
}) satisfies z.ZodType<HistoryPlace>;

export const historyPairSchema = z.strictObject({ first: entryIdSchema, second: entryIdSchema });
