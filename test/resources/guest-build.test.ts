// The committed guest images are what their sources build. Needs nasm, gcc with -m32, make and python3 of the versions
// in build/toolchain.txt: other compilers give other bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const GUEST = join(import.meta.dirname, '../../resources/guest');
const COMMITTED = join(GUEST, 'build');

/** The first line a tool prints of its version, or null when it is not there. */
function versionOf(tool: string, ...options: string[]): string | null {
  const { status, stdout } = spawnSync(tool, options, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : null;
}

/** Why the images cannot be rebuilt to the same bytes here, or null. */
function obstacle(): string | null {
  const found = [versionOf('nasm', '-v'), versionOf('gcc', '--version'), versionOf('ld', '--version')];
  if (found.includes(null) || !versionOf('make', '--version') || !versionOf('python3', '--version')) {
    return 'nasm, gcc, ld, make or python3 is missing';
  }
  const wanted = readFileSync(join(COMMITTED, 'toolchain.txt'), 'utf8').trim().split('\n');
  const withoutPlatform = (line: string | null) => line?.replace(/ compiled on .*$/, '');
  return found.map(withoutPlatform).join('\n') === wanted.map(withoutPlatform).join('\n')
    ? null
    : `the tools are ${found.join(', ')}; the images were built with ${wanted.join(', ')}`;
}

const why = obstacle();
const mayHere = why === null || process.env.CI === 'true';

describe.skipIf(!mayHere)(`the guest images${mayHere ? '' : ` (not rebuilt: ${why})`}`, () => {
  const out = mkdtempSync(join(tmpdir(), 'bootlab-guest-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('have the tools they need where continuous integration runs', () => {
    expect(why).toBeNull();
  });

  it('build to the committed bytes', () => {
    execFileSync('make', ['-s', '-C', GUEST, `OUT=${out}`], { stdio: 'pipe' });
    const files = (folder: string) =>
      readdirSync(folder)
        .filter((name) => name !== 'obj')
        .sort();
    expect(files(out)).toEqual(files(COMMITTED));
    const differing = files(out)
      .filter((name) => name !== 'toolchain.txt')
      .filter((name) => !readFileSync(join(out, name)).equals(readFileSync(join(COMMITTED, name))));
    expect(differing).toEqual([]);
  });
});
