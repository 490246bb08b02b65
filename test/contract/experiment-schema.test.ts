import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/contract/experiment-schema';
import { describeIssues } from '../../src/contract/schemas';
import { testProfile } from '../support/test-profile';

const LEAST = {
  format: 'bootlab-experiment',
  version: 1,
  id: 'a-sweep',
  name: 'A sweep',
  machines: ['p3-1000-desktop'],
  paths: ['warm', 'kexec'],
};

const complaintsOf = (value: unknown) => {
  const parsed = parseExperiment(value);
  return parsed.success ? '' : describeIssues(parsed.error);
};

const parsedOf = (value: unknown) => {
  const parsed = parseExperiment(value);
  if (!parsed.success) throw new Error(describeIssues(parsed.error));
  return parsed.data;
};

describe('an experiment', () => {
  it('is one run per path on seed 1 when no more is said', () => {
    expect(parsedOf(LEAST)).toEqual({ ...LEAST, repetitions: 1, seed: 1 });
  });

  it('may write bytes as people do', () => {
    const { overlay, parameters } = parsedOf({
      ...LEAST,
      overlay: { 'memory.ramBytes': '64Mi' },
      parameters: [
        { name: 'disk.sizeBytes', values: ['1Gi', 4194304] },
        { name: 'kernel.fillerBytes', from: '1Ki', to: '1Mi', steps: 11, scale: 'log' },
        { name: 'loader.promptTenths', from: 0, to: 50, steps: 2 },
        { name: 'crashkernel', values: ['16M@16M'] },
      ],
    });
    expect(overlay).toEqual({ 'memory.ramBytes': 67108864 });
    expect(parameters).toEqual([
      { name: 'disk.sizeBytes', values: [1073741824, 4194304] },
      { name: 'kernel.fillerBytes', from: 1024, to: 1048576, steps: 11, scale: 'log' },
      { name: 'loader.promptTenths', from: 0, to: 50, steps: 2, scale: 'linear' },
      { name: 'crashkernel', values: ['16M@16M'] },
    ]);
  });

  it('may bring a machine of its own', () => {
    expect(parsedOf({ ...LEAST, machines: [testProfile()] }).machines[0]).toEqual(testProfile());
  });
});

describe('what is wrong is said by its place', () => {
  const cpu = { ...testProfile().cpu, hz: { value: 'fast', evidence: 'S', source: 'x' } };

  it.each<[object, string]>([
    [{ format: 'other' }, 'format: '],
    [{ version: 2 }, 'version: must be 1: no other version can be read'],
    [{ id: '../../etc/passwd' }, 'id: must be lower-case letters'],
    [{ id: 'con/../x' }, 'id: '],
    [{ name: '=HYPERLINK("http://example.org")' }, 'name: must not begin with =, +, - or @'],
    [{ name: '+1' }, 'name: must not begin'],
    [{ name: 'a\u001b[2Jb' }, 'name: must have no control characters'],
    [{ notes: 'a\u0007' }, 'notes: must have no control characters'],
    [{ machines: ['../secret'] }, 'machines[0]: must be lower-case letters'],
    [{ machines: [7] }, 'machines[0]: is of the wrong kind'],
    [{ machines: [{ ...testProfile(), cpu }] }, 'machines[0].cpu.hz.value: '],
    [{ machines: [] }, 'machines: must name at least one machine'],
    [{ paths: ['warm', 'warm'] }, 'paths: must name each path once'],
    [{ paths: ['hot'] }, 'paths[0]: '],
    [{ repetitions: 1001 }, 'repetitions: '],
    [{ repetitions: 0 }, 'repetitions: '],
    [{ repetitions: 1.5 }, 'repetitions: '],
    [{ seed: -1 }, 'seed: '],
    [{ seed: 2 ** 53 }, 'seed: '],
    [{ overlay: { 'rom.widthBits': Infinity } }, 'overlay.rom.widthBits: '],
    [{ overlay: { 'rom.widthBits': NaN } }, 'overlay.rom.widthBits: '],
    [{ overlay: { 'rom.widthBits': '16' } }, 'overlay.rom.widthBits: must be a number, or a text such as "64Mi"'],
    [{ overlay: { 'rom.widthBits': '1e400Gi' } }, 'overlay.rom.widthBits: is too large'],
    [{ options: { hash: true } }, 'options.hash: '],
    [{ parameters: [{ name: 'a', vales: [1] }] }, 'parameters[0].values: '],
    [{ parameters: [{ name: 'a', values: [] }] }, 'parameters[0].values: '],
    [{ parameters: [{ name: 'a', values: [1, null] }] }, 'parameters[0].values[1]: '],
    [{ parameters: [{ name: 'a', from: 1, to: 2, steps: 1e9 }] }, 'parameters[0].steps: '],
    [{ parameters: [{ name: 'a', from: 1, to: 2, steps: 3, scale: 'cubic' }] }, 'parameters[0].scale: '],
    [{ parameters: Array.from({ length: 21 }, () => ({ name: 'a', values: [1] })) }, 'parameters: '],
    [{ variations: ['weather'] }, 'variations[0]: '],
    [{ extra: 1 }, 'the whole value: '],
  ])('%j', (changes, complaint) => {
    expect(complaintsOf({ ...LEAST, ...changes })).toContain(complaint);
  });

  it.each([null, 7, 'x', [], true, undefined])('%j is none', (value) => {
    expect(complaintsOf(value)).toContain('the whole value: ');
  });
});

it('takes or refuses anything without throwing, and leaves no prototype behind', () => {
  const keys = fc.constantFrom(...Object.keys(LEAST), 'parameters', 'overlay', 'options', '__proto__', 'constructor');
  fc.assert(
    fc.property(fc.dictionary(keys, fc.anything({ maxDepth: 4, withNullPrototype: true })), (changes) => {
      const value = JSON.parse(JSON.stringify({ ...LEAST, ...changes }) ?? 'null') as unknown;
      const parsed = parseExperiment(value);
      if (!parsed.success) expect(describeIssues(parsed.error)).not.toBe('');
    }),
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
