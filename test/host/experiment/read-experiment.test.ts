import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkExperiment, planFrom, readExperimentFile } from '../../../src/host/experiment/read-experiment';
import { placeAt } from '../../../src/host/json-document';
import { fail, succeed } from '../../../src/host/failure';
import { testProfile } from '../../support/test-profile';

const TEXT = `{
  "$schema": "../schemas/experiment.schema.json",
  "format": "bootlab-experiment",
  "version": 1,
  "id": "a-sweep",
  "name": "A sweep",
  "machines": ["test-100mhz"],
  "paths": ["warm", "kexec"],
  "parameters": [
    { "name": "memory.ramBytes", "values": ["8Mi", "16Mi"] }
  ],
  "repetitions": 5
}
`;

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-experiment-'));
});

const findMachine = async (id: string) =>
  id === testProfile().id
    ? succeed(testProfile())
    : fail('HOST-PROFILE-UNKNOWN', `There is no machine "${id}".`, 'Choose.');

async function planOfText(text: string | Uint8Array) {
  const file = join(folder, `${count++}.bootlab`);
  await writeFile(file, text);
  const source = await readExperimentFile(file);
  const plan = source.ok ? await planFrom(source.value, findMachine) : source;
  return { file, plan };
}

it('reads a file and plans it', async () => {
  const { plan } = await planOfText(TEXT);
  if (!plan.ok) throw new Error(plan.failure.message);
  expect(plan.value.points).toHaveLength(2);
  expect(plan.value.runs).toHaveLength(2 * 2 * 5);
});

describe('every complaint has file, line and column', () => {
  it.each([
    ['"kexec"', '"kexecc"', '"kexecc"', 'paths[1]: ', 'HOST-EXPERIMENT-SHAPE'],
    ['"repetitions"', '"repetition"', '5\n', 'the whole value: ', 'HOST-EXPERIMENT-SHAPE'],
    ['5\n', '5000\n', '5000', 'repetitions: ', 'HOST-EXPERIMENT-SHAPE'],
    ['5\n', 'NaN\n', 'NaN', 'is no JSON: expected a value', 'HOST-EXPERIMENT-FILE'],
    ['5\n', '1e999\n', '1e999', 'repetitions: ', 'HOST-EXPERIMENT-SHAPE'],
    ['"id"', '"version"', '"version": "a-sweep"', 'is no JSON: "version" is there twice', 'HOST-EXPERIMENT-FILE'],
    [
      'memory.ramBytes',
      'memory.ramByte',
      '"memory.ramByte"',
      'There is no figure or option "memory.ramByte". Did you mean memory.ramBytes?',
      'LAB-EXPERIMENT',
    ],
    ['"16Mi"', '"3Mi"', '"3Mi"', 'memory.ramBytes cannot be 3145728', 'LAB-EXPERIMENT'],
    ['"16Mi"', '8388608', '8388608', 'memory.ramBytes has the value 8388608 twice', 'LAB-EXPERIMENT'],
    ['test-100mhz', 'test-200mhz', '"test-200mhz"', 'There is no machine "test-200mhz"', 'HOST-PROFILE-UNKNOWN'],
    [
      '5\n',
      `5, "overlay": {"firmware.memorytst": 9}\n`,
      '9}',
      'There is no figure "firmware.memorytst". Did you mean firmware.memoryTest?',
      'LAB-EXPERIMENT',
    ],
    [
      '5\n',
      '5, "options": {"__proto__": "on"}\n',
      '"on"',
      'options: Unrecognized key: "__proto__"',
      'HOST-EXPERIMENT-SHAPE',
    ],
    ['5\n', `5, "options": {"hash": "maybe"}\n`, '"maybe"', 'hash cannot be "maybe"', 'LAB-EXPERIMENT'],
  ])('%j as %j', async (written, instead, wrong, complaint, code) => {
    const text = TEXT.replace(written, instead);
    const { line, column } = placeAt(text, text.indexOf(wrong));
    const { file, plan } = await planOfText(text);
    if (plan.ok) throw new Error('it was taken');
    expect(plan.failure.message).toContain(`${file}:${line}:${column} ${complaint}`);
    expect(plan.failure.code).toBe(code);
    expect(plan.failure.nextStep).not.toBe('');
  });

  it('also in a file that is nothing but brackets, none, a folder, or not there', async () => {
    const nested = await planOfText('['.repeat(100_000));
    expect(nested.plan).toMatchObject({
      failure: { code: 'HOST-EXPERIMENT-FILE', message: expect.stringContaining('nested too deeply') },
    });
    const large = await planOfText(`"${'x'.repeat(2 ** 20)}"`);
    expect(large.plan).toMatchObject({ failure: { message: expect.stringContaining('no experiment is so large') } });
    for (const file of [folder, join(folder, 'none.bootlab'), '/dev/zero']) {
      expect(await readExperimentFile(file)).toMatchObject({ ok: false, failure: { code: 'HOST-EXPERIMENT-FILE' } });
    }
  });
});

it('whatever byte of a file is another one, it is taken or refused, never thrown at', async () => {
  const bytes = new TextEncoder().encode(TEXT);
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, byte] of changes) changed[at] = byte;
      const { file, plan } = await planOfText(changed);
      if (!plan.ok) expect(plan.failure.message).toContain(file);
    }),
    { numRuns: 200 },
  );
});

it('what no file holds is refused by place as well', async () => {
  expect(checkExperiment({ format: 'bootlab-experiment' })).toMatchObject({
    ok: false,
    failure: { code: 'HOST-EXPERIMENT-SHAPE', message: expect.stringContaining('machines: ') },
  });
});
