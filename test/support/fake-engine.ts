// Engine hosts without an emulator: records by path, or a failure. And guest images that are none.
import type { EngineHost, RunOptions } from '../../src/host/engine-host';
import { cancelled, succeed } from '../../src/host/failure';
import type { Failure, Result } from '../../src/contract/api';
import type { ExplainedPath, GuestImages, PathRecord, PathRunRequest } from '../../src/emulator/index';
import { leafPhases } from '../../src/emulator/index';
import { fakeRecord } from './fake-record';

export type FakeRun = (request: PathRunRequest, options: RunOptions) => Promise<Result<PathRecord>>;

/** All cycles of each leaf put down to one place in the kernel and, where it waits, to the disk. */
export function fakeExplanation(record: PathRecord): ExplainedPath {
  const code = { image: 'kernel', symbol: 'ata_read', address: 0xc010_2ec0 };
  const leaves = leafPhases(record.root).map(({ costs: { durationCycles, deviceWaitCycles } }) => {
    const figures = [
      { name: 'disk.commandOverheadNs', value: 500_000, unit: 'ns', evidence: 'K', source: 'a data sheet' } as const,
    ];
    const wait = { basis: 'device', cost: 'wait', chip: 'primary ATA', code, figures } as const;
    const clocks = { basis: 'executed', cost: 'clocks', chip: '', code, figures: [] } as const;
    return [
      { ...wait, cycles: deviceWaitCycles },
      { ...clocks, cycles: durationCycles - deviceWaitCycles },
    ].filter(({ cycles }) => cycles > 0);
  });
  return { record, leaves };
}

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
    async explain(request, options = {}) {
      requests.push(request);
      const result = await run(request, options);
      return result.ok ? succeed(fakeExplanation(result.value)) : result;
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
