// The published JSON schemas of lessons, keys and reports (JSON Schema 2020-12), made from the shapes the app itself checks.
// resources/schemas holds them, for editors that complete and check files while one writes.
import { z } from 'zod';
import { lessonReportSchema } from './lesson-report-schema';
import { lessonKeySchema, lessonSchema } from './lesson-schema';

interface JsonSchema extends Record<string, unknown> {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** Of a lesson as its file holds it: the text may stand beside it. */
export function lessonJsonSchema(): JsonSchema {
  const schema = published(lessonSchema, 'Bootlab lesson', 'Text, experiment and questions for a class');
  return { ...schema, required: schema.required!.filter((name) => name !== 'text') };
}

export function lessonKeyJsonSchema(): JsonSchema {
  return published(lessonKeySchema, 'Bootlab lesson key', 'What is right in a lesson, and how it is measured');
}

export function lessonReportJsonSchema(): JsonSchema {
  return published(lessonReportSchema, 'Bootlab lesson report', "A student's answers with what was measured");
}

function published(shape: z.ZodType, title: string, description: string): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input' }) as JsonSchema;
  return {
    $schema,
    title,
    description: `${description}: docs/lessons.md.`,
    ...schema,
    properties: { $schema: { type: 'string' }, ...schema.properties },
  };
}
