// What configure, individual address and multicast commands set: which frames are for this station, and how it sends.
// Configuration bytes: OSSDM 6.4.2.3. Leaves out: wake-up, flow control, VLAN, bits that only matter to collisions.

/** Bytes a configure command can carry. */
export const CONFIGURATION_BYTES = 32;
const LEAST_CONFIGURATION_BYTES = 8;
const COUNT_MASK = 0x3f;

/** Standard transmit blocks and counters; short frames are padded and, when received, dropped. */
const DEFAULT_CONFIGURATION = { 6: 0x30, 7: 0x01, 18: 0x02 } as const;

const ADDRESS_BYTES = 6;
/** The address after a reset: no frame is sent to it alone (OSSDM 6.4.2.2). */
const NO_ADDRESS = 0xff;

/** How a frame's destination address fits; promiscuous: it does not, but every frame is taken. */
export type AddressMatch = 'individual' | 'group' | 'promiscuous';

export interface StationState {
  configuration: number[];
  individualAddress: number[];
  multicastHash: number[];
}

export class Station {
  private readonly configuration = new Uint8Array(CONFIGURATION_BYTES);
  private readonly individualAddress = new Uint8Array(ADDRESS_BYTES);
  private readonly multicastHash = new Uint8Array(8);

  constructor() {
    this.reset();
  }

  /** Software or hardware reset; a selective reset leaves all of this alone. */
  reset(): void {
    this.configuration.fill(0);
    for (const [at, value] of Object.entries(DEFAULT_CONFIGURATION)) this.configuration[Number(at)] = value;
    this.individualAddress.fill(NO_ADDRESS);
    this.multicastHash.fill(0);
  }

  /** @param bytes parameters of a configure command; its first byte says how many of them count */
  configure(bytes: Uint8Array): void {
    const count = Math.max(LEAST_CONFIGURATION_BYTES, Math.min(bytes[0] & COUNT_MASK, bytes.length));
    this.configuration.set(bytes.subarray(0, Math.min(count, CONFIGURATION_BYTES)));
  }

  setIndividualAddress(bytes: Uint8Array): void {
    this.individualAddress.set(bytes.subarray(0, ADDRESS_BYTES));
  }

  /** @param list addresses, six bytes each; they replace those set before */
  setMulticastList(list: Uint8Array): void {
    this.multicastHash.fill(0);
    for (let at = 0; at + ADDRESS_BYTES <= list.length; at += ADDRESS_BYTES) {
      const index = hashIndex(list.subarray(at, at + ADDRESS_BYTES));
      this.multicastHash[index >> 3] |= 1 << (index & 7);
    }
  }

  /** Whether a frame is taken, and why; null when it is not. */
  matchOf(frame: Uint8Array): AddressMatch | null {
    const isMatch = this.addressMatches(frame.subarray(0, ADDRESS_BYTES));
    if (isMatch) return frame[0] & 1 ? 'group' : 'individual';
    return this.isPromiscuous ? 'promiscuous' : null;
  }

  get address(): Uint8Array {
    return this.individualAddress;
  }

  /** Configuration as set: what a dump shows first. */
  get configurationBytes(): Uint8Array {
    return this.configuration;
  }

  /** Bytes of a dump of the counters without its closing dword: 64, 76 or 80 (byte 6, bits 2 and 5). */
  get countersBytes(): number {
    if (this.configuration[6] & 0x04) return 80;
    return this.configuration[6] & 0x20 ? 64 : 76;
  }

  /** Two buffer descriptors are in the transmit block itself (byte 6 bit 4). */
  get hasExtendedTransmitBlocks(): boolean {
    return (this.configuration[6] & 0x10) === 0;
  }

  /** CNA interrupts come with idle alone, not with suspended (byte 6 bit 3). */
  get interruptsWhenIdleOnly(): boolean {
    return (this.configuration[6] & 0x08) !== 0;
  }

  /** Received frames below 64 bytes are dropped (byte 7 bit 0). */
  get dropsShortFrames(): boolean {
    return (this.configuration[7] & 0x01) !== 0;
  }

  /** The source address of frames sent is as in memory (byte 10 bit 3). */
  get keepsSourceAddress(): boolean {
    return (this.configuration[10] & 0x08) !== 0;
  }

  /** Frames sent come back instead of going out (byte 10 bits 7:6). */
  get isLoopedBack(): boolean {
    return (this.configuration[10] & 0xc0) !== 0;
  }

  /** Frames sent are filled up to 64 bytes (byte 18 bit 1). */
  get padsShortFrames(): boolean {
    return (this.configuration[18] & 0x02) !== 0;
  }

  /** The frame check sequence goes to memory behind the data (byte 18 bit 2). */
  get storesCrc(): boolean {
    return (this.configuration[18] & 0x04) !== 0;
  }

  saveState(): StationState {
    const { configuration, individualAddress, multicastHash } = this;
    return {
      configuration: [...configuration],
      individualAddress: [...individualAddress],
      multicastHash: [...multicastHash],
    };
  }

  restoreState({ configuration, individualAddress, multicastHash }: StationState): void {
    this.configuration.set(configuration);
    this.individualAddress.set(individualAddress);
    this.multicastHash.set(multicastHash);
  }

  private get isPromiscuous(): boolean {
    return (this.configuration[15] & 0x01) !== 0;
  }

  private addressMatches(destination: Uint8Array): boolean {
    if (destination.every((byte) => byte === 0xff)) return (this.configuration[15] & 0x02) === 0;
    if ((destination[0] & 1) === 0) return destination.every((byte, i) => byte === this.individualAddress[i]);
    if (this.configuration[21] & 0x08) return true; // multicast all
    const index = hashIndex(destination);
    return (this.multicastHash[index >> 3] & (1 << (index & 7))) !== 0;
  }
}

/**
 * Place of an address among the 64 bits of the multicast filter: bits 7:2 of the Ethernet CRC, counted as its register
 * shifts left (read off QEMU, hw/net/eepro100.c).
 */
function hashIndex(address: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of address) {
    for (let bit = 0; bit < 8; bit++) {
      const isCarry = (crc >>> 31) ^ ((byte >> bit) & 1);
      crc = (crc << 1) ^ (isCarry ? 0x04c1_1db7 : 0);
    }
  }
  return (crc >>> 2) & 0x3f;
}
