// Which code lies at a linear address: our own images by their symbols, anything else by where it is.
// An address means something only in its stage, since software of one stage lies where that of another was.
import type { Stage } from '../boot-stage';
import type { CodePlace } from './contribution';

/** One image as resources/guest/code-map describes it; of an option ROM the addresses are offsets. */
export interface CodeImage {
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
  readonly symbols: Readonly<Record<string, number>>;
}

/** By image name. */
export type CodeSymbols = Readonly<Record<string, CodeImage>>;

/** What else is known where an address is looked up. */
export interface CodeContext {
  readonly stage: Stage;
  /** Linear base of the code segment: where an option ROM begins. */
  readonly codeBase: number;
  readonly isUser: boolean;
  readonly peekByte: (linear: number) => number;
}

const ONE_MIB = 0x10_0000;
/** The system ROM answers at the end of 4 GiB too. */
const ROM_ALIAS = 0xfffe_0000;
const OPTION_ROMS = 0xc_8000;
const OPTION_ROMS_END = 0xf_0000;
/** Where kernels lie once paging is on. */
const KERNEL_BASE = 0xc000_0000;
/** Ranges in which unknown code is kept apart. */
const RANGE_BYTES = 0x1_0000;
/** Where the images of a crash reserve would lie without one: its purgatory comes first. */
const RESERVE_ORIGIN = 0x9_0000;

/** Vendor and device of our own option ROMs (PCI 2.1, 6.3.1.2), little-endian. */
const ROM_IMAGES: Readonly<Record<number, string>> = { 0x1040_104b: 'scsi-rom', 0x1229_8086: 'net-rom' };

/** Behind it nothing of the unpacking code runs before it has moved down (kernel/decompress/head.S). */
const UNPACKING_ENTRY_END = ONE_MIB + 0x36;

/** Symbols in ascending order, for the search. */
interface SortedImage {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly addresses: readonly number[];
  readonly names: readonly string[];
}

/** Images by stage: where stages are not named, always. */
const STAGES: Readonly<Record<string, readonly Stage[]>> = {
  'boot-sector': ['loader'],
  loader: ['loader'],
  setup: ['setup'],
  decompress: ['kernel'],
  purgatory: ['relocating', 'purgatory'],
};

/** Looks addresses up. */
export class CodeMap {
  private readonly images: readonly SortedImage[];

  /**
   * @param isLabKernel false: the kernel is somebody's own, and only firmware, loader and purgatory are known
   * @param reserveStart where a crash kernel's images lie, null without one
   */
  constructor(
    symbols: CodeSymbols,
    private readonly isLabKernel: boolean,
    private readonly reserveStart: number | null,
  ) {
    const unknown = isLabKernel ? ['agent'] : ['kernel', 'decompress', 'setup', 'init', 'agent'];
    this.images = Object.entries(symbols)
      .filter(([name]) => !unknown.includes(name))
      .map(([name, image]) => sortImage(name, image));
  }

  /** The code at a linear address. */
  find(linear: number, context: CodeContext): CodePlace {
    if (linear >= ROM_ALIAS) return this.find(linear - ROM_ALIAS + 0xe_0000, context);
    if (linear >= OPTION_ROMS && linear < OPTION_ROMS_END) return this.findInOptionRom(linear, context);
    return this.findInImages(linear, context) ?? this.findElsewhere(linear, context);
  }

  private findInImages(linear: number, { stage }: CodeContext): CodePlace | null {
    // First the unpacking code begins here, then the kernel that it has put in its place.
    if (this.isLabKernel && stage === 'kernel' && linear >= ONE_MIB && linear < UNPACKING_ENTRY_END)
      return { image: 'kernel image', symbol: 'entry', address: ONE_MIB };
    for (const image of this.images) {
      if (image.name.endsWith('-rom') && image.start < 0x1000) continue;
      if (!(STAGES[image.name]?.includes(stage) ?? true)) continue;
      for (const at of this.places(image)) {
        if (at + image.start <= linear && linear < at + image.end) return nearest(image, linear, at);
      }
    }
    return null;
  }

  /** How far from its linked address an image may lie: kernels run at their physical address before paging is on. */
  private places({ name }: SortedImage): readonly number[] {
    const { reserveStart } = this;
    const isKernel = name === 'kernel';
    const isInReserve = isKernel || name === 'purgatory' || name === 'decompress';
    const usual = isKernel ? [0, -KERNEL_BASE] : [0];
    if (reserveStart === null || !isInReserve) return usual;
    return [...usual, ...usual.map((at) => at + (name === 'purgatory' ? reserveStart - RESERVE_ORIGIN : reserveStart))];
  }

  private findInOptionRom(linear: number, { codeBase, peekByte }: CodeContext): CodePlace {
    const peek = (offset: number, sizeBytes: number) =>
      Array.from({ length: sizeBytes }, (_, i) => peekByte(codeBase + offset + i) * 256 ** i).reduce(
        (a, b) => a + b,
        0,
      );
    const isRom = codeBase >= OPTION_ROMS && peek(0, 2) === 0xaa55;
    const identity = isRom ? peek(peek(0x18, 2) + 4, 4) : 0;
    const image = this.images.find(({ name }) => name === ROM_IMAGES[identity]);
    if (image) return nearest(image, linear, codeBase);
    return { image: 'option ROM', symbol: null, address: isRom ? codeBase : rangeOf(linear) };
  }

  /** What no image of ours is at. */
  private findElsewhere(linear: number, { stage, isUser }: CodeContext): CodePlace {
    const at = { symbol: null, address: rangeOf(linear) };
    // The stub is copied to a page that was free at the time; one-copy and three-copy stub are called alike.
    if (stage === 'relocating') return { image: 'kexec stub', symbol: 'relocate_kernel', address: linear & ~0xfff };
    if (isUser) return { image: 'user program', ...at };
    if (linear >= KERNEL_BASE) return { image: this.isLabKernel ? 'kernel' : 'Linux', ...at };
    if (stage === 'setup') return { image: 'set-up code', ...at };
    if (stage === 'kernel' && linear >= ONE_MIB) return { image: 'kernel image', ...at };
    return { image: 'other code', ...at };
  }
}

const rangeOf = (linear: number) => linear - (linear % RANGE_BYTES);

function sortImage(name: string, { start, end, symbols }: CodeImage): SortedImage {
  const sorted = Object.entries(symbols).sort(([, a], [, b]) => a - b);
  return { name, start, end, addresses: sorted.map(([, at]) => at), names: sorted.map(([symbol]) => symbol) };
}

/** The last symbol at or below an address; `at` is how far the image lies from where it was linked. */
function nearest({ name, start, addresses, names }: SortedImage, linear: number, at: number): CodePlace {
  const target = linear - at;
  const found = addresses.findLastIndex((address) => address <= target);
  if (found < 0) return { image: name, symbol: null, address: start + at };
  return { image: name, symbol: names[found], address: addresses[found] + at };
}
