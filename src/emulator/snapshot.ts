// The whole machine at one instant between two instructions, as plain data; from there it runs on bit-identically.
// Kept: linear memory with ROM, translations, chips by name, written sectors, what the board was asked for. Not kept: drive
// images beyond what was written, and decoded code, which is derived. Whoever keeps a snapshot says what it belongs to.
import { CopyOnWriteDiskImage } from './boot/disk-image';
import type { CpuTranslations } from './cpu/cpu-snapshot';
import { restoreCpu, saveTranslations } from './cpu/cpu-snapshot';
import type { Machine, MachineControlState } from './machine';
import type { MachineMemory } from './memory';
import { LAYOUT } from './memory';
import { copyRecord } from './snapshot-record';
import type { SnapshotRecord } from './snapshot-record';
import type { Drives } from './wiring/drives';

/** Bytes of linear memory that are not all zero, from `offset` on. */
export interface MemoryPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A sector written since the machine was built. */
export interface WrittenSector {
  readonly lba: number;
  readonly bytes: Uint8Array;
}

export interface MachineSnapshot {
  /** Size of the linear memory the pieces come from: another size is another machine. */
  readonly memoryBytes: number;
  readonly cpuHz: number;
  readonly pieces: readonly MemoryPiece[];
  readonly translations: CpuTranslations;
  readonly chips: Readonly<Record<string, SnapshotRecord>>;
  /** By drive: `hda`, `scsi0`. */
  readonly disks: Readonly<Record<string, readonly WrittenSector[]>>;
  readonly control: MachineControlState;
  /** See Bus.noteUnstable; null: stable. */
  readonly unstableFromCycle: number | null;
}

/** What a chip must offer to be kept. */
interface Saveable {
  saveState(): SnapshotRecord;
  restoreState(state: SnapshotRecord): void;
}

const PAGE_BYTES = 4096;

/**
 * Keeps a machine that `run` has come back from. Changes nothing in it: it may run on as if nothing had happened.
 * @throws Error when called from within an instruction, or for a chip that cannot be kept: defects of the caller
 */
export function saveMachine(machine: Machine): MachineSnapshot {
  const { memory, bus, chips, clock, cpu } = machine;
  if (cpu.position >= 0) throw new Error('a machine is saved between two instructions');
  const states = Object.entries(chips.byName).map(([name, chip]) => {
    return [name, copyRecord(saveable(name, chip).saveState(), name)] as const;
  });
  const unstableFromCycle = bus.unstableCycle;
  return {
    memoryBytes: memory.u8.length,
    cpuHz: clock.cpuHz,
    pieces: keptRanges(memory).flatMap(([from, to]) => savePieces(memory, from, to)),
    translations: saveTranslations(cpu),
    chips: Object.fromEntries(states),
    disks: Object.fromEntries(
      namedDisks(machine.drives).map(([name, disk]) => {
        return [name, [...disk.writtenSectors()].map(([lba, bytes]) => ({ lba, bytes: bytes.slice() }))];
      }),
    ),
    control: machine.saveControl(),
    unstableFromCycle: unstableFromCycle === Infinity ? null : unstableFromCycle,
  };
}

/**
 * Brings a machine built from the same parts to the instant of a snapshot. Observers stay attached and hear nothing of it.
 * @throws Error when the snapshot is of a machine with other memory, clock, chips or drives
 */
