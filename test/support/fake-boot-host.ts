// A boot host that says what a test wants it to say.
import type { Result } from '../../src/contract/api';
import type { BootHost, BootOutput, BootReport, HostBootRequest } from '../../src/host/boot-host';
import { cancelled, succeed } from '../../src/host/failure';

export const FAKE_REPORT: BootReport = {
  stop: 'until',
  exitCode: null,
  instructions: 1234,
  cycles: 5_000_000,
  cpuHz: 1_000_000_000,
  ports: [{ port: 0x80, values: [1, 2, 255] }],
  registers: { eax: 1, eip: 0xfff0 },
  instruction: 'hlt',
  screen: ['Hello   ', '', 'World'],
  picture: { width: 2, height: 1, rgba: new Uint8Array([1, 2, 3, 255, 4, 5, 6, 255]) },
  phases: null,
};

export type FakeBoot = (request: HostBootRequest, output: BootOutput) => BootReport | Result<BootReport>;

export function fakeBootHost(boot: FakeBoot = () => FAKE_REPORT): BootHost & { readonly requests: HostBootRequest[] } {
  const requests: HostBootRequest[] = [];
  return {
    requests,
    async boot(request, output, signal) {
      requests.push(request);
      if (signal.aborted) return cancelled();
      const end = boot(request, output);
      return 'ok' in end ? end : succeed(end);
    },
    ownRoms: async () => succeed({ bios: new Uint8Array([1]), videoRom: new Uint8Array([2]) }),
  };
}
