// Each parameter changes exactly the phases it should: one value changed on a fast machine, nothing varied by seed, every other phase
// the same to the cycle. Phases that wait for a tick or a platter begin elsewhere in it once a phase before them is longer: ALIGNED.
import { describe, expect, it } from 'vitest';
import type { PathRecord, PhaseId, RebootPath } from '../../src/emulator/phases';
import { phaseTotals } from '../../src/lab/phase-totals';
import type { Setting } from '../exercises/measured';
import { measure } from '../exercises/measured';

type Path = Extract<RebootPath, 'warm' | 'kexec'>;

interface Row {
  readonly parameter: string;
  readonly setting: Setting;
  /** Phases it is about, by path: each of them changes. */
  readonly changes: Readonly<Record<Path, readonly PhaseId[]>>;
  /** The boot before the path took longer, or said a word more: the path begins elsewhere in every device's period. */
  readonly startsElsewhere?: true;
}

/** What may differ by where in a period of its device it begins, and by how much at most. */
const ALIGNED: Readonly<Partial<Record<PhaseId, number>>> = {
  // The calibration and the processes wait for whole ticks of 10 ms; the clock's update and refresh edges are shorter.
  'start-kernel': 0.03,
  'driver-probe': 0.02,
  userspace: 0.02,
  'userspace-shutdown': 0.02,
  'device-shutdown': 0.012,
  'machine-shutdown': 0.001,
  // A platter of 6000 turns a minute: 10 ms for each of a few reads.
  'loader-load': 0.05,
  'kexec-load': 0.02,
  // Ticks of the BIOS clock, 54.9 ms.
  'loader-menu': 0.056,
  'boot-select': 0.01,
  'storage-detect': 0.03,
  kbc: 0.056,
  // Refresh edges of 15 us, and the 8254 seen counting.
  'early-chipset': 0.056,
  'video-oprom': 0.001,
  decompress: 0.001,
  'relocate-copy': 0.001,
};

const ROWS: readonly Row[] = [
  row('firmware.memoryTest 2', { set: { 'firmware.memoryTest': 2 } }, ['ram-test'], []),
  row('loader.promptTenths 5', { set: { 'loader.promptTenths': 5 } }, ['loader-menu'], []),
  // Before INT 19h the BIOS looks whether there is to be a prompt: a branch of six clocks at the end of the phase before.
  row('firmware.bootMenuSeconds 1', { set: { 'firmware.bootMenuSeconds': 1 } }, ['option-roms', 'boot-select'], []),
  {
    ...row('firmware.ideExpectedDrives 2', { set: { 'firmware.ideExpectedDrives': 2 } }, ['storage-detect'], []),
    startsElsewhere: true,
  },
  row('reset.cpuInitHoldNs 1 ms', { set: { 'reset.cpuInitHoldNs': 1e6 } }, ['reset'], []),
  row('keyboard.batNs 500 ms', { set: { 'keyboard.batNs': 5e8 } }, ['kbc'], []),
  // Spindles start at power-on only: what a reboot comes after is later, and nothing of it longer.
  { ...row('disk.spinUpNs 2 s', { set: { 'disk.spinUpNs': 2e9 } }, [], []), startsElsewhere: true },
  row('stub three', { option: { stub: 'three' } }, [], ['relocate-copy']),
  // A word more on the command line, which the kernels print.
  {
    ...row('picreset off, without the entry that looks at it', { option: { picreset: 'off' } }, [], []),
    startsElsewhere: true,
  },
  // The kernel moves itself by REP MOVS too, out of the way of what it unpacks.
  row(
    'memory.streamMoveNsPerDword 400',
    { set: { 'memory.streamMoveNsPerDword': 400 } },
    ['shadow', 'decompress'],
    ['relocate-copy', 'decompress'],
  ),
  row('hash on', { option: { hash: 'on' } }, [], ['kexec-load', 'purgatory-hash']),
];

function row(parameter: string, setting: Setting, warm: readonly PhaseId[], kexec: readonly PhaseId[]): Row {
  return { parameter, setting, changes: { warm, kexec } };
}

const secondsByPhase = ({ root, cpuHz }: PathRecord) =>
  new Map(phaseTotals(root).map(({ kind, durationCycles }) => [kind.id, durationCycles / cpuHz]));
const BASE = { warm: secondsByPhase(measure('warm')), kexec: secondsByPhase(measure('kexec')) };

describe.each(ROWS)('$parameter', ({ setting, changes, startsElsewhere }) => {
  it.each(['warm', 'kexec'] as const)('on the path %s changes its phases and no other', (path) => {
    const [before, after] = [BASE[path], secondsByPhase(measure(path, setting))];
    const ids = [...new Set([...before.keys(), ...after.keys()])];
    const changeOf = (id: PhaseId) => (after.get(id) ?? 0) - (before.get(id) ?? 0);
    for (const id of changes[path]) expect(Math.abs(changeOf(id)), id).toBeGreaterThan(ALIGNED[id] ?? 0);
    const others = ids.filter((id) => !changes[path].includes(id));
    // Nothing longer before, nothing to be aligned differently: the same to the cycle.
    const isExact = changes[path].length === 0 && !startsElsewhere;
    const wrong = others.filter((id) => Math.abs(changeOf(id)) > (isExact ? 0 : (ALIGNED[id] ?? 0)));
    expect(wrong.map((id) => `${id} by ${changeOf(id)} s`)).toEqual([]);
  });
});
