// Entry of the worker thread: one machine, one order, one answer. An entry of the main build of its own.
import { parentPort } from 'node:worker_threads';
import { bootMachine, runPath } from '../emulator/index';
import { carryOutBoot, carryOut } from './run-order';
import type { BootOrder, RunOrder } from './worker-protocol';

parentPort?.once('message', (order: RunOrder | BootOrder) => {
  const post = (message: unknown) => parentPort?.postMessage(message);
  if (order.kind === 'boot') carryOutBoot(order, bootMachine, post);
  else carryOut(order, runPath, post);
});
