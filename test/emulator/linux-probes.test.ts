// The way of a Linux through its phases, told to the observer event by event as a machine would.
import { describe, expect, it } from 'vitest';
import { CR0_PG, CR3, EAX, EBX, ECX, EDX } from '../../src/emulator/cpu/state';
import { LINUX_MARKS, READY_TEXT } from '../../src/emulator/linux-probes';
import { createMachine } from '../../src/emulator/machine';
import { PathObserver } from '../../src/emulator/path-observer';
import { leafPhases } from '../../src/emulator/phases';
import type { RebootPath } from '../../src/emulator/phases';
import { drawStartingConditions } from '../../src/emulator/variation';
import { testProfile } from '../support/test-profile';

const SYS_REBOOT = 88;
const SYS_KEXEC_LOAD = 283;
const RESTART = 0x01234567;
const KEXEC = 0x45584543;
const SEGMENT_TABLE = 0x5000;
const PURGATORY = 0x20_0000;
const PURGATORY_ENTRY = PURGATORY + 0x80;
const KERNEL = 0x30_0000;
const STEP_CYCLES = 1000;

function watch(path: RebootPath) {
  const roms = { bios: new Uint8Array(64 * 1024), video: null };
  const start = drawStartingConditions(0, []);
  const machine = createMachine({ profile: testProfile(), roms, drives: { hda: null }, start });
  machine.powerOn();
  const watchers = new Map<number, (address: number) => void>();
  machine.cpu.watchExecution = (address, watcher) => void watchers.set(address, watcher);
  const linux = { readyText: READY_TEXT, marks: LINUX_MARKS };
  const observer = new PathObserver(machine, path, { symbols: {}, linux });
  const { i32 } = machine.memory;
  const executes = (address: number) => {
    later();
    watchers.get(address)!(address);
  };
  const later = () => machine.clock.addCycles(STEP_CYCLES);
  const says = (text: string) => {
    later();
    for (const character of `${text}\n`) machine.onSerialByte(character.charCodeAt(0));
  };
  const calls = (number: number, registers: Readonly<Record<number, number>>) => {
    later();
    i32[EAX] = number;
    for (const [register, value] of Object.entries(registers)) i32[Number(register)] = value;
    machine.cpu.observer!.softwareInterrupt!(0x80, number);
  };
  const paging = (isOn: boolean) => {
    later();
    machine.cpu.observer!.controlRegister0Changed!(isOn ? 1 : CR0_PG | 1, isOn ? CR0_PG | 1 : 1);
  };
  const userCode = () => {
    later();
    machine.cpu.observer!.userModeEntered!();
  };
  const boots = () => {
    observer.enter('kernel', 'decompress');
    paging(true);
    says('[    0.5] PCI: Using configuration type 1 for base access');
    says('[    1.5] Freeing unused kernel image memory: 912K');
    userCode();
    says(`${READY_TEXT} gen=0`);
  };
  const loadsKernel = () => {
    const segments = [PURGATORY, 0x1000, KERNEL, 0x2000];
    [0, 0, segments[0], segments[1], 0, 0, segments[2], segments[3]].forEach((word, i) => {
      machine.bus.writeMemory(SEGMENT_TABLE + 4 * i, 4, word);
    });
    calls(SYS_KEXEC_LOAD, { [EBX]: PURGATORY_ENTRY, [ECX]: 2, [EDX]: SEGMENT_TABLE });
  };
  const phases = () => leafPhases(observer.tracker.tree('path', testProfile())).map(({ id }) => id);
  const reboots = (command: number) => calls(SYS_REBOOT, { [EBX]: 0xfee1dead | 0, [EDX]: command });
  return { machine, observer, i32, says, paging, userCode, executes, boots, loadsKernel, reboots, phases, later };
}

describe('the phases of an unchanged Linux', () => {
  it('on a firmware reboot begin with services up and end with services up again', () => {
    const { machine, observer, boots, reboots, says, later, phases } = watch('warm');
    boots();
    expect(observer.isDone).toBe(false);
    reboots(RESTART);
    says('[    3.0] reboot: Restarting system');
    later();
    machine.onReset('cpu-init', '8042');
    later();
    boots();
    expect(observer.isDone).toBe(true);
    expect(phases()).toEqual([
      ...['userspace-shutdown', 'device-shutdown', 'machine-shutdown', 'reset'],
      ...['decompress', 'start-kernel', 'driver-probe', 'start-kernel', 'userspace'],
    ]);
    const { start, servicesStop, deviceShutdownEnd, startKernel, servicesUp } = observer.instants;
    expect(servicesStop).toBe(start);
    expect([servicesStop, deviceShutdownEnd, startKernel, servicesUp]).toEqual(
      [servicesStop, deviceShutdownEnd, startKernel, servicesUp].toSorted((a, b) => a - b),
    );
    expect(servicesUp).toBeGreaterThan(startKernel);
  });

  it('on a kexec jump have loading before the outage, and the purgatory between copying and the kernel', () => {
    const { machine, observer, i32, boots, loadsKernel, userCode, reboots, paging, executes, phases, later } =
      watch('kexec');
    boots();
    loadsKernel();
    userCode();
    reboots(KEXEC);
    later();
    paging(false);
    executes(PURGATORY_ENTRY);
    executes(KERNEL);
    later();
    paging(true);
    userCode();
    for (const character of `${READY_TEXT} gen=1\n`) machine.onSerialByte(character.charCodeAt(0));
    expect(i32[CR3]).toBe(0);
    expect(observer.isDone).toBe(true);
    expect(phases()).toEqual([
      ...['kexec-load', 'userspace-shutdown', 'device-shutdown', 'machine-shutdown', 'relocate-copy', 'purgatory-hash'],
      ...['decompress', 'start-kernel', 'userspace'],
    ]);
    expect(observer.instants.servicesStop).toBeGreaterThan(observer.instants.start);
  });

  it('end with a panic where the kernel says so', () => {
    const { observer, boots, says } = watch('warm');
    boots();
    says('[    9.9] Kernel panic - not syncing: Attempted to kill init!');
    expect(observer.failure?.code).toBe('EMU-GUEST-PANIC');
  });

  it('take no other process for the one that loads', () => {
    const { observer, i32, boots, loadsKernel, userCode } = watch('kexec');
    boots();
    loadsKernel();
    i32[CR3] = 0x7000;
    userCode();
    expect(observer.instants.servicesStop).toBeNaN();
    i32[CR3] = 0;
    userCode();
    expect(observer.instants.servicesStop).not.toBeNaN();
  });
});
