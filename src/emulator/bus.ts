// Memory and port dispatch. Every access has a cost; every read has a peek without effect (after MartyPC's bus).
// Which chip sits where is decided in machine.ts; this file knows no chip.
import type { Clock } from './clock';
import { COUNTER } from './counters';
import type { MachineMemory } from './memory';
import { LAYOUT, PAGE_HAS_CODE } from './memory';

export type AccessSize = 1 | 2 | 4;

/** A chip with I/O ports. Ports are absolute; accesses wider than the chip are split by the bus, low byte first. */
export interface PortDevice {
  readPort(port: number, sizeBytes: AccessSize): number;
  writePort(port: number, sizeBytes: AccessSize, value: number): void;
  /** What `readPort` would give, without any effect. */
  peekPort(port: number, sizeBytes: AccessSize): number;
  /**
   * For a data port: puts up to `most` elements into `into` from `at` on, as that many `readPort` would give them, as far as these
   * change nothing but what comes next, whenever they come. Gives how many; 0 means one at a time.
   */
  readPortRun?(port: number, sizeBytes: AccessSize, into: Uint8Array, at: number, most: number): number;
}

/** A chip behind memory addresses. Addresses are physical and absolute. */
export interface MemoryDevice {
  readMemory(address: number, sizeBytes: AccessSize): number;
  writeMemory(address: number, sizeBytes: AccessSize, value: number): void;
  peekMemory(address: number, sizeBytes: AccessSize): number;
}

/** A claim on ports `first`..`last`. `widthBytes` is the widest access the chip takes at once. */
export interface PortClaim {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly widthBytes: AccessSize;
  /** Nanoseconds of one bus cycle to this chip (profile). */
  readonly accessNs: number;
  readonly device: PortDevice;
}

/** Extra cycles of one data access of 1, 2 or 4 bytes (index = size), beyond what the clock tables assume. */
export type CostBySize = readonly [never: 0, byte: number, word: number, unused: 0, dword: number];

export const NO_COST: CostBySize = [0, 0, 0, 0, 0];

/** What backs a range of physical memory in one direction. */
export interface MemoryBacking {
  readonly name: string;
  /** Offset in linear memory of the range's first byte, or -1: a device answers, or nothing does. */
  readonly hostOffset: number;
  readonly device: MemoryDevice | null;
  /** Extra cycles per data access. */
  readonly cost: CostBySize;
  /** Extra cycles per code byte fetched; 0 where a cache or prefetcher hides it. May be fractional: see decode. */
  readonly fetchCyclesPerByte: number;
}

/** How one 4 KiB frame of physical memory answers. Frames of one region share one object. */
export interface PhysicalFrame {
  readonly read: MemoryBacking;
  readonly write: MemoryBacking;
  /** First physical address of the region: host offset of an address = backing.hostOffset + (address - base). */
  readonly base: number;
}

export const FRAME_SHIFT = 12;
export const FRAME_BYTES = 1 << FRAME_SHIFT;

/** Nothing answers: reads give ones, writes are lost. */
export const OPEN_BUS: MemoryBacking = {
  name: 'open bus',
  hostOffset: -1,
  device: null,
  cost: NO_COST,
  fetchCyclesPerByte: 0,
};

/** Nobody claims the port: reads give ones, writes are lost. */
const NOBODY: PortDevice = { readPort: () => 0xff, writePort: () => {}, peekPort: () => 0xff };

/** A claim as an access finds it: what the claim says, in cycles. */
interface WiredPort {
  readonly name: string;
  readonly widthBytes: AccessSize;
  readonly accessCycles: number;
  readonly device: PortDevice;
}

const OPEN_FRAME: PhysicalFrame = { read: OPEN_BUS, write: OPEN_BUS, base: 0 };
const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffffffff] as const;

/**
 * Listens to port accesses (probes, logs). Called after the access. Reads in a row may be told at once: `times`, with the value of
 * the last.
 */
export type PortListener = (
  port: number,
  sizeBytes: AccessSize,
  value: number,
  isWrite: boolean,
  times: number,
) => void;

