import { describe, expect, it } from 'vitest';
import { machineProfileSchema } from '../../src/contract/profile-schema';
import { comparisonRequestSchema, describeIssues } from '../../src/contract/schemas';
import { testProfile } from '../support/test-profile';

const REQUEST = { profileId: 'p3-1000-desktop', paths: ['warm', 'kexec'], seed: 1, overlay: { 'rom.widthBits': 16 } };

describe('a request of the window', () => {
  it('is taken as the type says', () => {
    expect(comparisonRequestSchema.parse(REQUEST)).toEqual(REQUEST);
    const withVariations = { ...REQUEST, variations: ['timer-phase'] };
    expect(comparisonRequestSchema.parse(withVariations)).toEqual(withVariations);
    const withOptions = { ...REQUEST, paths: ['crash'], options: { stub: 'three', console: 'vga+9600' } };
    expect(comparisonRequestSchema.parse(withOptions)).toEqual(withOptions);
  });

  it.each([
    ['nothing', undefined],
    ['an unknown path', { ...REQUEST, paths: ['suspend'] }],
    ['an unknown option', { ...REQUEST, options: { speed: 'on' } }],
    ['an option with a value it has not', { ...REQUEST, options: { stub: 'two' } }],
    ['an option that is no text', { ...REQUEST, options: { entry: 16 } }],
    ['a path named twice', { ...REQUEST, paths: ['warm', 'warm'] }],
    ['a file as machine', { ...REQUEST, profileId: '../../etc/passwd' }],
    ['a seed beyond 32 bits', { ...REQUEST, seed: 2 ** 32 }],
    ['a figure that is no number', { ...REQUEST, overlay: { 'rom.widthBits': '16' } }],
    ['a figure without end', { ...REQUEST, overlay: { 'rom.widthBits': Infinity } }],
    ['an unknown field', { ...REQUEST, surprise: true }],
    ['an unknown variation model', { ...REQUEST, variations: ['weather'] }],
  ])('is refused with %s', (_, value) => {
    expect(comparisonRequestSchema.safeParse(value).success).toBe(false);
  });
});

describe('the shape of a machine profile', () => {
  it('is that of the emulator’s type', () => {
    const profile = testProfile();
    expect(machineProfileSchema.parse(profile)).toEqual(profile);
  });
});

describe('a list of what is wrong', () => {
  it('names places with dots and brackets', () => {
    const result = machineProfileSchema.safeParse({ ...testProfile(), caveats: ['fine', ''] });
    expect(describeIssues(result.error!)).toBe('caveats[1]: must not be empty');
  });

  it('tells of control characters, which a terminal would obey', () => {
    const result = machineProfileSchema.safeParse({ ...testProfile(), name: '\u001b[31mred' });
    expect(describeIssues(result.error!)).toBe('name: must have no control characters');
  });

  it('says how many more there are', () => {
    const text = describeIssues(machineProfileSchema.safeParse({}).error!);
    expect(text.split('\n')).toHaveLength(6);
    expect(text).toMatch(/\nand \d+ more$/);
  });

  it('has words for a value wrong altogether', () => {
    expect(describeIssues(machineProfileSchema.safeParse(null).error!)).toMatch(/^the whole value: /);
  });
});
