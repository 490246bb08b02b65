// The published JSON schema of machine profile files (JSON Schema 2020-12), made from the shapes and limits the app itself checks.
// resources/schemas/machine-profile.schema.json holds it, for editors that complete and check files while one writes.
import { z } from 'zod';
import { FIGURE_LIMITS } from '../lab/index';
import { derivedProfileSchema, machineProfileSchema } from './profile-schema';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; anyOf?: JsonSchema[] };

/** The schema: a whole profile, or one that names its base. */
export function profileJsonSchema(): JsonSchema {
  const [whole, derived] = [machineProfileSchema, derivedProfileSchema].map((shape) => {
    const schema = z.toJSONSchema(shape, { io: 'input' }) as JsonSchema;
    delete schema.$schema;
    addLimits(schema);
    return { ...schema, properties: { $schema: { type: 'string' }, ...schema.properties } };
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Bootlab machine profile',
    description: 'A machine for Bootlab: docs/profiles.md. Every figure has a value, an evidence tag and a source.',
    anyOf: [
      { title: 'A whole machine', ...whole },
      { title: 'Changes to a machine that comes with Bootlab', ...derived },
    ],
  };
}

/** Puts the lowest and highest value of each figure beside its shape. */
function addLimits(profile: JsonSchema): void {
  for (const [name, [minimum, maximum, multipleOf]] of Object.entries(FIGURE_LIMITS)) {
    const [sectionName, figureName] = name.split('.');
    const section = profile.properties?.[sectionName];
    // A section that may be null is a choice of shapes.
    const shapes = section?.anyOf ?? [section];
    for (const shape of shapes) {
      const value = shape?.properties?.[figureName]?.properties?.value;
      if (value) Object.assign(value, { minimum, maximum, ...(multipleOf ? { multipleOf } : {}) });
    }
  }
}
