// The ACPI Machine Language terms that the board's DSDT is written in (ACPI 1.0b, chapter 16). Each function gives bytes.
// Leaves out: every term the board does not need.

export type Aml = readonly number[];

/** A path such as `\_SB.PCI0`: segments are filled up to four characters. */
export function name(path: string): Aml {
  const isRooted = path.startsWith('\\');
  const segments = (isRooted ? path.slice(1) : path).split('.').map((segment) => ascii(segment.padEnd(4, '_')));
  const prefix = segments.length === 1 ? [] : segments.length === 2 ? [0x2e] : [0x2f, segments.length];
  return [...(isRooted ? [0x5c] : []), ...prefix, ...segments.flat()];
}

/** The shortest constant for a number below 2^32. */
export function integer(value: number): Aml {
  if (value <= 1) return [value];
  if (value <= 0xff) return [0x0a, value];
  return value <= 0xffff ? [0x0b, ...littleEndian(2, value)] : [0x0c, ...littleEndian(4, value)];
}

/** A compressed EISA identification such as PNP0A03 (ACPI 1.0b, 16.2.3: EISAID). */
export function eisaId(id: string): Aml {
  const letters = [0, 1, 2].map((i) => id.charCodeAt(i) - 0x40);
  const word = (letters[0] << 10) | (letters[1] << 5) | letters[2];
  const number = parseInt(id.slice(3), 16);
  return [0x0c, word >>> 8, word & 0xff, number >>> 8, number & 0xff];
}

export const define = (path: string, value: Aml): Aml => [0x08, ...name(path), ...value];
export const scope = (path: string, ...terms: Aml[]): Aml => [0x10, ...sized([...name(path), ...terms.flat()])];
export const device = (path: string, ...terms: Aml[]): Aml => [0x5b, 0x82, ...sized([...name(path), ...terms.flat()])];
export const packageOf = (...elements: Aml[]): Aml => [0x12, ...sized([elements.length, ...elements.flat()])];
export const buffer = (bytes: Aml): Aml => [0x11, ...sized([...integer(bytes.length), ...bytes])];

/** A method that nobody enters twice at once. */
export function method(path: string, argumentCount: number, ...terms: Aml[]): Aml {
  const SERIALIZED = 0x08;
  return [0x14, ...sized([...name(path), argumentCount | SERIALIZED, ...terms.flat()])];
}

/** Bytes `offset` to `offset + fields.length - 1` of the device's PCI configuration space, each a field. */
export function configurationBytes(region: string, offset: number, fields: readonly string[]): Aml {
  const PCI_CONFIG = 0x02;
  const BYTE_ACCESS = 0x01;
  const bytes = fields.flatMap((field) => [...name(field), 8]);
  return [
    ...[0x5b, 0x80, ...name(region), PCI_CONFIG, ...integer(offset), ...integer(fields.length)],
    ...[0x5b, 0x81, ...sized([...name(region), BYTE_ACCESS, ...bytes])],
  ];
}

export const ARGUMENT_0: Aml = [0x68];
export const LOCAL_0: Aml = [0x60];
const NO_TARGET: Aml = [0x00];

export const returnValue = (value: Aml): Aml => [0xa4, ...value];
export const store = (value: Aml, target: Aml): Aml => [0x70, ...value, ...target];
export const and = (a: Aml, b: Aml): Aml => [0x7b, ...a, ...b, ...NO_TARGET];
export const orInto = (a: Aml, b: Aml, target: Aml): Aml => [0x7d, ...a, ...b, ...target];
export const shiftLeftInto = (value: Aml, count: Aml, target: Aml): Aml => [0x79, ...value, ...count, ...target];
export const lowestSetBitInto = (value: Aml, target: Aml): Aml => [0x82, ...value, ...target];
export const decrement = (target: Aml): Aml => [0x76, ...target];
export const when = (condition: Aml, ...terms: Aml[]): Aml => [0xa0, ...sized([...condition, ...terms.flat()])];
export const call = (path: string, ...args: Aml[]): Aml => [...name(path), ...args.flat()];
/** Names the word at byte `index` of a buffer. */
export const wordField = (source: Aml, index: number, field: string): Aml => {
  return [0x8b, ...source, ...integer(index), ...name(field)];
};

// ---- resource descriptors (ACPI 1.0b, 6.4) ----

/** A buffer of descriptors with its end tag. */
export const resources = (...descriptors: Aml[]): Aml => buffer([...descriptors.flat(), 0x79, 0x00]);

/** Ports that a device decodes with all 16 address bits. */
export function ports(first: number, count: number): Aml {
  return [0x47, 0x01, ...littleEndian(2, first), ...littleEndian(2, first), 0x01, count];
}

/** An edge-triggered interrupt of its own. */
export const edgeIrq = (irq: number): Aml => [0x22, ...littleEndian(2, 1 << irq)];

/** Level-triggered, active low, shared: one of `irqs`, or none. */
export function sharedIrq(...irqs: number[]): Aml {
  return [
    0x23,
    ...littleEndian(
      2,
      irqs.reduce((mask, irq) => mask | (1 << irq), 0),
    ),
    0x18,
  ];
}

const MIN_AND_MAX_FIXED = 0x0c;

/** Bus numbers `first` to `last` that a bridge passes on. */
export const busRange = (first: number, last: number): Aml => wordRange(0x02, 0x00, first, last);

/** Ports `first` to `last` that a bridge passes on. */
export const portRange = (first: number, last: number): Aml => wordRange(0x01, 0x03, first, last);

function wordRange(type: number, typeFlags: number, first: number, last: number): Aml {
  const numbers = [0, first, last, 0, last - first + 1].flatMap((value) => littleEndian(2, value));
  return [0x88, 0x0d, 0x00, type, MIN_AND_MAX_FIXED, typeFlags, ...numbers];
}

/** Memory `first` to `last` that a bridge passes on, writable. */
export function memoryRange(first: number, last: number): Aml {
  const READ_WRITE = 0x01;
  const numbers = [0, first, last, 0, last - first + 1].flatMap((value) => littleEndian(4, value));
  return [0x87, 0x17, 0x00, 0x00, MIN_AND_MAX_FIXED, READ_WRITE, ...numbers];
}

export function littleEndian(sizeBytes: number, value: number): number[] {
  return Array.from({ length: sizeBytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
}

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** PkgLength in front: it counts itself (ACPI 1.0b, 16.2.4). */
function sized(bytes: Aml): Aml {
  if (bytes.length + 1 < 0x40) return [bytes.length + 1, ...bytes];
  const extraBytes = bytes.length + 2 < 0x1000 ? 1 : 2;
  const length = bytes.length + 1 + extraBytes;
  return [(extraBytes << 6) | (length & 0x0f), ...littleEndian(extraBytes, length >>> 4), ...bytes];
}
