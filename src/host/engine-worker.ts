// Entry of the worker thread: one order after the other, each with one machine and one answer. An entry of the main build of its own.
import { parentPort } from 'node:worker_threads';
import { bootMachine, explainPath, runPath } from '../emulator/index';
import { carryOutBoot, carryOut, carryOutExplanation } from './run-order';
import type { BootOrder, ExplainOrder, RunOrder } from './worker-protocol';

parentPort?.on('message', (order: RunOrder | ExplainOrder | BootOrder) => {
  const post = (message: unknown) => parentPort?.postMessage(message);
  if (order.kind === 'boot') carryOutBoot(order, bootMachine, post);
  else if (order.kind === 'explain') carryOutExplanation(order, explainPath, post);
  else carryOut(order, runPath, post);
});
