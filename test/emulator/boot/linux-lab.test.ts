import { describe, expect, it } from 'vitest';
import { buildInitramfs } from '../../../src/emulator/boot/initramfs';
import { buildLinuxLab } from '../../../src/emulator/boot/linux-lab';
import { linuxKernel } from '../../support/linux-kernels';
import { readNewc } from '../../support/read-newc';

const agent = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46]);
const kernel = linuxKernel({ protocol: 0x020f });
const initrd = buildInitramfs([
  { kind: 'file', path: 'init', permissions: 0o755, content: Uint8Array.from([1, 2, 3]) },
]);
const request = { agent, kernel, initrd, commandLine: 'quiet', action: 'kexec' } as const;
const contentOf = (archive: Uint8Array, path: string) => readNewc(archive).find((one) => one.path === path)?.content;

describe("a Linux with the lab's agent", () => {
  it("has the agent as its first process, behind the user's own options", () => {
    const { commandLine } = buildLinuxLab({ ...request, commandLine: 'rdinit=/mine quiet' });
    expect(commandLine).toBe('rdinit=/mine quiet rdinit=/lab-init lab.action=kexec lab.gen=0');
    const passed = buildLinuxLab({ ...request, commandLine: 'quiet -- single x', action: 'none' });
    expect(passed.commandLine).toBe('quiet rdinit=/lab-init lab.action=none lab.gen=0 -- single x');
    expect(buildLinuxLab({ ...request, commandLine: '' }).commandLine).toMatch(/^rdinit=/);
  });

  it('carries the next kernel and its RAM disk for a jump, and in that one the agent alone', () => {
    const lab = buildLinuxLab(request);
    expect(lab.initrd.subarray(0, initrd.length)).toEqual(initrd);
    const members = readNewc(lab.initrd).map(({ path }) => path);
    expect(members).toEqual(['init', 'lab-init', 'boot', 'boot/vmlinuz', 'boot/initrd']);
    expect(contentOf(lab.initrd, 'boot/vmlinuz')).toEqual(kernel);
    const next = contentOf(lab.initrd, 'boot/initrd')!;
    expect(readNewc(next).map(({ path }) => path)).toEqual(['init', 'lab-init']);
    expect(contentOf(next, 'lab-init')).toEqual(agent);
  });

  it('carries only the agent where nobody jumps, and needs no RAM disk of the user', () => {
    const lab = buildLinuxLab({ ...request, initrd: null, action: 'reboot' });
    expect(readNewc(lab.initrd)).toMatchObject([{ path: 'lab-init', mode: 0o100755 }]);
  });

  it('refuses a command line that gets too long for the kernel', () => {
    expect(() => buildLinuxLab({ ...request, commandLine: 'x'.repeat(2000) })).toThrow(/2047 characters/);
    const old = linuxKernel({ protocol: 0x0203 });
    expect(() => buildLinuxLab({ ...request, kernel: old, commandLine: 'x'.repeat(200) })).toThrow(/255 characters/);
  });
});
