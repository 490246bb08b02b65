import { resolve } from 'node:path';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { experimentJsonSchema } from '../../src/contract/experiment-json-schema';
import { experimentSchema } from '../../src/contract/experiment-schema';
import { EXPERIMENT_LIMITS, FIGURE_NAMES } from '../../src/lab/index';

it('the published schema is the one the app checks by (vitest -u writes it anew)', async () => {
  const text = await format(JSON.stringify(experimentJsonSchema()), { parser: 'json', printWidth: 120 });
  await expect(text).toMatchFileSnapshot(resolve('resources/schemas/experiment.schema.json'));
});

it('has every field, the limits, and the names an editor completes', () => {
  const { properties, required } = experimentJsonSchema();
  expect(Object.keys(properties!)).toEqual(['$schema', ...Object.keys(experimentSchema.shape)]);
  expect(required).toEqual(['format', 'version', 'id', 'name', 'machines', 'paths']);
  expect(properties!.repetitions).toMatchObject({ minimum: 1, maximum: EXPERIMENT_LIMITS.repetitions });
  expect(properties!.overlay.propertyNames).toEqual({ enum: FIGURE_NAMES });
});
