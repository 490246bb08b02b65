#!/usr/bin/env node
// Entry of the terminal face. Finds its files beside the bundle (out/main/cli.cjs) and ends when all is written.
import { join } from 'node:path';
import { createBootHost } from '../host/boot-host';
import { createLabHost } from '../host/lab-host';
import { EXIT, failureText } from './exit-codes';
import { runCommandLine } from './program';
import { processTerminal } from './terminal';

const resourcesDir = join(__dirname, '..', '..', 'resources');
const workerFile = join(__dirname, 'engine-worker.cjs');
const host = createLabHost({ resourcesDir, workerFile });
const bootHost = createBootHost({ resourcesDir, workerFile });

void runCommandLine(process.argv.slice(2), processTerminal(), host, bootHost)
  .catch((error: unknown) => {
    process.stderr.write(failureText(defect(error)));
    return EXIT.FAILED;
  })
  .then((exitCode) => (process.exitCode = exitCode))
  .finally(() => host.close());

/** What no command should let through: a mistake of ours, told like any other failure. */
function defect(error: unknown) {
  return {
    code: 'CLI-DEFECT',
    message: `Bootlab failed: ${error instanceof Error ? error.message : String(error)}.`,
    nextStep: 'This is a defect; please report it with what follows.',
    details: error instanceof Error ? error.stack : undefined,
  };
}
