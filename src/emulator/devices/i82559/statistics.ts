// The counters the card keeps and dumps into memory on demand (OSSDM 6.3.2.4, table 17). They wrap around.

const COUNTERS = 20;

/** Counters that can move here, by their place in the dump (offset / 4). No collisions, no bad frames on this wire. */
export const COUNTER_PLACE = {
  transmitGood: 0,
  transmitLostCarrier: 4,
  receiveGood: 9,
  /** Good frames dropped because the receive unit had no descriptor for them. */
  receiveResourceErrors: 12,
  /** Frames lost because the bus was not to be had. */
  receiveOverruns: 13,
  receiveShortFrames: 15,
} as const;

/** Behind the counters: the dump is there. */
export const DUMP_DONE = 0xa005;
export const DUMP_RESET_DONE = 0xa007;

export class Statistics {
  private readonly counters = new Uint32Array(COUNTERS);

  reset(): void {
    this.counters.fill(0);
  }

  count(name: keyof typeof COUNTER_PLACE): void {
    this.counters[COUNTER_PLACE[name]]++;
  }

  /** @param sizeBytes counters, see Station.countersBytes @param closing DUMP_DONE or DUMP_RESET_DONE */
  dump(sizeBytes: number, closing: number): Uint8Array {
    const bytes = new Uint8Array(sizeBytes + 4);
    const fields = new DataView(bytes.buffer);
    for (let at = 0; at < sizeBytes; at += 4) fields.setUint32(at, this.counters[at / 4], true);
    fields.setUint32(sizeBytes, closing, true);
    return bytes;
  }

  saveState(): number[] {
    return [...this.counters];
  }

  restoreState(counters: readonly number[]): void {
    this.counters.set(counters);
  }
}
