// What a part may keep in a snapshot: plain data that a file can hold without loss. Numbers may be infinite or NaN.

export type SnapshotRecord =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly SnapshotRecord[]
  | { readonly [key: string]: SnapshotRecord };

/**
 * A copy that shares nothing with the part it comes from.
 * @param name of the part, for the error
 * @throws Error for anything that is no plain data: a defect of the part
 */
export function copyRecord(value: unknown, name: string): SnapshotRecord {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map((member) => copyRecord(member, name));
  if (isPlainObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([key, member]) => [key, copyRecord(member, `${name}.${key}`)]));
  }
  throw new Error(`"${name}" keeps something that is no plain data`);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
