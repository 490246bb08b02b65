// What a PACKET device makes of the command block, packet operation codes and sense codes
// (ATA/ATAPI-5, 8.21 and 9.8; SFF-8020i r2.6; MMC-2, T10/1228D; names as there).

/** Interrupt reason, in the sector count register. */
export const REASON_COMMAND = 0x01; // C/D: the packet, or the end of a command; 0: data
export const REASON_TO_HOST = 0x02; // I/O

/** Features register of PACKET. */
export const FEATURE_DMA = 0x01;
export const FEATURE_OVERLAP = 0x02;

export const STATUS_CHECK = 0x01; // CHK: REQUEST SENSE says why

/** Signature of a PACKET device, in the byte count registers (9.12). */
export const SIGNATURE_LOW = 0x14;
export const SIGNATURE_HIGH = 0xeb;

export const PACKET_BYTES = 12;

export const PACKET = {
  TEST_UNIT_READY: 0x00,
  REQUEST_SENSE: 0x03,
  INQUIRY: 0x12,
  MODE_SENSE_6: 0x1a,
  START_STOP_UNIT: 0x1b,
  PREVENT_ALLOW_MEDIUM_REMOVAL: 0x1e,
  READ_CAPACITY: 0x25,
  READ_10: 0x28,
  SEEK_10: 0x2b,
  READ_SUB_CHANNEL: 0x42,
  READ_TOC: 0x43,
  GET_CONFIGURATION: 0x46,
  GET_EVENT_STATUS_NOTIFICATION: 0x4a,
  MODE_SENSE_10: 0x5a,
  READ_12: 0xa8,
  SET_CD_SPEED: 0xbb,
  MECHANISM_STATUS: 0xbd,
} as const;

/** Sense key, additional sense code, qualifier. */
export interface Sense {
  readonly key: number;
  readonly code: number;
  readonly qualifier: number;
}

const sense = (key: number, code: number, qualifier = 0): Sense => ({ key, code, qualifier });

export const SENSE = {
  NONE: sense(0x0, 0x00),
  BECOMING_READY: sense(0x2, 0x04, 0x01),
  MEDIUM_NOT_PRESENT: sense(0x2, 0x3a),
  INVALID_OPERATION_CODE: sense(0x5, 0x20),
  BLOCK_OUT_OF_RANGE: sense(0x5, 0x21),
  INVALID_FIELD: sense(0x5, 0x24),
  REMOVAL_PREVENTED: sense(0x5, 0x53, 0x02),
  MEDIUM_MAY_HAVE_CHANGED: sense(0x6, 0x28),
  RESET_OCCURRED: sense(0x6, 0x29),
} as const;
