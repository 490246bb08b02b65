// Snapshots as files: docs/file-formats.md, "Snapshots". A file that is foreign, cut off, damaged, newer, or of another
// machine is refused before anything of it is used. What of the snapshot must fit the machine's chips, snapshot.ts checks.
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Result } from '../contract/api';
import type { BootSnapshot } from '../emulator/index';
import { ENGINE_VERSION } from '../emulator/index';
import { describeFileError, fail, succeed } from './failure';
import { sizeBeforeReading } from './size-before-reading';

const MAGIC = Buffer.from('BOOTLAB\x1a', 'latin1');
const FORMAT_VERSION = 1;
const HEADER_BYTES = 16; // magic, version, length of the head
const CHECKSUM_BYTES = 32;
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** Quick, since a whole RAM goes through it. */
const COMPRESSION_LEVEL = 1;

/** What a snapshot belongs to: anything that can change a cycle and is not in the snapshot itself. */
export interface SnapshotIdentity {
  /** Hash of the machine's configuration (lab/config-hash.ts). */
  readonly configHash: string;
  /** SHA-256 of the content of each ROM, drive and kernel, by name; what is no file, as text. */
  readonly images: Readonly<Record<string, string>>;
}

interface Head {
  readonly engineVersion: string;
  readonly identity: SnapshotIdentity;
  /** The snapshot, byte arrays replaced by their place in the list of chunks. */
  readonly snapshot: unknown;
  readonly chunks: readonly { readonly sizeBytes: number; readonly packedBytes: number }[];
}

/** SHA-256 of an image's content, for an identity. */
export function imageHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes of a file. */
export function encodeSnapshot(snapshot: BootSnapshot, identity: SnapshotIdentity): Uint8Array {
  const arrays: Uint8Array[] = [];
  const plain = toJson(snapshot, arrays);
  const packed = arrays.map((bytes) => deflateSync(bytes, { level: COMPRESSION_LEVEL }));
  const chunks = arrays.map(({ length }, i) => ({ sizeBytes: length, packedBytes: packed[i].length }));
  const head: Head = { engineVersion: ENGINE_VERSION, identity, snapshot: plain, chunks };
  const headBytes = deflateSync(Buffer.from(JSON.stringify(head)));
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(FORMAT_VERSION, 8);
  header.writeUInt32LE(headBytes.length, 12);
  const content = Buffer.concat([header, headBytes, ...packed]);
  return new Uint8Array(Buffer.concat([content, createHash('sha256').update(content).digest()]));
}

/** The snapshot in the bytes of a file. `name` is for messages. */
export function decodeSnapshot(file: Uint8Array, identity: SnapshotIdentity, name: string): Result<BootSnapshot> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < MAGIC.length || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return fail('HOST-SNAPSHOT-FOREIGN', `${name} is no snapshot of Bootlab.`, 'Give a file that Bootlab has saved.');
  }
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) return damaged(name);
  const version = bytes.readUInt32LE(8);
  const end = bytes.length - CHECKSUM_BYTES;
  const isWhole = createHash('sha256').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end));
  // A later format keeps magic and version only.
  if (version > FORMAT_VERSION) {
    return fail(
      'HOST-SNAPSHOT-VERSION',
      `${name} has format ${version}; this version reads up to ${FORMAT_VERSION}.`,
      'Use the Bootlab that wrote it, or a later one.',
    );
  }
  if (!isWhole) return damaged(name);
  const headEnd = HEADER_BYTES + bytes.readUInt32LE(12);
  const head = JSON.parse(inflateSync(bytes.subarray(HEADER_BYTES, headEnd)).toString()) as Head;
  if (head.engineVersion !== ENGINE_VERSION) {
    return fail(
      'HOST-SNAPSHOT-VERSION',
      `${name} was written by engine ${head.engineVersion}; this is ${ENGINE_VERSION}, which counts differently.`,
      'Use the Bootlab that wrote it, or save again with this one.',
    );
  }
  const difference = differenceOf(head.identity, identity);
  if (difference) {
    return fail(
      'HOST-SNAPSHOT-MACHINE',
      `${name} is of another machine: ${difference} differs.`,
      'Give the profile, ROMs and images that it was saved with.',
    );
  }
  let at = headEnd;
  const arrays = head.chunks.map(({ sizeBytes, packedBytes }) => {
    const array = new Uint8Array(
      inflateSync(bytes.subarray(at, at + packedBytes), { maxOutputLength: Math.max(1, sizeBytes) }),
    );
    at += packedBytes;
    return array;
  });
  return succeed(fromJson(head.snapshot, arrays) as BootSnapshot);
}

/** Writes a snapshot, whole or not at all: a temporary file beside it, then a rename. Never rejects. */
export async function writeSnapshotFile(
  file: string,
  snapshot: BootSnapshot,
  identity: SnapshotIdentity,
): Promise<Result<null>> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(encodeSnapshot(snapshot, identity));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    return succeed(null);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const why = describeFileError(error);
    return fail('HOST-SAVE', `${file} cannot be written: ${why}.`, 'Choose another folder, or make room there.');
  }
}

/** Reads a snapshot of the machine that `identity` describes. Never rejects. */
export async function readSnapshotFile(file: string, identity: SnapshotIdentity): Promise<Result<BootSnapshot>> {
  try {
    if ((await sizeBeforeReading(file)) > MAX_FILE_BYTES) return damaged(file);
    return decodeSnapshot(await readFile(file), identity, file);
  } catch (error) {
    const why = describeFileError(error);
    return fail('HOST-SNAPSHOT-FILE', `${file} cannot be read: ${why}.`, 'Check the name of the file.');
  }
}

function damaged(name: string) {
  return fail('HOST-SNAPSHOT-DAMAGED', `${name} is cut off or damaged: its check sum is wrong.`, 'Save it again.');
}

/** The first part in which two identities differ, for people; null: none. */
function differenceOf(saved: SnapshotIdentity, own: SnapshotIdentity): string | null {
  if (saved.configHash !== own.configHash) return 'the profile';
  const names = [...new Set([...Object.keys(saved.images), ...Object.keys(own.images)])].sort();
  return names.find((name) => saved.images[name] !== own.images[name]) ?? null;
}

// ---- JSON: byte arrays are {"$bytes": n}, numbers JSON has not are {"$number": "Infinity"} ----

function toJson(value: unknown, arrays: Uint8Array[]): unknown {
  if (value instanceof Uint8Array) return { $bytes: arrays.push(value) - 1 };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (Array.isArray(value)) return value.map((member) => toJson(member, arrays));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member, arrays)]));
}

function fromJson(value: unknown, arrays: readonly Uint8Array[]): unknown {
  if (Array.isArray(value)) return value.map((member) => fromJson(member, arrays));
  if (typeof value !== 'object' || value === null) return value;
  const { $bytes, $number } = value as { $bytes?: number; $number?: string };
  if ($bytes !== undefined) return arrays[$bytes];
  if ($number !== undefined) return Number($number);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromJson(member, arrays)]));
}
