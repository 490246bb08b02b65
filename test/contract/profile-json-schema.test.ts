import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { profileJsonSchema } from '../../src/contract/profile-json-schema';
import { derivedProfileSchema, machineProfileSchema } from '../../src/contract/profile-schema';
import { FIGURE_LIMITS } from '../../src/emulator/index';

const FILE = 'resources/schemas/machine-profile.schema.json';

it('the published schema is the one the app checks by (vitest -u writes it anew)', async () => {
  const text = await format(JSON.stringify(profileJsonSchema()), { parser: 'json', printWidth: 120 });
  await expect(text).toMatchFileSnapshot(resolve(FILE));
});

it('has the limits of every figure, in both forms of a file', () => {
  const { anyOf } = profileJsonSchema();
  for (const form of anyOf!) {
    for (const [name, [minimum, maximum]] of Object.entries(FIGURE_LIMITS)) {
      const [section, figure] = name.split('.');
      const shapes = form.properties![section].anyOf ?? [form.properties![section]];
      expect(shapes[0].properties![figure].properties!.value, name).toMatchObject({ minimum, maximum });
    }
  }
});

it('a file that names its base may leave out all but its name', () => {
  const names = Object.keys(machineProfileSchema.shape);
  const anyOf = profileJsonSchema().anyOf as { required: string[] }[];
  const required = Object.entries(machineProfileSchema.shape).filter(
    ([, shape]) => !shape.safeParse(undefined).success,
  );
  expect(anyOf[0].required).toEqual(required.map(([name]) => name));
  expect(anyOf[1].required.toSorted()).toEqual(['base', 'id', 'name']);
  expect(Object.keys(derivedProfileSchema.shape)).toEqual([...names, 'base']);
});

it('the machines that come with Bootlab are files of that schema: nothing in them is unknown to it', async () => {
  const folder = 'resources/profiles';
  const known = profileJsonSchema().anyOf![0].properties!;
  for (const name of await readdir(folder)) {
    const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(profile).filter((key) => !(key in known))).toEqual([]);
  }
});
