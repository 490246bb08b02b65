// Runs one ROM program on a whole machine of ours and tells its caller of each mark. The host's clock stays outside.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyOverlay } from '../src/emulator/profile';
import type { MachineProfile } from '../src/emulator/profile';
import { COUNTER } from '../src/emulator/counters';
import { Machine } from '../src/emulator/machine';
import { drawStartingConditions } from '../src/emulator/variation';

const PRINT_PORT = 0xe9;
const EXIT_PORT = 0xf4;
const RAM_BYTES = 256 * 1024 * 1024;

/** Instructions and port reads since power-on. */
export interface RomCounts {
  readonly instructions: number;
  readonly portReads: number;
}

/**
 * Runs a ROM until it stops; gives all it printed. `onMark` is called as each B and E goes out.
 * @param projectDir where `resources/` is
 * @throws when the machine stops in any other way than by the exit port
 */
export function runRom(rom: Uint8Array, projectDir: string, onMark: (mark: string, counts: RomCounts) => void): string {
  const machine = new Machine({
    profile: benchProfile(projectDir),
    roms: { bios: rom, video: null },
    drives: { hda: null },
    start: drawStartingConditions(0, []),
  });
  const { f64 } = machine.memory;
  // Two marks a repetition; the digits of the result may be B and E, too.
  const marks = 2 * new DataView(rom.buffer, rom.byteOffset).getUint32(8, true);
  let printed = '';
  let hasExited = false;
  machine.bus.listenToPort(PRINT_PORT, (_port, _sizeBytes, value) => {
    const text = String.fromCharCode(value);
    printed += text;
    if (printed.length > marks) return;
    onMark(text, { instructions: f64[COUNTER.INSTRUCTIONS], portReads: f64[COUNTER.PORT_READS] });
  });
  machine.bus.listenToPort(EXIT_PORT, () => {
    hasExited = true;
    machine.requestStop();
  });
  machine.stopsOnShutdown = true;
  machine.powerOn();
  const end = machine.run({ limitCycles: Number.MAX_SAFE_INTEGER, heartbeat: () => true });
  if (!hasExited) throw new Error(`The machine ended with "${end}" before the program did; it printed "${printed}".`);
  return printed;
}

/** The desktop with RAM enough for every program. */
function benchProfile(projectDir: string): MachineProfile {
  const file = join(projectDir, 'resources/profiles/p3-1000-desktop.json');
  const profile = JSON.parse(readFileSync(file, 'utf8')) as MachineProfile;
  return applyOverlay(profile, { 'memory.ramBytes': RAM_BYTES });
}
