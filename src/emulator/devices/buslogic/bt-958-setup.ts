// What a BT-958 tells about itself and its settings: replies to INQUIRE commands and the AutoSCSI settings in local RAM.
// Layouts: Linux, drivers/scsi/BusLogic.h; contents as 86Box has them (src/scsi/scsi_buslogic.c). No checksum is kept.
import { SCATTER_GATHER_LIMIT, bytesOf24, bytesOf32 } from './bt-958-ccb';
import type { MailboxPlace } from './bt-958-mailboxes';

/** The adapter's own SCSI ID. */
export const ADAPTER_ID = 7;

export const LOCAL_RAM_BYTES = 256;
/** Where in local RAM the settings lie that the EEPROM keeps. */
export const AUTOSCSI_OFFSET = 64;
export const AUTOSCSI_BYTES = 64;

export const BOARD_ID = textBytes('AA50');
export const FIRMWARE_DIGIT_3 = textBytes('7');
export const FIRMWARE_LETTER = textBytes('B');
export const MODEL = textBytes('958');
const FIRMWARE_TAIL = textBytes('07B');

const ALL_DEVICES = [0xff, 0xff] as const;
/** REQ/ACK offset that this adapter and its disks agree on. */
const SYNCHRONOUS_OFFSET = 15;
const SYNCHRONOUS = 0x80;

/** ISA-compatible ports by their number in INQUIRE PCI INFORMATION and MODIFY I/O ADDRESS; 6 and 7: none. */
export const ISA_PORTS = [0x330, 0x334, 0x230, 0x234, 0x130, 0x134] as const;
export const ISA_PORT_DISABLED = 6;

/**
 * Settings of a card as it is sold: BIOS on, all devices wide, fast and disconnecting, no ISA-compatible ports; and the IDs,
 * as bits, that its BIOS sends START UNIT.
 */
export function createAutoScsi(startUnitIds = 0): Uint8Array {
  const bytes = new Uint8Array(AUTOSCSI_BYTES);
  bytes.set(textBytes('FA'), 0);
  bytes[2] = AUTOSCSI_BYTES;
  bytes.set(textBytes(' 958  '), 3);
  bytes[10] = 0x04; // level-triggered interrupt
  bytes[14] = ADAPTER_ID;
  bytes[15] = 0x37; // termination, parity, fast negotiation, bus reset at start
  bytes[18] = 0x27; // BIOS, INT 19h, extended translation, more than two drives
  for (const at of [19, 21, 23, 25, 27]) bytes.set(ALL_DEVICES, at); // enabled, wide, fast, synchronous, disconnect
  bytes.set([startUnitIds & 0xff, startUnitIds >>> 8], 29);
  bytes[33] = 0x09; // INTA#, no ISA-compatible ports
  bytes.set(ALL_DEVICES, 34); // ultra
  bytes[41] = 7; // highest LUN
  bytes[43] = 0x05; // INT 13h extensions, boot from CD
  bytes[45] = 0x01; // scan adapters by bus and device number
  return bytes;
}

/** What the INQUIRE SETUP replies are made of. */
export interface SetupFacts {
  readonly place: MailboxPlace | null;
  readonly transferRate: number;
  readonly timeOnBus: number;
  readonly timeOffBus: number;
  /** Devices, as bits, with which synchronous wide transfers are agreed on. */
  readonly negotiated: number;
}

/** INQUIRE SETUP: 34 bytes. */
export function setupReply({ place, transferRate, timeOnBus, timeOffBus, negotiated }: SetupFacts): Uint8Array {
  const bytes = new Uint8Array(34);
  bytes.set([0x03, transferRate, timeOnBus, timeOffBus, place?.count ?? 0]); // synchronous, parity
  bytes.set(bytesOf24(place?.address ?? 0), 5);
  for (let id = 0; id < 16; id++) {
    const isNegotiated = ((negotiated >>> id) & 1) === 1;
    bytes[id < 8 ? 8 + id : 22 + id - 8] = isNegotiated ? SYNCHRONOUS | SYNCHRONOUS_OFFSET : 0;
  }
  bytes[16] = 0xff; // disconnection permitted, 0-7
  bytes.set(textBytes('BDA'), 17); // signature, and ISA as the bus it looks like
  bytes[20] = 0xff; // wide permitted
  bytes[21] = negotiated & 0xff; // wide active
  bytes[30] = 0xff;
  bytes[32] = 0xff;
  bytes[33] = negotiated >>> 8;
  return bytes;
}

/** INQUIRE EXTENDED SETUP: 14 bytes. The BIOS address is 0: where a PCI ROM lies the card does not know. */
export function extendedSetupReply(place: MailboxPlace | null): Uint8Array {
  const bytes = new Uint8Array(14);
  bytes[0] = 0x45; // 'E': EISA or PCI
  bytes.set([SCATTER_GATHER_LIMIT & 0xff, SCATTER_GATHER_LIMIT >>> 8], 2);
  bytes[4] = place?.count ?? 0;
  bytes.set(bytesOf32(place?.address ?? 0), 5);
  bytes[9] = 0x40; // level-triggered interrupt
  bytes.set(FIRMWARE_TAIL, 10);
  bytes[13] = 0x1d; // wide, SCAM, ultra, smart termination
  return bytes;
}

/** INQUIRE SYNCHRONOUS PERIOD: a byte for each device, in units of 10 ns. */
export function synchronousPeriodReply(negotiated: number, periodNs: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, id) => ((negotiated >>> id) & 1 ? Math.round(periodNs / 10) : 0));
}

/** INQUIRE CONFIGURATION: no DMA channel, the interrupt (9 to 15 have a bit), the SCSI ID. */
export function configurationReply(irq: number): Uint8Array {
  return Uint8Array.of(0, irq >= 9 && irq <= 15 ? 1 << (irq - 9) : 0, ADAPTER_ID);
}

/** INQUIRE PCI INFORMATION: ISA-compatible ports, interrupt, both terminations on and told. */
export function pciInformationReply(isaPort: number, irq: number): Uint8Array {
  return Uint8Array.of(isaPort, irq, 0x83, 0);
}

function textBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
