#!/usr/bin/env node
// Entry of the terminal face. Finds its files beside the bundle (out/main/cli.cjs) and ends when all is written.
import { join } from 'node:path';
import { createBootHost } from '../host/boot-host';
import { createLabHost } from '../host/lab-host';
import { runCommandLine } from './program';
import { processTerminal } from './terminal';

const resourcesDir = join(__dirname, '..', '..', 'resources');
const workerFile = join(__dirname, 'engine-worker.cjs');
const host = createLabHost({ resourcesDir, workerFile });
const bootHost = createBootHost({ resourcesDir, workerFile });

void runCommandLine(process.argv.slice(2), processTerminal(), host, bootHost)
  .then((exitCode) => (process.exitCode = exitCode))
  .finally(() => host.close());
