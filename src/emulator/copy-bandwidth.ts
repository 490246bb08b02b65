// How fast a machine copies pages: REP MOVSD from one region of RAM to another, run on the machine itself.
// docs/facts.md D2 has the sums that this is held against.
import type { RomImages } from './board-memory';
import type { MemoryModel } from './cache-figures';
import { memoryModelOf } from './cache-figures';
import { COUNTER } from './counters';
import { setSegment } from './cpu/protection/segments';
import { CR0, CR0_ET, CR0_PE, CS, EAX, EIP, ES, GS } from './cpu/state';
import { createMachine } from './machine';
import type { MachineProfile } from './profile';
import { drawStartingConditions } from './variation';

/** What copying a number of pages costs. All per page of 4096 bytes but for the rate. */
export interface CopyBandwidth {
  readonly memoryModel: MemoryModel;
  readonly pages: number;
  /** By the clock table alone: set-up and iterations. */
  readonly coreCycles: number;
  /** What memory added: the larger of core and bus counts in `flat`, waiting for the bus in `cache`. */
  readonly memoryCycles: number;
  readonly cycles: number;
  readonly ns: number;
  /** Millions of bytes copied per second. */
  readonly mbPerSecond: number;
}

const PAGE_BYTES = 4096;
const CODE_AT = 0x1_0000;
const FROM = 0x10_0000;
const FLAT_CODE = 0xc09b;
const FLAT_DATA = 0xc093;
const EBX = EAX + 3;
const ESI = EAX + 6;
const EDI = EAX + 7;
/** next: MOV ECX,1024; REP MOVSD; DEC EBX; JNZ next; HLT, as kexec's relocate stub copies. */
const COPY_PAGES = [0xb9, 0x00, 0x04, 0x00, 0x00, 0xf3, 0xa5, 0x4b, 0x75, 0xf6, 0xf4];
const NO_ROM: RomImages = { bios: new Uint8Array(64 * 1024), video: null };

/**
 * Copies pages that no cache has seen, up to `mostPages` of them. Caches are switched on, the profile's memory model.
 * @throws EmulatorError EMU-PROFILE when no machine can be built from the profile
 */
export function copyBandwidth(profile: MachineProfile, mostPages = 512): CopyBandwidth {
  const pages = Math.min(mostPages, Math.floor((profile.memory.ramBytes.value - FROM) / (2 * PAGE_BYTES)));
  const machine = createMachine({ profile, roms: NO_ROM, drives: { hda: null }, start: drawStartingConditions(0, []) });
  machine.powerOn();
  const { cpu, memory } = machine;
  memory.u8.set(COPY_PAGES, memory.ramOffset + CODE_AT);
  cpu.setA20(true);
  cpu.i32[CR0] = CR0_PE | CR0_ET;
  for (let seg = ES; seg <= GS; seg++) setSegment(cpu, seg, 8, 0, -1, seg === CS ? FLAT_CODE : FLAT_DATA);
  cpu.i32[EIP] = CODE_AT;
  cpu.i32[ESI] = FROM;
  cpu.i32[EDI] = FROM + pages * PAGE_BYTES;
  cpu.i32[EBX] = pages;
  const { f64 } = memory;
  const startCycles = f64[COUNTER.CYCLES];
  const startMemory = f64[COUNTER.MEMORY_CYCLES];
  machine.run({ limitCycles: Infinity, heartbeat: () => true });
  const cycles = f64[COUNTER.CYCLES] - startCycles;
  const memoryCycles = f64[COUNTER.MEMORY_CYCLES] - startMemory;
  const ns = (cycles * 1e9) / machine.clock.cpuHz;
  return {
    memoryModel: memoryModelOf(profile),
    pages,
    coreCycles: (cycles - memoryCycles) / pages,
    memoryCycles: memoryCycles / pages,
    cycles: cycles / pages,
    ns: ns / pages,
    mbPerSecond: (pages * PAGE_BYTES * 1000) / ns,
  };
}
