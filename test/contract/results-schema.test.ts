import type { ValidateFunction } from 'ajv/dist/2020';
import { Ajv2020 } from 'ajv/dist/2020';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { resultsJsonSchema, resultsRunSchema } from '../../src/contract/results-schema';
import { resultsJsonChunks } from '../../src/lab/export/results-json';
import { fakeResults } from '../support/fake-results';

const FILE = 'resources/schemas/results.schema.json';

it('the published schema is the one the app checks by (vitest -u writes it anew)', async () => {
  const text = await format(JSON.stringify(resultsJsonSchema()), { parser: 'json', printWidth: 120 });
  await expect(text).toMatchFileSnapshot(resolve(FILE));
});

/** Compiled once: it is the largest part of these tests' time. */
let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  const schema = JSON.parse(readFileSync(FILE, 'utf8')) as object;
  return (compiled ??= new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(schema));
}

it('what is written keeps to it, with failed runs, with facts of the host and without', () => {
  const validate = validator();
  const outcomes = { 0: { status: 'failed', code: 'X', message: 'y' }, 3: { status: 'not-run' } } as const;
  for (const host of [null, { executions: [{ startedAt: '2026-11-23T20:00:00Z' }] }]) {
    const written = JSON.parse([...resultsJsonChunks(fakeResults({ outcomes }), host)].join('')) as unknown;
    expect(validate(written) || validate.errors).toBe(true);
  }
});

it.each([
  ['a number that is a text', ['planned', 'seed'], '7'],
  ['a negative count', ['outcome', 'record', 'totalCycles'], -1],
  ['a fraction of a cycle', ['outcome', 'record', 'root', 'startCycle'], 0.5],
  ['an unknown path', ['planned', 'path'], 'lukewarm'],
  ['a hash that is none', ['planned', 'configHash'], '../../etc/passwd'],
  ['children that are no list', ['outcome', 'record', 'root', 'children'], {}],
])('refuses %s, by its own check and by the published schema', (_, path, value) => {
  const [run] = JSON.parse(JSON.stringify([...fakeResults().runs])) as unknown[];
  let place = run as Record<string, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  place[path.at(-1)!] = value;
  const checked = resultsRunSchema.safeParse(run);
  expect(checked.error?.issues[0].path.join('.')).toBe(path.join('.'));
  const whole = JSON.parse([...resultsJsonChunks({ ...fakeResults(), runs: [] })].join('')) as { runs: unknown[] };
  whole.runs.push(run);
  expect(validator()(whole)).toBe(false);
});
