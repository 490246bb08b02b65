import { describe, expect, it } from 'vitest';
import { EmulatorError } from '../../src/emulator/index';
import type { RunPath } from '../../src/host/run-order';
import { carryOut, carryOutExplanation } from '../../src/host/run-order';
import type { ExplainMessage, PathMessage } from '../../src/host/worker-protocol';
import { fakeExplanation, fakeImages } from '../support/fake-engine';
import { fakeRecord } from '../support/fake-record';
import { testProfile } from '../support/test-profile';

const request = {
  profile: testProfile(),
  path: 'warm',
  seed: 1,
  variations: [],
  images: fakeImages(),
  limitCycles: 1e9,
} as const;

function carryOutWith(run: RunPath, nowMs: () => number = () => 0) {
  const messages: PathMessage[] = [];
  const stopFlag = new SharedArrayBuffer(4);
  carryOut({ kind: 'path', request, stopFlag }, run, (message) => messages.push(message), nowMs);
  return messages;
}

describe('an order in a worker', () => {
  it('ends with the record', () => {
    const record = fakeRecord('warm');
    expect(carryOutWith(() => record)).toEqual([{ type: 'done', record }]);
  });

  it('reports at most ten times a second, however often the run speaks', () => {
    let hostMs = 0;
    const messages = carryOutWith(
      (_request, hooks) => {
        for (let cycles = 0; cycles < 1000; cycles++) {
          hooks?.onProgress?.({ cycles, phaseName: 'Memory test' });
          hostMs += 1;
        }
        return fakeRecord('warm');
      },
      () => hostMs,
    );
    const reports = messages.filter(({ type }) => type === 'progress');
    expect(reports).toHaveLength(10);
    expect(reports[1]).toMatchObject({ progress: { cycles: 100 } });
  });

  it('turns an error of the emulator into a failure with code and next step', () => {
    const messages = carryOutWith(() => {
      throw new EmulatorError('EMU-GUEST-PANIC', 'The kernel panicked.', 'Read the console.');
    });
    expect(messages).toEqual([
      {
        type: 'failed',
        failure: { code: 'EMU-GUEST-PANIC', message: 'The kernel panicked.', nextStep: 'Read the console.' },
      },
    ]);
  });

  it.each([new TypeError('x is not a function'), 'a string', undefined])('calls %s a defect', (thrown) => {
    const messages = carryOutWith(() => {
      throw thrown;
    });
    expect(messages).toMatchObject([{ type: 'failed', failure: { code: 'HOST-ENGINE-DEFECT' } }]);
  });

  it('tells the run to stop once the flag is up', () => {
    const stopFlag = new SharedArrayBuffer(4);
    const seen: (boolean | undefined)[] = [];
    carryOut(
      { kind: 'path', request, stopFlag },
      (_request, hooks) => {
        seen.push(hooks?.shouldStop?.());
        Atomics.store(new Int32Array(stopFlag), 0, 1);
        seen.push(hooks?.shouldStop?.());
        return fakeRecord('warm');
      },
      () => {},
    );
    expect(seen).toEqual([false, true]);
  });
});

describe('an order to explain', () => {
  function explainWith(explain: Parameters<typeof carryOutExplanation>[1], nowMs: () => number = () => 0) {
    const messages: ExplainMessage[] = [];
    const order = { kind: 'explain', request, stopFlag: new SharedArrayBuffer(4) } as const;
    carryOutExplanation(order, explain, (message) => messages.push(message), nowMs);
    return messages;
  }

  it('reports as a run does, and ends with the record and its causes', () => {
    let hostMs = 0;
    const explained = fakeExplanation(fakeRecord('warm'));
    const messages = explainWith(
      (_request, hooks) => {
        hostMs = 1000;
        hooks?.onProgress?.({ cycles: 5, phaseName: 'Memory test' });
        return explained;
      },
      () => hostMs,
    );
    expect(messages).toEqual([
      { type: 'progress', progress: { cycles: 5, phaseName: 'Memory test' } },
      { type: 'explained', explained },
    ]);
  });

  it('ends with a failure where the run does', () => {
    const messages = explainWith(() => {
      throw new EmulatorError('EMU-CANCELLED', 'The run was cancelled.', 'Start it again.');
    });
    expect(messages).toMatchObject([{ type: 'failed', failure: { code: 'EMU-CANCELLED' } }]);
  });
});
