import { describe, expect, it } from 'vitest';
import { applyRunOptions, complaintAboutOption, RUN_OPTIONS } from '../../src/lab/run-options';
import type { RunOptions } from '../../src/lab/run-options';
import { testProfile } from '../support/test-profile';

const MIB = 1024 * 1024;
const lineWith = (options: RunOptions, commandLine = 'console=tty0 reboot=k') => {
  const profile = testProfile();
  return applyRunOptions({ ...profile, kernel: { ...profile.kernel, commandLine } }, options).profile.kernel;
};

describe('an option of a run', () => {
  it.each([
    ['era', '2.6.13', { era: '2.6.13' }],
    ['stub', 'three', { stub: 'three' }],
    ['hash', 'on', { hash: 'on' }],
    ['entry', '16', { entry: '16' }],
    ['picreset', 'off', { picReset: 'off' }],
    ['biostest', 'on', { biosTest: 'on' }],
    ['e820', 'off', { e820: 'off' }],
    ['invariant', 'off', { invariant: 'off' }],
    ['keep', 'on', { keep: 'on' }],
    ['load-at', '0x400000', { loadAt: 0x40_0000 }],
    ['scatter', '7', { scatter: 7 }],
    ['crashkernel', '8M@16M', { crashReserve: { sizeBytes: 8 * MIB, startBytes: 16 * MIB } }],
    ['noshutdown', 'scsi+net', { noShutdown: ['net', 'scsi'] }],
    ['ataprobe', 'reset', { ataProbe: 'reset' }],
    ['scsirebuild', 'on', { scsiRebuild: 'on' }],
    ['compression', 'stored', { compression: 'stored' }],
  ])('%s=%s sets what the lab kernel is told', (name, value, lab) => {
    const profile = testProfile();
    expect(applyRunOptions(profile, { [name]: value })).toEqual({ profile, lab });
  });

  it.each([
    [{ console: 'vga' }, 'console=tty0 reboot=k'],
    [{ console: '9600' }, 'console=ttyS0,9600 reboot=k'],
    [{ console: 'vga+115200' }, 'console=tty0 console=ttyS0,115200 reboot=k'],
    [{ console: 'none' }, 'console=none reboot=k'],
    [{ reset: 'port92' }, 'console=tty0 reboot=p'],
    [{ reset: 'cf9' }, 'console=tty0 reboot=c'],
    [{ reset: 'triple-fault' }, 'console=tty0 reboot=t'],
    [{ warmword: 'on' }, 'console=tty0 reboot=k,w'],
    [{ warmword: 'on', reset: 'port92' }, 'console=tty0 reboot=p,w'],
    [{ warmword: 'on', reset: 'cf9' }, 'console=tty0 reboot=c,w'],
    [{ warmword: 'off' }, 'console=tty0 reboot=k'],
  ])('%j changes the command line of both kernels and says so', (options, commandLine) => {
    const kernel = lineWith(options);
    expect(kernel.commandLine).toBe(commandLine);
    const isChanged = commandLine !== 'console=tty0 reboot=k';
    expect(kernel.commandLineSource).toBe(
      isChanged ? 'set by hand; test-100mhz has "console=tty0 reboot=k"' : testProfile().kernel.commandLineSource,
    );
  });

  it('leaves other words of the command line where they are', () => {
    const before = 'console=tty0 lpj=5 console=ttyS0,9600 reboot=c,w lab.rtcsync=1';
    expect(lineWith({ console: 'vga' }, before).commandLine).toBe('console=tty0 lpj=5 reboot=c,w lab.rtcsync=1');
    expect(lineWith({ reset: '8042' }, before).commandLine).toBe(
      'console=tty0 lpj=5 console=ttyS0,9600 lab.rtcsync=1 reboot=k,w',
    );
    expect(lineWith({ reset: '8042' }, 'console=tty0').commandLine).toBe('console=tty0 reboot=k');
  });

  it('has the same effect wherever it stands among the others', () => {
    const forth = applyRunOptions(testProfile(), { reset: 'cf9', warmword: 'on', stub: 'three' });
    expect(applyRunOptions(testProfile(), { stub: 'three', warmword: 'on', reset: 'cf9' })).toEqual(forth);
  });

  it.each([
    ['load-at', '0x400001'],
    ['load-at', '0xf0000'],
    ['load-at', '400000'],
    ['scatter', '-1'],
    ['scatter', '1e3'],
    ['crashkernel', '16M'],
    ['crashkernel', '0M@16M'],
    ['noshutdown', 'usb'],
    ['noshutdown', 'net+net'],
    ['noshutdown', ''],
    ['console', 'vga+vga'],
    ['console', '9600+vga'],
    ['console', 'none+9600'],
    ['console', 'vga+none'],
    ['console', '9600+115200'],
    ['console', 'vga+9600+115200'],
    ['console', '300000'],
    ['reset', 'k'],
    ['reset', 'constructor'],
  ])('%s=%s is refused with what it may be', (name, value) => {
    expect(complaintAboutOption(name, value)).toContain('it may be ');
    expect(() => applyRunOptions(testProfile(), { [name]: value })).toThrow('it may be ');
  });

  it('that is none is refused with all there are', () => {
    const complaint = complaintAboutOption('toString', 'on')!;
    for (const { name } of RUN_OPTIONS) expect(complaint).toContain(name);
  });
});
