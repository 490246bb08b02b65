// Entry of the worker thread: one machine, one order, one answer. An entry of the main build of its own.
import { parentPort } from 'node:worker_threads';
import { runPath } from '../emulator/index';
import { carryOut } from './run-order';
import type { RunOrder } from './worker-protocol';

parentPort?.once('message', (order: RunOrder) => {
  carryOut(order, runPath, (message) => parentPort?.postMessage(message));
});