/** The physical address space and the port space of one machine. */
export class Bus {
  /** Frame map; frames not in it are open bus. A Map, since 4 GiB are mostly empty. */
  private readonly frames = new Map<number, PhysicalFrame>();
  /** By port. An array, since firmware polls ports by the million. */
  private readonly ports: WiredPort[];
  private readonly openPort: WiredPort;
  private readonly f64: Float64Array;
  private readonly u8: Uint8Array;
  private readonly portListeners = new Map<number, PortListener[]>();
  /** Set by chips during a read: see `noteUnstable`. */
  private unstableFromCycle = Infinity;
  /** Told when the frame map changes, so that TLB and decoded code can be dropped. */
  onMapChanged: () => void = () => {};
  /** Told before a write to a frame with decoded code (PAGE_HAS_CODE), whoever writes. The CPU sets it. */
  onCodeWritten: (address: number, sizeBytes: number) => void = () => {};

  /** Told of each transfer between memory and a bus master. */
  onMasterTransfer: (address: number, sizeBytes: number, isWrite: boolean) => void = () => {};

  /** Told what accesses by name of the memory cost beyond the clock tables; null while nobody keeps accounts. */
  onMemoryCharged: ((name: string, cycles: number) => void) | null = null;

  constructor(
    readonly memory: MachineMemory,
    readonly clock: Clock,
    openPortNs: number,
  ) {
    this.f64 = memory.f64;
    this.u8 = memory.u8;
    const accessCycles = clock.cyclesFromNs(openPortNs);
    this.openPort = { name: 'nobody', widthBytes: 1, accessCycles, device: NOBODY };
    this.ports = new Array<WiredPort>(0x10000).fill(this.openPort);
  }

  // ---- memory ----

  /** Maps whole frames from `base`, `sizeBytes` long. Later calls win. Does not call onMapChanged: `mapChanged` does. */
  mapMemory(base: number, sizeBytes: number, read: MemoryBacking, write: MemoryBacking): void {
    const frame: PhysicalFrame = { read, write, base };
    const first = base / FRAME_BYTES;
    for (let i = 0; i < sizeBytes / FRAME_BYTES; i++) this.frames.set(first + i, frame);
  }

  /**
   * Opens a window that software placed (a PCI base address) over whole frames that nothing answers yet; what is mapped
   * already keeps its place. Gives a function that closes it again. Both need `mapChanged` afterwards.
   */
  openMemoryWindow(base: number, sizeBytes: number, read: MemoryBacking, write = read): () => void {
    const frame: PhysicalFrame = { read, write, base };
    const taken: number[] = [];
    const first = base / FRAME_BYTES;
    for (let number = first; number < first + sizeBytes / FRAME_BYTES; number++) {
      if (this.frames.has(number)) continue;
      this.frames.set(number, frame);
      taken.push(number);
    }
    return () => {
      for (const number of taken) if (this.frames.get(number) === frame) this.frames.delete(number);
    };
  }

  /** Call once after a batch of `mapMemory` at run time (PAM write, BAR move). */
  mapChanged(): void {
    this.onMapChanged();
  }

  /** How the frame `address >>> 12` answers. Never null. */
  frameAt(address: number): PhysicalFrame {
    return this.frames.get(address >>> FRAME_SHIFT) ?? OPEN_FRAME;
  }

  /** Reads physical memory within one frame (does not cross 4 KiB), with its cost. */
  readMemory(address: number, sizeBytes: AccessSize): number {
    const { read } = this.frameAt(address);
    this.chargeMemory(read.cost[sizeBytes]);
    this.onMemoryCharged?.(read.name, read.cost[sizeBytes]);
    return this.fetchBacking(this.frameAt(address), address, sizeBytes, false);
  }

  /** Reads without cost or effect. */
  peekMemory(address: number, sizeBytes: AccessSize): number {
    return this.fetchBacking(this.frameAt(address), address, sizeBytes, true);
  }

