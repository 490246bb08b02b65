// `npm test [unit|e2e]`: builds when needed, then runs vitest: everything, or one part. Guest tests that take minutes run only
// when they are named: `npm run test:guests`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';

const LONG = ['--exclude', 'test/guests/long/**'];
const SELECTIONS = {
  all: LONG,
  unit: [...LONG, '--exclude', 'test/e2e/**'],
  e2e: ['test/e2e'],
  guests: [],
};

const projectDir = fileURLToPath(new URL('..', import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const part = first in SELECTIONS ? first : 'all';
const named = part === first ? rest : process.argv.slice(2);
// All guests, unless some are named.
const extra = part === 'guests' && named.length === 0 ? ['test/guests'] : named;

buildIfNeeded(projectDir);
const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', ...SELECTIONS[part], ...extra], {
  cwd: projectDir,
  stdio: 'inherit',
  // The window's tests refuse a stale build, unless it was fresh when all began.
  env: { ...process.env, BOOTLAB_BUILD_IS_FRESH: '1' },
});
process.exitCode = status ?? 1;