export function restoreMachine(machine: Machine, snapshot: MachineSnapshot): void {
  const { memory, bus, chips, clock } = machine;
  const byName = Object.entries(chips.byName);
  const disks = namedDisks(machine.drives);
  refuseOtherMachine(snapshot, memory.u8.length, clock.cpuHz);
  refuseOtherNames('chips', Object.keys(snapshot.chips), Object.keys(chips.byName));
  const diskNames = disks.map(([name]) => name);
  refuseOtherNames('drives', Object.keys(snapshot.disks), diskNames);

  for (const [name, disk] of disks) {
    disk.restoreWrittenSectors(new Map(snapshot.disks[name].map(({ lba, bytes }) => [lba, bytes])));
  }
  // Chips work out from the clock when their next event is, so time comes first.
  restoreMemory(memory, snapshot.pieces);
  // A line driven by one chip may reach another that has been restored already, and an edge would change it. The second
  // time all lines are where they belong, so that nothing moves.
  for (let pass = 0; pass < 2; pass++) {
    for (const [name, chip] of byName) {
      saveable(name, chip).restoreState(copyRecord(snapshot.chips[name], name));
    }
  }
  // Lines end in the CPU block (INTR, A20): it is as it was, whatever they have done.
  restoreMemory(memory, snapshot.pieces);
  bus.takeUnstableCycle();
  if (snapshot.unstableFromCycle !== null) bus.noteUnstable(snapshot.unstableFromCycle);
  machine.restoreControl(snapshot.control);
  restoreCpu(machine.cpu, snapshot.translations);
}

function saveable(name: string, chip: unknown): Saveable {
  const { saveState, restoreState } = chip as Partial<Saveable>;
  if (!saveState || !restoreState) throw new Error(`chip "${name}" has no saveState and restoreState`);
  return chip as Saveable;
}

function refuseOtherMachine({ memoryBytes, cpuHz }: MachineSnapshot, ownBytes: number, ownHz: number): void {
  if (memoryBytes === ownBytes && cpuHz === ownHz) return;
  throw new Error(
    `the snapshot is of a machine with ${memoryBytes} bytes and ${cpuHz} Hz, not ${ownBytes} and ${ownHz}`,
  );
}

function refuseOtherNames(what: string, saved: readonly string[], own: readonly string[]): void {
  const missing = own.filter((name) => !saved.includes(name));
  const foreign = saved.filter((name) => !own.includes(name));
  if (missing.length + foreign.length === 0) return;
  throw new Error(
    `the snapshot has other ${what}: without ${missing.join(', ') || 'none'}, with ${foreign.join(', ') || 'none'}`,
  );
}

/** Disks whose writes are kept apart from what they were made from. */
function namedDisks(drives: Drives): [string, CopyOnWriteDiskImage][] {
  const all = Object.entries(drives).flatMap(([name, drive]: [string, unknown]) =>
    Array.isArray(drive) ? drive.map((one, i): [string, unknown] => [`${name}${i}`, one]) : [[name, drive] as const],
  );
  return all.flatMap(([name, drive]) =>
    drive instanceof CopyOnWriteDiskImage ? [[name, drive] as [string, CopyOnWriteDiskImage]] : [],
  );
}

// ---- linear memory ----

/** CPU block, tags of caches, then everything from RAM on; page flags are derived, translations are kept apart. */
function keptRanges({ ramOffset, u8 }: MachineMemory): [number, number][] {
  return [
    [LAYOUT.CPU_BLOCK, LAYOUT.CPU_BLOCK + LAYOUT.CPU_BLOCK_BYTES],
    [LAYOUT.CACHES, LAYOUT.CACHES + LAYOUT.CACHES_BYTES],
    [ramOffset, u8.length],
  ];
}

/** Runs of pages that are not all zero. */
function savePieces({ u8, i32 }: MachineMemory, from: number, to: number): MemoryPiece[] {
  const pieces: MemoryPiece[] = [];
  let start = -1;
  for (let at = from; at <= to; at += PAGE_BYTES) {
    const isEmpty = at >= to || isZero(i32, at);
    if (!isEmpty && start < 0) start = at;
    if (isEmpty && start >= 0) {
      pieces.push({ offset: start, bytes: u8.slice(start, Math.min(at, to)) });
      start = -1;
    }
  }
  return pieces;
}

function isZero(i32: Int32Array, offset: number): boolean {
  const end = Math.min((offset + PAGE_BYTES) / 4, i32.length);
  for (let i = offset / 4; i < end; i++) if (i32[i] !== 0) return false;
  return true;
}

function restoreMemory(memory: MachineMemory, pieces: readonly MemoryPiece[]): void {
  for (const [from, to] of keptRanges(memory)) memory.u8.fill(0, from, to);
  for (const { offset, bytes } of pieces) memory.u8.set(bytes, offset);
}