  /** Writes physical memory within one frame, with its cost. Writes to ROM and open bus are lost. */
  writeMemory(address: number, sizeBytes: AccessSize, value: number): void {
    const { write, base } = this.frameAt(address);
    this.chargeMemory(write.cost[sizeBytes]);
    this.onMemoryCharged?.(write.name, write.cost[sizeBytes]);
    this.tellCodeWritten(address, sizeBytes);
    if (write.hostOffset >= 0) {
      const at = write.hostOffset + (address - base);
      for (let i = 0; i < sizeBytes; i++) this.u8[at + i] = value >>> (8 * i);
    } else {
      write.device?.writeMemory(address, sizeBytes, value);
    }
  }

  /** Has code decoded from the bytes within one frame forgotten, before they change. */
  tellCodeWritten(address: number, sizeBytes: number): void {
    const flags = this.u8[LAYOUT.PAGE_FLAGS + (address >>> FRAME_SHIFT)];
    if ((flags & PAGE_HAS_CODE) !== 0) this.onCodeWritten(address, sizeBytes);
  }

  private fetchBacking(frame: PhysicalFrame, address: number, sizeBytes: AccessSize, isPeek: boolean): number {
    const { read, base } = frame;
    if (read.hostOffset >= 0) {
      const at = read.hostOffset + (address - base);
      let value = 0;
      for (let i = 0; i < sizeBytes; i++) value |= this.u8[at + i] << (8 * i);
      return value >>> 0;
    }
    if (!read.device) return ALL_ONES[sizeBytes];
    return isPeek ? read.device.peekMemory(address, sizeBytes) : read.device.readMemory(address, sizeBytes);
  }

  /** Adds memory cycles beyond the clock tables. Alarms are not fired: memory devices do not depend on the cycle. */
  chargeMemory(cycles: number): void {
    this.f64[COUNTER.CYCLES] += cycles;
    this.f64[COUNTER.MEMORY_CYCLES] += cycles;
  }

  // ---- ports ----

  /** Claims ports for a chip. Two chips on one port are a wiring mistake and throw. */
  claimPorts(claim: PortClaim): void {
    const wired = this.wire(claim);
    for (let port = claim.first; port <= claim.last; port++) {
      const holder = this.ports[port];
      if (holder !== this.openPort)
        throw new Error(`port ${port.toString(16)}h of ${wired.name} belongs to ${holder.name}`);
      this.ports[port] = wired;
    }
  }

  private wire({ name, widthBytes, device, accessNs }: PortClaim): WiredPort {
    return { name, widthBytes, accessCycles: this.clock.cyclesFromNs(accessNs), device };
  }

  /**
   * Opens a window that software placed (a PCI base address): like a claim, but chips that sit at fixed ports keep them, as
   * does a window opened earlier. Gives a function that closes it again.
   */
  openPortWindow(claim: PortClaim): () => void {
    const wired = this.wire(claim);
    const taken: number[] = [];
    for (let port = claim.first; port <= Math.min(claim.last, 0xffff); port++) {
      if (this.ports[port] !== this.openPort) continue;
      this.ports[port] = wired;
      taken.push(port);
    }
    return () => {
      for (const port of taken) if (this.ports[port] === wired) this.ports[port] = this.openPort;
    };
  }

  /** Calls `listener` after each access that starts at `port`. */
  listenToPort(port: number, listener: PortListener): void {
    this.portListeners.set(port, [...(this.portListeners.get(port) ?? []), listener]);
  }

  /**
   * Reads a port on behalf of an instruction. Time passes first (one bus cycle per piece), so the chip answers
   * with its state at the end of the access; alarms due by then have fired.
   */
  readPort(port: number, sizeBytes: AccessSize): number {
    this.f64[COUNTER.PORT_READS]++;
    let value = 0;
    for (let done = 0; done < sizeBytes;) {
      const at = (port + done) & 0xffff;
      const { device, widthBytes, accessCycles } = this.ports[at];
      const piece = pieceSize(widthBytes, at, sizeBytes - done);
      this.chargePort(accessCycles);
      value |= device.readPort(at, piece) << (8 * done);
      done += piece;
    }
    value >>>= 0;
    this.tellListeners(port, sizeBytes, value, false, 1);
    return value;
  }

