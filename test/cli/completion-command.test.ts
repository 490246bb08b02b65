import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { createLabHost } from '../../src/host/lab-host';
import { fakeBootHost } from '../support/fake-boot-host';
import { fakeEngine } from '../support/fake-engine';
import { fakeTerminal } from '../support/fake-terminal';

async function completion(shell: string) {
  const terminal = fakeTerminal();
  const host = createLabHost({ resourcesDir: 'resources', workerFile: 'none', engine: fakeEngine() });
  const exitCode = await runCommandLine(['completion', shell], terminal, host, fakeBootHost());
  return { exitCode, script: terminal.printed(), err: terminal.told() };
}

describe('bootlab completion bash', async () => {
  const { script } = await completion('bash');
  const file = join(mkdtempSync(join(tmpdir(), 'bootlab-completion-')), 'bootlab.bash');
  writeFileSync(file, script);

  /** What bash offers for the last word. */
  function offered(...words: string[]): string[] {
    const line = `source ${file}; compopt() { :; }; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _bootlab; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', line], { encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  it('offers commands, options of a command, machines, paths and names of parameters', () => {
    expect(offered('bootlab', 'sw')).toEqual(['sweep']);
    expect(offered('bootlab', '')).toEqual(expect.arrayContaining(['run', 'sweep', 'compare', 'export', 'completion']));
    expect(offered('bootlab', 'sweep', '--re')).toEqual(['--repeat']);
    expect(offered('bootlab', 'sweep', '--profile', '486')).toEqual(['486dx2-66']);
    expect(offered('bootlab', 'sweep', '--paths', 'k')).toEqual(['kexec']);
    expect(offered('bootlab', 'sweep', '--param', 'memory.ram')).toEqual(['memory.ramBytes=']);
    expect(offered('bootlab', 'compare', '--option', 'ha')).toEqual(['hash=']);
  });

  it('offers files elsewhere', () => {
    expect(offered('bootlab', 'run', 'package.js')).toEqual(['package.json']);
  });
});

it.each(['zsh', 'fish'])('bootlab completion %s names every command and long option', async (shell) => {
  const { exitCode, script } = await completion(shell);
  expect(exitCode).toBe(0);
  for (const word of ['sweep', 'repeat', 'profile', '486dx2-66', 'memory.ramBytes=']) expect(script).toContain(word);
  // Quotes of a description must not end one of the script's.
  for (const line of script.split('\n')) expect((line.replaceAll("\\'", '').match(/'/g) ?? []).length % 2).toBe(0);
});

it('refuses another shell with what there is', async () => {
  expect(await completion('tcsh')).toMatchObject({ exitCode: 2, err: expect.stringContaining('bash, zsh, fish') });
});
