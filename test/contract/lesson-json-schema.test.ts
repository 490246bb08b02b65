import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { lessonJsonSchema, lessonKeyJsonSchema, lessonReportJsonSchema } from '../../src/contract/lesson-json-schema';
import { makeLessonReport } from '../../src/lab/lesson/report';
import { FAKE_LESSON } from '../support/fake-lesson';
import { fakeResults } from '../support/fake-results';

const SCHEMAS = [
  ['lesson', lessonJsonSchema],
  ['lesson-key', lessonKeyJsonSchema],
  ['lesson-report', lessonReportJsonSchema],
] as const;

it.each(SCHEMAS)(
  'the published schema of a %s is the one the app checks by (vitest -u writes it anew)',
  async (name, make) => {
    const text = await format(JSON.stringify(make()), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot(resolve(`resources/schemas/${name}.schema.json`));
  },
);

describe('a validator that is not ours', () => {
  const validatorOf = (schema: object) => new Ajv2020({ strict: false, unicodeRegExp: true }).compile(schema);
  const filesOf = (folder: string, suffix: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .map((name): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));

  it('takes every lesson and key that ships', () => {
    for (const [folder, suffix, schema] of [
      ['resources/exercises', '.lesson.json', lessonJsonSchema()],
      ['resources/exercises/keys', '.key.json', lessonKeyJsonSchema()],
    ] as const) {
      const validate = validatorOf(schema);
      const files = filesOf(folder, suffix);
      expect(files).toHaveLength(12);
      for (const file of files) {
        validate(file);
        expect(validate.errors).toBeNull();
        expect(validate({ ...(file as object), grade: 'A' })).toBe(false);
      }
    }
  });

  it('takes a report', () => {
    const results = fakeResults({ repetitions: 1 });
    const { json } = makeLessonReport(FAKE_LESSON, results, { student: 'Ada', answers: { pages: '3' } });
    const validate = validatorOf(lessonReportJsonSchema());
    validate(JSON.parse(json));
    expect(validate.errors).toBeNull();
  });
});
