import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../src/emulator/index';
import { canonicalJson, comparisonConfigHash, runConfigHash, sha256Hex } from '../../src/lab/config-hash';
import { nameRuns } from '../../src/lab/run-record';
import { testProfile } from '../support/test-profile';
import { fakeRecord } from '../support/fake-record';

describe('SHA-256', () => {
  // NIST FIPS 180-2, appendix B.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of "%s" is the published digest', (text, digest) => {
    expect(sha256Hex(text)).toBe(digest);
  });

  it('hashes the UTF-8 bytes of a text', () => {
    expect(sha256Hex('µs · 試')).toBe(createHash('sha256').update('µs · 試', 'utf8').digest('hex'));
  });
});

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units and writes no white space', () => {
    expect(canonicalJson({ b: [1, 'x', null, true], a: { '\u20ac': 1, '\r': 2, '1': 3 } })).toBe(
      '{"a":{"\\r":2,"1":3,"€":1},"b":[1,"x",null,true]}',
    );
  });

  // RFC 8785, appendix B.
  it.each([
    [0, '0'],
    [-0, '0'],
    [1e21, '1e+21'],
    [4.5, '4.5'],
    [0.002, '0.002'],
    [1e-27, '1e-27'],
  ])('writes the number %d as ECMAScript does', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([NaN, Infinity, undefined, () => 0])('refuses %s, alone and inside', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson({ a: [value] })).toThrow(TypeError);
  });

  it('does not depend on the order in which keys were set, and says the same as JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

describe('the hash of a configuration', () => {
  const profile = testProfile();

  it('does not see names, texts or sources', () => {
    const renamed = {
      ...profile,
      id: 'other',
      name: 'Other',
      year: 1999,
      description: 'x',
      caveats: ['y'],
      cpu: { ...profile.cpu, hz: { ...profile.cpu.hz, evidence: 'model' as const, source: 'elsewhere' } },
    };
    expect(runConfigHash(renamed, 'warm', [])).toBe(runConfigHash(profile, 'warm', []));
  });

  it('sees every figure, the path and the variation models', () => {
    const base = runConfigHash(profile, 'warm', ['disk-rotation']);
    const others = [
      runConfigHash(applyOverlay(profile, { 'memory.ramBytes': 33554432 }), 'warm', ['disk-rotation']),
      runConfigHash({ ...profile, hasPci: false }, 'warm', ['disk-rotation']),
      runConfigHash({ ...profile, kernel: { ...profile.kernel, commandLine: 'reboot=t' } }, 'warm', ['disk-rotation']),
      runConfigHash(profile, 'kexec', ['disk-rotation']),
      runConfigHash(profile, 'warm', []),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  it('does not see an overlay that changes nothing, nor the order of variation models', () => {
    const unchanged = applyOverlay(profile, { 'memory.ramBytes': profile.memory.ramBytes.value });
    expect(runConfigHash(unchanged, 'warm', ['timer-phase', 'disk-rotation'])).toBe(
      runConfigHash(profile, 'warm', ['disk-rotation', 'timer-phase']),
    );
  });

  it('stays what it is: published hashes must not move unless the schema version does', () => {
    const canonical = canonicalJson({ a: 1 });
    expect(sha256Hex(canonical)).toBe(createHash('sha256').update('{"a":1}').digest('hex'));
    expect(runConfigHash(profile, 'warm', [])).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of a comparison sees the order of its paths', () => {
    expect(comparisonConfigHash(profile, ['warm', 'kexec'], [])).not.toBe(
      comparisonConfigHash(profile, ['kexec', 'warm'], []),
    );
  });
});

describe('runs of a comparison', () => {
  it('are named by configuration and seed; the first is the baseline', () => {
    const runs = nameRuns(testProfile(), [fakeRecord('warm'), fakeRecord('kexec', undefined, { seed: 7 })]);
    expect(runs.map(({ isBaseline }) => isBaseline)).toEqual([true, false]);
    expect(runs[0].runId).toBe(`${runs[0].configHash.slice(0, 12)}-s1`);
    expect(runs[1].runId).toBe(`${runs[1].configHash.slice(0, 12)}-s7`);
    expect(runs[0].configHash).not.toBe(runs[1].configHash);
  });
});