  /**
   * Reads a port as INS under REP does, into linear memory from `hostAt` on: as many elements as the chip has ready and end before
   * the next deadline. Costs what single reads cost; the clocks of the instruction itself, `clocksEach` a read, are the caller's.
   * @returns elements read; 0 means one at a time
   */
  readPortRun(port: number, sizeBytes: AccessSize, hostAt: number, most: number, clocksEach: number): number {
    const { device, widthBytes, accessCycles } = this.ports[port];
    if (device.readPortRun === undefined || pieceSize(widthBytes, port, sizeBytes) !== sizeBytes) return 0;
    const { f64 } = this;
    const deadline = Math.min(f64[COUNTER.DEADLINE], this.clock.nextAlarmCycle);
    const inTime = Math.ceil((deadline - f64[COUNTER.CYCLES]) / (accessCycles + clocksEach)) - 1;
    const wanted = Math.min(most, inTime);
    if (wanted < 1) return 0;
    const count = device.readPortRun(port, sizeBytes, this.u8, hostAt, wanted);
    if (count === 0) return 0;
    f64[COUNTER.PORT_READS] += count;
    this.chargePort(count * accessCycles);
    const last = this.portListeners.has(port) ? littleEndian(this.u8, hostAt + (count - 1) * sizeBytes, sizeBytes) : 0;
    this.tellListeners(port, sizeBytes, last, false, count);
    return count;
  }

  /** Writes a port on behalf of an instruction; time passes first. */
  writePort(port: number, sizeBytes: AccessSize, value: number): void {
    this.f64[COUNTER.PORT_WRITES]++;
    for (let done = 0; done < sizeBytes;) {
      const at = (port + done) & 0xffff;
      const { device, widthBytes, accessCycles } = this.ports[at];
      const piece = pieceSize(widthBytes, at, sizeBytes - done);
      this.chargePort(accessCycles);
      device.writePort(at, piece, ((value >>> (8 * done)) & ALL_ONES[piece]) >>> 0);
      done += piece;
    }
    this.tellListeners(port, sizeBytes, value >>> 0, true, 1);
  }

  /** Reads a port without cost or effect. */
  peekPort(port: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let done = 0; done < sizeBytes;) {
      const at = (port + done) & 0xffff;
      const { device, widthBytes } = this.ports[at];
      const piece = pieceSize(widthBytes, at, sizeBytes - done);
      value |= device.peekPort(at, piece) << (8 * done);
      done += piece;
    }
    return value >>> 0;
  }

  /** Who answers at a port, by the name of the claim, and what one bus cycle to it takes. */
  portOwner(port: number): { readonly name: string; readonly accessCycles: number } {
    return this.ports[port];
  }

  /**
   * A chip calls this during a read whose answer would differ if the same read came at or after `cycle`
   * although no alarm fired and nothing was written: free-running counters, or a read that changed the chip
   * (then `cycle` = now). Default is "stable until the next alarm". Polling loops are jumped over only while stable.
   */
  noteUnstable(cycle: number): void {
    if (cycle < this.unstableFromCycle) this.unstableFromCycle = cycle;
  }

  /** The first cycle from which a read since the last call may answer differently; forgets it. */
  takeUnstableCycle(): number {
    const cycle = this.unstableFromCycle;
    this.unstableFromCycle = Infinity;
    return cycle;
  }

  /** What `takeUnstableCycle` would give. */
  get unstableCycle(): number {
    return this.unstableFromCycle;
  }

  private chargePort(cycles: number): void {
    this.f64[COUNTER.PORT_CYCLES] += cycles;
    this.clock.advance(cycles);
  }

  private tellListeners(port: number, sizeBytes: AccessSize, value: number, isWrite: boolean, times: number): void {
    const listeners = this.portListeners.get(port);
    if (!listeners) return;
    for (const listener of listeners) listener(port, sizeBytes, value, isWrite, times);
  }
}

/** The widest piece of an access that a chip of `widthBytes` takes at once: no wider than the chip, aligned. */
function pieceSize(widthBytes: AccessSize, port: number, left: number): AccessSize {
  if (left >= 4 && widthBytes === 4 && (port & 3) === 0) return 4;
  if (left >= 2 && widthBytes >= 2 && (port & 1) === 0) return 2;
  return 1;
}

function littleEndian(bytes: Uint8Array, at: number, sizeBytes: AccessSize): number {
  let value = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}
