// Transfer modes of ATA drives: cycle times, what IDENTIFY tells of them, what SET FEATURES 03h selects.
// Cycle times: ATA/ATAPI-5 (T13/1321D), 10.2.3 (PIO), 10.2.4 (multiword DMA), 10.2.5 (Ultra DMA).
import type { ConfigurationWords } from './ata-identify-words';

/** Which modes a drive knows: mode numbers from 0 on. */
export interface TransferModes {
  /** Shortest PIO cycle, nanoseconds per 16 bits; the bus charges accesses. */
  readonly pioCycleNs: number;
  /** How many multiword DMA modes, 0 to 3; 0: no DMA at all. */
  readonly multiwordDmaModes: number;
  /** How many Ultra DMA modes, 0 to 6. */
  readonly ultraDmaModes: number;
}

/** The DMA mode that SET FEATURES selected. */
export interface DmaMode {
  readonly kind: 'multiword' | 'ultra';
  readonly number: number;
}

/** Nanoseconds per 16 bits, by mode number. */
const MULTIWORD_CYCLE_NS = [480, 150, 120];
const ULTRA_CYCLE_NS = [120, 80, 60, 45, 30, 20];
/** Cycle times of PIO modes 3 and 4: two bytes each at 11.1 and 16.7 MB/s. */
const PIO_MODE_3_NS = 180;
const PIO_MODE_4_NS = 120;

/** Transfer mode values of SET FEATURES 03h: type in bits 7-3, mode number in bits 2-0 (8.37.2). */
const TYPE_PIO_DEFAULT = 0x00; // 1: without IORDY
const TYPE_PIO_FLOW_CONTROL = 0x08;
const TYPE_MULTIWORD_DMA = 0x20;
const TYPE_ULTRA_DMA = 0x40;

/** Words of IDENTIFY that tell modes (8.12, 8.13). */
const WORD_MULTIWORD_DMA = 63;
const WORD_PIO_MODES = 64;
const WORD_ULTRA_DMA = 88;

/** The mode a drive that knows DMA is in after power-on. */
export const DEFAULT_DMA_MODE: DmaMode = { kind: 'multiword', number: 0 };

/** Whether the drive knows any DMA mode: READ DMA, and DMA in PACKET. */
export function hasDma({ multiwordDmaModes, ultraDmaModes }: TransferModes): boolean {
  return multiwordDmaModes + ultraDmaModes > 0;
}

/** Nanoseconds per 16 bits. */
export function dmaCycleNs({ kind, number }: DmaMode): number {
  return kind === 'ultra' ? ULTRA_CYCLE_NS[number] : MULTIWORD_CYCLE_NS[number];
}

/**
 * SET FEATURES 03h.
 * @returns null when the drive does not know the mode; else the DMA mode from now on: PIO modes leave it as it is
 */
export function selectTransferMode(modes: TransferModes, value: number, current: DmaMode): DmaMode | null {
  const type = value & 0xf8;
  const number = value & 0x07;
  switch (type) {
    case TYPE_PIO_DEFAULT:
      return number <= 1 ? current : null;
    case TYPE_PIO_FLOW_CONTROL:
      return number <= 4 ? current : null;
    case TYPE_MULTIWORD_DMA:
      return number < modes.multiwordDmaModes ? { kind: 'multiword', number } : null;
    case TYPE_ULTRA_DMA:
      return number < modes.ultraDmaModes ? { kind: 'ultra', number } : null;
    default:
      return null;
  }
}

/** Puts modes and cycle times into the data of IDENTIFY DEVICE or IDENTIFY PACKET DEVICE. */
export function putTransferModes(words: ConfigurationWords, modes: TransferModes, current: DmaMode): void {
  const { multiwordDmaModes, ultraDmaModes } = modes;
  const pioCycleNs = Math.round(modes.pioCycleNs);
  const selected = (kind: DmaMode['kind']) => (hasDma(modes) && current.kind === kind ? 1 << (8 + current.number) : 0);
  words.set(51, 0x0200); // PIO mode 2 timing without IORDY
  words.set(53, 0x0003 | (ultraDmaModes > 0 ? 0x0004 : 0)); // words 54-58, 64-70 and 88 are valid
  words.set(WORD_MULTIWORD_DMA, firstModes(multiwordDmaModes) | selected('multiword'));
  words.set(WORD_PIO_MODES, (pioCycleNs <= PIO_MODE_3_NS ? 1 : 0) | (pioCycleNs <= PIO_MODE_4_NS ? 2 : 0));
  if (multiwordDmaModes > 0) {
    words.set(65, MULTIWORD_CYCLE_NS[multiwordDmaModes - 1]); // ns per cycle at the least, and recommended
    words.set(66, MULTIWORD_CYCLE_NS[multiwordDmaModes - 1]);
  }
  words.set(67, pioCycleNs); // ns per PIO cycle without flow control
  words.set(68, pioCycleNs); // ns per PIO cycle with IORDY
  words.set(WORD_ULTRA_DMA, firstModes(ultraDmaModes) | selected('ultra'));
}

function firstModes(count: number): number {
  return (1 << count) - 1;
}
