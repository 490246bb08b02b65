#!/usr/bin/env node
// Entry of the terminal face. Finds its files beside the bundle (out/main/cli.cjs) and ends when all is written.
import { join } from 'node:path';
import { createLabHost } from '../host/lab-host';
import { runCommandLine } from './program';
import { processTerminal } from './terminal';

const host = createLabHost({
  resourcesDir: join(__dirname, '..', '..', 'resources'),
  workerFile: join(__dirname, 'engine-worker.cjs'),
});

void runCommandLine(process.argv.slice(2), processTerminal(), host)
  .then((exitCode) => (process.exitCode = exitCode))
  .finally(() => host.close());
