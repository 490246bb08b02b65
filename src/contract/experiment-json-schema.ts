// The published JSON schema of experiments (JSON Schema 2020-12), made from the shape the app itself checks.
// resources/schemas/experiment.schema.json holds it, for editors that complete and check files while one writes.
import { z } from 'zod';
import { FIGURE_NAMES, OPTION_NAMES } from '../lab/index';
import { experimentSchema } from './experiment-schema';

type JsonSchema = Record<string, unknown> & {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
};

/** The schema, with the names an editor can complete. */
export function experimentJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input' }) as JsonSchema;
  const { overlay, options, parameters } = schema.properties!;
  overlay.propertyNames = { enum: [...FIGURE_NAMES] };
  options.propertyNames = { enum: [...OPTION_NAMES] };
  for (const { properties } of parameters.items!.anyOf!) {
    properties!.name = { enum: [...FIGURE_NAMES, ...OPTION_NAMES] };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Bootlab experiment',
    description: 'Machines, reboot paths, parameters and repetitions for Bootlab: docs/experiment-files.md.',
    ...Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema')),
    properties: { $schema: { type: 'string' }, ...schema.properties },
  };
}
