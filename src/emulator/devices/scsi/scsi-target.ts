// What a SCSI bus needs of a device on it. One command at a time; the bus holds back those that come meanwhile.

/** How a device goes on once it has a command, or the data that belongs to one. */
export interface TargetReply {
  /** Status byte it will end with. */
  readonly status: number;
  /** From this cycle on it can send data and status; past or now: it stays on the bus instead of disconnecting. */
  readonly readyCycle: number;
  /** Data for the initiator, empty for none. */
  readonly dataIn: Uint8Array;
  /** Bytes it wants from the initiator before it goes on; `takeData` follows, and its reply counts. */
  readonly dataOutBytes: number;
}

/** A device. Its ID is the bus's business. */
export interface ScsiTarget {
  /** Takes a command. `lun` is that of the IDENTIFY message. */
  execute(lun: number, cdb: readonly number[]): TargetReply;
  /** Takes the data asked for by the last reply: exactly `dataOutBytes`. */
  takeData(bytes: Uint8Array): TargetReply;
  /** Power comes on. */
  powerOn(): void;
  /** RST on the bus, or a BUS DEVICE RESET message: commands are forgotten, spindles go on. */
  reset(): void;
  saveState(): object;
  restoreState(state: object): void;
}
