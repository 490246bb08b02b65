import { decode } from 'fast-png';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { createLabHost } from '../../src/host/lab-host';
import type { FakeBoot } from '../support/fake-boot-host';
import { FAKE_REPORT, fakeBootHost } from '../support/fake-boot-host';
import { fakeEngine } from '../support/fake-engine';
import { fakeTerminal } from '../support/fake-terminal';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-machine-'));
});

async function machine(args: readonly string[], boot?: FakeBoot) {
  const terminal = fakeTerminal();
  const bootHost = fakeBootHost(boot);
  const host = createLabHost({ resourcesDir: resolve('resources'), workerFile: 'none', engine: fakeEngine() });
  const exitCode = await runCommandLine(['machine', ...args], terminal, host, bootHost);
  await new Promise((later) => setImmediate(later));
  return { exitCode, out: terminal.printed(), err: terminal.told(), request: bootHost.requests[0] };
}

describe('bootlab machine', () => {
  it('closes with one line of JSON', async () => {
    const { exitCode, out } = await machine([]);
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toEqual({
      stop: 'until',
      exit: null,
      insns: 1234,
      cycles: 5_000_000,
      ms: 5,
      hostSeconds: expect.any(Number),
      ports: { '0x80': [1, 2, 255] },
      r: { eax: 1, eip: 0xfff0 },
      phases: [],
    });
  });

  const ended = (stop: 'shutdown' | 'cycles', args: readonly string[] = []) =>
    machine(args, () => ({ ...FAKE_REPORT, stop, registers: { cs: 0xf000, eip: 0xfff0 } }));

  it('fails with place and next step when the guest ends in a triple fault', async () => {
    const { exitCode, out, err } = await ended('shutdown');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ stop: 'shutdown' });
    expect(err).toMatch(/triple fault.*f000:fff0, at "hlt"[\s\S]*registers[\s\S]*\[EMU-GUEST-SHUTDOWN\]/);
  });

  it('fails when a guest loops beyond the limit nobody gave, not at one that was given', async () => {
    const unlimited = await ended('cycles');
    expect(unlimited.exitCode).toBe(1);
    expect(unlimited.err).toContain('[EMU-LIMIT-CYCLES]');
    expect(unlimited.request.limitCycles).toBe(1e12);
    const limited = await ended('cycles', ['--max-cycles', '5000']);
    expect(limited.exitCode).toBe(0);
    expect(limited.err).toBe('');
  });

  it('boots its own firmware unless given another', async () => {
    const { request } = await machine([]);
    expect(request).toMatchObject({ bios: new Uint8Array([1]), videoRom: new Uint8Array([2]), disk: null });
  });

  it('takes ROMs and disk from files', async () => {
    const [bios, vga, disk] = ['bios', 'vga', 'disk'].map((name) => join(folder, name));
    await Promise.all([bios, vga, disk].map((file) => writeFile(file, file)));
    const { request } = await machine(['--bios', bios, '--vgabios', vga, '--hda', disk]);
    expect(Buffer.from(request.bios).toString()).toBe(bios);
    expect(Buffer.from(request.videoRom!).toString()).toBe(vga);
    expect(Buffer.from(request.disk!).toString()).toBe(disk);
  });

  it('names a disc instead of reading it, and refuses an empty file', async () => {
    const [disc, empty] = [join(folder, 'disc'), join(folder, 'empty')];
    await Promise.all([writeFile(disc, 'x'), writeFile(empty, '')]);
    expect((await machine(['--cdrom', disc])).request.cdromFile).toBe(disc);
    const refused = await machine(['--cdrom', empty]);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('is empty');
  });

  it('takes a kernel with its command line', async () => {
    const [bios, kernel] = ['bios', 'kernel'].map((name) => join(folder, name));
    await Promise.all([bios, kernel].map((file) => writeFile(file, file)));
    const alone = await machine(['--kernel', kernel, '--append', 'a b', '--initrd', kernel]);
    expect(alone.request.kernel).toMatchObject({ commandLine: 'a b' });
    expect(Buffer.from(alone.request.kernel!.initrd!).toString()).toBe(kernel);
    const after = await machine(['--kernel', kernel, '--bios', bios]);
    expect(after.request.kernel).toMatchObject({ commandLine: '', initrd: null });
  });

  it('has no video ROM beside a foreign BIOS unless given one', async () => {
    const bios = join(folder, 'bios');
    await writeFile(bios, 'x');
    expect((await machine(['--bios', bios])).request.videoRom).toBeNull();
  });

  it('passes limits, ends and ports on', async () => {
    const { request } = await machine([
      ...['--max-insns', '1000', '--max-cycles', '0x100000', '--until-port', '0x80=0xff', '--exit-port', '0xf4'],
      ...['--until-text', 'serial:login:', '--watch-port', '0x80', '--watch-port', '0x84'],
      ...['--log', `0xe9=${join(folder, 'e9')}`, '--mem', '16', '--cpu', '386', '--profile', '486dx2-66'],
    ]);
    expect(request).toMatchObject({
      limitInstructions: 1000,
      limitCycles: 0x100000,
      untilPort: { port: 0x80, value: 0xff },
      untilText: { source: 'serial', text: 'login:' },
      watchPorts: [0x80, 0x84],
      logPorts: [0xe9],
      exitPort: 0xf4,
      profile: {
        id: '486dx2-66',
        memory: { ramBytes: { value: 16 * 2 ** 20 } },
        cpu: { model: '386', clockTable: 'i386' },
      },
    });
  });

  it('writes the serial line and logged ports to files, byte by byte', async () => {
    const serial = join(folder, 'serial');
    const log = join(folder, 'e9');
    await machine(['--serial', serial, '--log', `0xe9=${log}`], (_request, output) => {
      output.onSerial('a\u00ff');
      output.onPortBytes(0xe9, new Uint8Array([0, 255]));
      output.onSerial('b');
      return FAKE_REPORT;
    });
    expect([...(await readFile(serial))]).toEqual([0x61, 0xff, 0x62]);
    expect([...(await readFile(log))]).toEqual([0, 255]);
  });

  it('prints the serial line with "stdio", and the closing line at the margin', async () => {
    const { out } = await machine(['--serial', 'stdio'], (_request, output) => {
      output.onSerial('login: ');
      return FAKE_REPORT;
    });
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.filter((line) => line === 'login: ')).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('{"stop"'))).toHaveLength(1);
  });

  it('writes the text screen', async () => {
    const file = join(folder, 'screen.txt');
    await machine(['--screenshot', file]);
    expect(await readFile(file, 'utf8')).toBe('Hello\n\nWorld\n');
  });

  it('writes the picture', async () => {
    const file = join(folder, 'screen.PNG');
    await machine(['--screenshot', file]);
    const { width, height, channels, data } = decode(await readFile(file));
    expect({ width, height, channels, data: [...data] }).toEqual({
      ...{ width: 2, height: 1, channels: 3 },
      data: [1, 2, 3, 4, 5, 6],
    });
  });

  it('ends with the exit code the guest wrote', async () => {
    const { exitCode, out } = await machine([], () => ({ ...FAKE_REPORT, stop: 'exit', exitCode: 33 }));
    expect(exitCode).toBe(33);
    expect(JSON.parse(out)).toMatchObject({ stop: 'exit', exit: 33 });
  });

  it.each([
    [['--bios', '/nonexistent/bios'], 2, 'HOST-IMAGE-FILE'],
    [['--hda', '/'], 2, 'HOST-IMAGE-FILE'],
    [['--hda', '/dev/null'], 2, 'HOST-IMAGE-FILE'],
    [['--cdrom', '/'], 2, 'HOST-IMAGE-FILE'],
    [['--cdrom', '/dev/null'], 2, 'HOST-IMAGE-FILE'],
    [['--cdrom', '/nonexistent/disc.iso'], 2, 'HOST-IMAGE-FILE'],
    [['--bios', '/dev/zero'], 2, 'HOST-IMAGE-FILE'],
    [['--profile', '/dev/zero'], 2, 'HOST-PROFILE-FILE'],
    [['--log', '0xe9=/nonexistent/log'], 1, 'HOST-SAVE'],
    [['--serial', '/nonexistent/serial'], 1, 'HOST-SAVE'],
    [['--kernel', '/nonexistent/kernel'], 2, 'HOST-IMAGE-FILE'],
    [['--append', 'quiet'], 2, 'CLI-USAGE'],
    [['--mem', '2'], 2, 'CLI-USAGE'],
    [['--cpu', 'z80'], 2, 'CLI-USAGE'],
    [['--profile', 'nothing'], 2, 'HOST-PROFILE-UNKNOWN'],
  ])('refuses %j with exit code %d and [%s] before anything runs', async (args, code, failureCode) => {
    const { exitCode, out, err, request } = await machine(args);
    expect(exitCode).toBe(code);
    expect(out).toBe('');
    expect(err).toContain(`[${failureCode}]`);
    expect(request).toBeUndefined();
  });

  it('says that the screen file cannot be written', async () => {
    const file = join(folder, 'no', 'screen.txt');
    const { exitCode, err } = await machine(['--screenshot', file]);
    expect(exitCode).toBe(1);
    expect(err).toContain(`${file} cannot be written: `);
    expect(err).toContain('[HOST-SAVE]');
  });

  it.skipIf(process.platform !== 'linux').each([
    ['--serial', '/dev/full'],
    ['--log', '0xe9=/dev/full'],
  ])('says that the disk is full when %s %s takes no more (Linux only: /dev/full)', async (...args) => {
    const { exitCode, out, err } = await machine(args, (_request, output) => {
      output.onSerial('lost');
      output.onPortBytes(0xe9, new Uint8Array([1]));
      return FAKE_REPORT;
    });
    expect(exitCode).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('/dev/full cannot be written: the disk is full.');
  });
});
