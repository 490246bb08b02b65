// What a SCSI disk tells about itself: INQUIRY, READ CAPACITY, MODE SENSE (SCSI-2, ANSI X3.131-1994, 8.2.5, 9.2.7, 8.3.3 and 9.3.3).
import { SECTOR_BYTES } from '../../boot/disk-image';

/** Names as INQUIRY gives them; padded or cut to 8, 16, 4 and 8 characters. */
export interface ScsiDiskIdentity {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serialNumber: string;
}

/** Physical figures for the mode pages. */
export interface ScsiDiskGeometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
  readonly rpm: number;
}

/** Which values of a mode page are asked for (PC field). */
export type PageControl = 'current' | 'changeable' | 'default';

const NO_DEVICE_HERE = 0x7f; // peripheral qualifier 011b: no device of any type on this unit
const IS_SCSI_2 = 0x02;
const FLAGS_WIDE_SYNC_QUEUE = 0x32; // WBus16, Sync, CmdQue

const VITAL_SUPPORTED_PAGES = 0x00;
const VITAL_SERIAL_NUMBER = 0x80;

const PAGE_FORMAT = 0x03;
const PAGE_RIGID_GEOMETRY = 0x04;
const PAGE_CACHING = 0x08;
const ALL_PAGES = 0x3f;

const BLOCK_DESCRIPTOR_BYTES = 8;

/** Standard INQUIRY data, 36 bytes. */
export function inquiryData(identity: ScsiDiskIdentity, isUnitThere: boolean): Uint8Array {
  const bytes = new Uint8Array(36);
  bytes[0] = isUnitThere ? 0x00 : NO_DEVICE_HERE;
  bytes[2] = IS_SCSI_2;
  bytes[3] = 0x02; // response data format of SCSI-2
  bytes[4] = bytes.length - 5;
  bytes[7] = FLAGS_WIDE_SYNC_QUEUE;
  putText(bytes, 8, 8, identity.vendor);
  putText(bytes, 16, 16, identity.product);
  putText(bytes, 32, 4, identity.revision);
  return bytes;
}

/** A page of vital product data, null for one it has not. */
export function vitalProductData(page: number, identity: ScsiDiskIdentity): Uint8Array | null {
  switch (page) {
    case VITAL_SUPPORTED_PAGES:
      return Uint8Array.of(0, page, 0, 2, VITAL_SUPPORTED_PAGES, VITAL_SERIAL_NUMBER);
    case VITAL_SERIAL_NUMBER: {
      const bytes = new Uint8Array(12);
      bytes.set([0, page, 0, 8]);
      putText(bytes, 4, 8, identity.serialNumber);
      return bytes;
    }
    default:
      return null;
  }
}

/** READ CAPACITY data: the last block and the block length. */
export function capacityData(sectorCount: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.min(sectorCount - 1, 0xffff_ffff));
  view.setUint32(4, SECTOR_BYTES);
  return bytes;
}

/** What a MODE SENSE asks for. */
export interface ModeQuery {
  readonly page: number;
  readonly control: PageControl;
  /** DBD: no block descriptor. */
  readonly isDescriptorLeftOut: boolean;
  /** Whether the header has the 8 bytes of MODE SENSE(10). */
  readonly isLong: boolean;
}

/** Mode parameters: header, block descriptor, pages. Null for a page it has not. */
export function modeData(query: ModeQuery, geometry: ScsiDiskGeometry, sectorCount: number): Uint8Array | null {
  const all = [formatPage(geometry), rigidGeometryPage(geometry), cachingPage()];
  const pages = all.filter((page) => query.page === ALL_PAGES || page[0] === query.page);
  if (pages.length === 0) return null;
  // No value can be changed: MODE SELECT is not there.
  if (query.control === 'changeable') for (const page of pages) page.fill(0, 2);

  const headerBytes = query.isLong ? 8 : 4;
  const descriptorBytes = query.isDescriptorLeftOut ? 0 : BLOCK_DESCRIPTOR_BYTES;
  const pageBytes = pages.reduce((sum, page) => sum + page.length, 0);
  const bytes = new Uint8Array(headerBytes + descriptorBytes + pageBytes);
  const view = new DataView(bytes.buffer);
  if (query.isLong) {
    view.setUint16(0, bytes.length - 2);
    view.setUint16(6, descriptorBytes);
  } else {
    bytes[0] = bytes.length - 1;
    bytes[3] = descriptorBytes;
  }
  if (descriptorBytes > 0) {
    // A count above 24 bits is told as 0: all of the unit.
    view.setUint32(headerBytes, sectorCount < 2 ** 24 ? sectorCount : 0);
    view.setUint32(headerBytes + 4, SECTOR_BYTES);
  }
  let at = headerBytes + descriptorBytes;
  for (const page of pages) {
    bytes.set(page, at);
    at += page.length;
  }
  return bytes;
}

/** Format device page (9.3.3.3). */
function formatPage({ sectorsPerTrack }: ScsiDiskGeometry): Uint8Array {
  const page = createPage(PAGE_FORMAT, 24);
  const view = new DataView(page.buffer);
  view.setUint16(10, sectorsPerTrack);
  view.setUint16(12, SECTOR_BYTES);
  view.setUint16(14, 1); // interleave
  page[20] = 0x40; // HSEC: hard sectors
  return page;
}

/** Rigid disk drive geometry page (9.3.3.7). */
function rigidGeometryPage({ cylinders, heads, rpm }: ScsiDiskGeometry): Uint8Array {
  const page = createPage(PAGE_RIGID_GEOMETRY, 24);
  const view = new DataView(page.buffer);
  page[2] = cylinders >>> 16;
  view.setUint16(3, cylinders & 0xffff);
  page[5] = heads;
  view.setUint16(20, rpm);
  return page;
}

/** Caching page (9.3.3.1): WCE 0, so that a write is on the platter when it ends; RCD 0. */
function cachingPage(): Uint8Array {
  return createPage(PAGE_CACHING, 12);
}

function createPage(code: number, sizeBytes: number): Uint8Array {
  const page = new Uint8Array(sizeBytes);
  page[0] = code;
  page[1] = sizeBytes - 2;
  return page;
}

function putText(bytes: Uint8Array, offset: number, sizeBytes: number, text: string): void {
  for (let i = 0; i < sizeBytes; i++) bytes[offset + i] = i < text.length ? text.charCodeAt(i) : 0x20;
}
