// Codes of SCSI-2 (ANSI X3.131-1994) that a direct-access device and its initiator exchange. Section numbers are of that standard.

// ---- operation codes (8.2, 9.2) ----
export const TEST_UNIT_READY = 0x00;
export const REZERO_UNIT = 0x01;
export const REQUEST_SENSE = 0x03;
export const READ_6 = 0x08;
export const WRITE_6 = 0x0a;
export const SEEK_6 = 0x0b;
export const INQUIRY = 0x12;
export const RESERVE = 0x16;
export const RELEASE = 0x17;
export const MODE_SENSE_6 = 0x1a;
export const START_STOP_UNIT = 0x1b;
export const SEND_DIAGNOSTIC = 0x1d;
export const READ_CAPACITY = 0x25;
export const READ_10 = 0x28;
export const WRITE_10 = 0x2a;
export const SEEK_10 = 0x2b;
export const VERIFY_10 = 0x2f;
export const SYNCHRONIZE_CACHE = 0x35;
export const MODE_SENSE_10 = 0x5a;

// ---- status bytes (7.3) ----
export const STATUS_GOOD = 0x00;
export const STATUS_CHECK_CONDITION = 0x02;

// ---- sense keys (8.2.14.3) ----
export const KEY_NO_SENSE = 0x0;
export const KEY_NOT_READY = 0x2;
export const KEY_ILLEGAL_REQUEST = 0x5;
export const KEY_UNIT_ATTENTION = 0x6;

/** A sense key with its additional sense code and qualifier. */
export interface Sense {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
}

// ---- additional sense codes (8.2.14.4, table 71) ----
export const NO_SENSE: Sense = { key: KEY_NO_SENSE, asc: 0x00, ascq: 0x00 };
export const BECOMING_READY: Sense = { key: KEY_NOT_READY, asc: 0x04, ascq: 0x01 };
export const START_REQUIRED: Sense = { key: KEY_NOT_READY, asc: 0x04, ascq: 0x02 }; // initializing command required
export const INVALID_OPERATION: Sense = { key: KEY_ILLEGAL_REQUEST, asc: 0x20, ascq: 0x00 };
export const ADDRESS_OUT_OF_RANGE: Sense = { key: KEY_ILLEGAL_REQUEST, asc: 0x21, ascq: 0x00 };
export const INVALID_FIELD: Sense = { key: KEY_ILLEGAL_REQUEST, asc: 0x24, ascq: 0x00 };
export const NO_SUCH_UNIT: Sense = { key: KEY_ILLEGAL_REQUEST, asc: 0x25, ascq: 0x00 };
export const RESET_OCCURRED: Sense = { key: KEY_UNIT_ATTENTION, asc: 0x29, ascq: 0x00 }; // power on, RST or BUS DEVICE RESET
export const SAVING_NOT_SUPPORTED: Sense = { key: KEY_ILLEGAL_REQUEST, asc: 0x39, ascq: 0x00 };

/** Sense data in the fixed format (8.2.14, table 65): 18 bytes, current error. */
export function senseBytes({ key, asc, ascq }: Sense): Uint8Array {
  const bytes = new Uint8Array(18);
  bytes[0] = 0x70;
  bytes[2] = key;
  bytes[7] = bytes.length - 8;
  bytes[12] = asc;
  bytes[13] = ascq;
  return bytes;
}
