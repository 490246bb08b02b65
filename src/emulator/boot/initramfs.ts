// Archives a Linux kernel unpacks into its first file system: cpio, format "newc".
// Linux, Documentation/driver-api/early-userspace/buffer-format.rst. No links, devices or times.
import { EmulatorError } from '../errors';

const MAGIC = '070701';
const HEADER_BYTES = 110;
const TRAILER = 'TRAILER!!!';
const MODE_DIRECTORY = 0o040000;
const MODE_FILE = 0o100000;
const MAX_FILE_BYTES = 0xffff_ffff;
/** PATH_MAX of Linux, the NUL included: longer names are skipped by the kernel. */
const MAX_NAME_BYTES = 4096;

/** A file or directory, its path without a slash at the beginning. Directories come before what is in them. */
export type InitramfsEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly permissions: number }
  | { readonly kind: 'file'; readonly path: string; readonly permissions: number; readonly content: Uint8Array };

/**
 * The archive, a multiple of 4 bytes long: it may follow another one, and another one may follow.
 * @throws EmulatorError EMU-IMAGE for a path that is empty, absolute, too long or not ASCII, or a file beyond 4 GiB
 */
export function buildInitramfs(entries: readonly InitramfsEntry[]): Uint8Array {
  const members = [...entries.map(toMember), { path: TRAILER, mode: 0, links: 1, content: new Uint8Array(0) }];
  const sizeBytes = members.reduce((sum, member) => sum + memberBytes(member), 0);
  const archive = new Uint8Array(sizeBytes);
  let at = 0;
  members.forEach((member, i) => {
    const isTrailer = i === members.length - 1;
    archive.set(asciiBytes(headerOf(member, isTrailer ? 0 : i + 1) + member.path), at);
    archive.set(member.content, at + align4(HEADER_BYTES + member.path.length + 1));
    at += memberBytes(member);
  });
  return archive;
}

/** Archives one behind the other, each where the kernel looks for it: on a multiple of 4, zeros between them. */
export function joinInitramfs(archives: readonly Uint8Array[]): Uint8Array {
  const starts: number[] = [];
  let end = 0;
  for (const archive of archives) {
    starts.push(align4(end));
    end = align4(end) + archive.length;
  }
  const joined = new Uint8Array(end);
  archives.forEach((archive, i) => joined.set(archive, starts[i]));
  return joined;
}

interface Member {
  readonly path: string;
  readonly mode: number;
  readonly links: number;
  readonly content: Uint8Array;
}

function toMember(entry: InitramfsEntry): Member {
  const { path, permissions } = entry;
  const refuse = (why: string) => {
    const nextStep = 'Give it another name or content.';
    return new EmulatorError('EMU-IMAGE', `"${path}" cannot go into an initial RAM disk: ${why}.`, nextStep);
  };
  if (path === '' || path.startsWith('/')) throw refuse('its path is empty or begins with a slash');
  if (path.length >= MAX_NAME_BYTES || /[^\x20-\x7e]/.test(path)) throw refuse('its path is too long or not ASCII');
  if (entry.kind === 'directory') {
    return { path, mode: MODE_DIRECTORY | permissions, links: 2, content: new Uint8Array(0) };
  }
  if (entry.content.length > MAX_FILE_BYTES) throw refuse('it is larger than 4 GiB');
  return { path, mode: MODE_FILE | permissions, links: 1, content: entry.content };
}

/** c_magic, then thirteen numbers of eight hexadecimal digits: inode to check. */
function headerOf({ path, mode, links, content }: Member, inode: number): string {
  const [uid, gid, time, deviceMajor, deviceMinor, specialMajor, specialMinor, check] = [0, 0, 0, 0, 0, 0, 0, 0];
  const device = [deviceMajor, deviceMinor, specialMajor, specialMinor];
  const fields = [inode, mode, uid, gid, links, time, content.length, ...device, path.length + 1, check];
  return MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
}

function memberBytes({ path, content }: Member): number {
  return align4(HEADER_BYTES + path.length + 1) + align4(content.length);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function align4(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 4) * 4;
}
