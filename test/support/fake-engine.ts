// Engine hosts without an emulator: records by path, or a failure. And guest images that are none.
import type { EngineHost, RunOptions } from '../../src/host/engine-host';
import { cancelled, succeed } from '../../src/host/failure';
import type { Failure, Result } from '../../src/contract/api';
import type { GuestImages, PathRecord, PathRunRequest } from '../../src/emulator/index';
import { fakeRecord } from './fake-record';

export type FakeRun = (request: PathRunRequest, options: RunOptions) => Promise<Result<PathRecord>>;

/** Answers each run with the fake record of its path, after a few reports. */
export const runFake: FakeRun = async (request, { onProgress }) => {
  onProgress?.({ cycles: 1e9, phaseName: 'Memory test' });
  onProgress?.({ cycles: 5e9, phaseName: 'Boot prompt' });
  const { profile, path, seed, variations } = request;
  return succeed(fakeRecord(path, undefined, { profileId: profile.id, seed, variations, cpuHz: profile.cpu.hz.value }));
};

/** Ends only when cancelled. */
export const runForEver: FakeRun = async (_request, { signal }) => {
  if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  return cancelled();
};

export function failWith(failure: Failure): FakeRun {
  return async () => ({ ok: false, failure });
}

/** An engine host that remembers what it was asked. */
export function fakeEngine(run: FakeRun = runFake): EngineHost & { readonly requests: PathRunRequest[] } {
  const requests: PathRunRequest[] = [];
  return {
    requests,
    run(request, options = {}) {
      requests.push(request);
      return run(request, options);
    },
    close: async () => {},
  };
}

/** Bytes of no meaning where only a fake engine gets them. */
export function fakeImages(): GuestImages {
  const empty = new Uint8Array(0);
  return {
    bios: empty,
    videoRom: empty,
    scsiRom: empty,
    networkRom: empty,
    loaderStage1: empty,
    loaderStage2: empty,
    kernel: empty,
    init: empty,
    linuxAgent: empty,
    symbols: {},
    code: {},
  };
}
