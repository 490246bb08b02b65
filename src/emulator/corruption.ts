// Who writes into memory that has changed hands: bus masters that nobody stopped, and copies that hit what is still to be copied.
// Judges by writes, copies and lines alone, never by what a guest says (docs/decisions/0018). Leaves out: what the CPU writes.
import type { CopyFaults, CopyFaultsState } from './copy-faults';
import { createCopyFaults } from './copy-faults';
import { A20_MASK } from './cpu/state';
import type { CrashReserve } from './lab-options';
import type { Machine } from './machine';

const PAGE_SHIFT = 12;
const TIMER_IRQ = 0;
const CASCADE_IRQ = 2;

/** Whose memory a write hit. */
type Victim = 'image' | 'kernel' | 'firmware';

const VICTIM_NAMES: Readonly<Record<Victim, string>> = {
  image: 'into the new kernel’s image',
  kernel: 'into memory that belongs to the new kernel',
  firmware: 'into memory that belongs to the firmware',
};

/** Writes of one master to one victim. */
interface Intrusion {
  readonly master: string;
  readonly victim: Victim;
  readonly firstAddress: number;
  readonly firstBytes: number;
  readonly firstCycle: number;
  lastCycle: number;
  writes: number;
  bytes: number;
  readonly pages: number[];
}

/** Who owns the memory now; `nobody`: the old kernel has said farewell, its devices should be quiet. */
type Owner = 'old-kernel' | 'nobody' | 'stub' | 'new-kernel' | 'firmware';

/** What took the memory from the old kernel. */
interface HandOver {
  readonly event: 'jump' | 'reset';
  readonly cycle: number;
}

/** For snapshots; plain data. */
export interface CorruptionState {
  readonly owner: Owner;
  readonly handOver: HandOver;
  readonly reprogrammed: readonly string[];
  readonly intrusions: readonly Intrusion[];
  readonly notes: readonly string[];
  readonly copies: CopyFaultsState;
}

/** Watches one machine from the end of device shutdown on. Watching changes nothing. */
export class CorruptionWatch {
  private owner: Owner = 'old-kernel';
  private handOver: HandOver = { event: 'jump', cycle: 0 };
  /** Masters that have got new orders since device shutdown: what they write is wanted. */
  private readonly reprogrammed = new Set<string>();
  private intrusions: Intrusion[] = [];
  private notes: string[] = [];
  private readonly copies: CopyFaults = createCopyFaults();

  /** @param reserve all that a crash kernel owns; null: the new kernel owns all of memory */
  constructor(
    private readonly machine: Pick<Machine, 'chips' | 'clock' | 'memory'>,
    private readonly reserve: CrashReserve | null = null,
  ) {
    const { busMaster } = machine.chips;
    busMaster.listenToWrites((master, address, sizeBytes) => this.masterWrote(master, address, sizeBytes));
    busMaster.listenToOrders((master) => {
      if (this.owner !== 'old-kernel') this.reprogrammed.add(master);
    });
  }

  /** The old kernel has shut its devices down: from here on a master writes only if it was forgotten. */
  devicesAreDown(): void {
    this.owner = 'nobody';
    this.reprogrammed.clear();
    this.intrusions = [];
    this.notes = [];
    this.copies.clear();
  }

  /** The stub begins to copy pages: the jump. Behind a panic no device was shut down before. */
  copyingBegins(): void {
    if (this.owner === 'old-kernel') this.devicesAreDown();
    this.owner = 'stub';
    this.handOver = { event: 'jump', cycle: this.machine.clock.nowCycles };
  }

  /** A reset gave the memory to the firmware. */
  firmwareBegins(): void {
    if (this.owner === 'old-kernel') this.devicesAreDown();
    this.owner = 'firmware';
    this.handOver = { event: 'reset', cycle: this.machine.clock.nowCycles };
  }

  pageCopied(from: number, to: number, sizeBytes: number): void {
    this.copies.moved(from, to, sizeBytes);
  }

  /** The jump into the new kernel's entry; what a kernel may expect there is docs/facts.md A5. */
  kernelBegins(): void {
    if (this.owner === 'stub') this.noteEntryState();
    this.owner = 'new-kernel';
  }

  /** The new kernel switched an interrupt line off that no driver of its own could quiet. */
  lineWasGivenUp(irq: number): void {
    const when = this.sinceHandOver(this.machine.clock.nowCycles);
    this.notes.push(
      `Interrupt ${irq} came again and again and no driver of the new kernel knew it: the line was switched off ${when}.`,
    );
  }

  /** What was seen since device shutdown, a sentence for each kind, in the order it was first seen. */
  warnings(): string[] {
    return [...this.copies.warnings(), ...this.notes, ...this.intrusions.map((intrusion) => this.describe(intrusion))];
  }

  saveState(): CorruptionState {
    const { owner, handOver } = this;
    return {
      owner,
      handOver: { ...handOver },
      reprogrammed: [...this.reprogrammed],
      intrusions: this.intrusions.map(copyIntrusion),
      notes: [...this.notes],
      copies: this.copies.saveState(),
    };
  }

  restoreState({ owner, handOver, reprogrammed, intrusions, notes, copies }: CorruptionState): void {
    this.owner = owner;
    this.handOver = { ...handOver };
    this.reprogrammed.clear();
    for (const master of reprogrammed) this.reprogrammed.add(master);
    this.intrusions = intrusions.map(copyIntrusion);
    this.notes = [...notes];
    this.copies.restoreState(copies);
  }

  private masterWrote(master: string, address: number, sizeBytes: number): void {
    if (this.owner === 'old-kernel' || this.reprogrammed.has(master) || address >= this.machine.memory.ramBytes) return;
    const victim = this.victimAt(address);
    if (victim) this.noteIntrusion(master, victim, address, sizeBytes);
    // Whether it matters is known when the page is copied, or not.
    else this.copies.masterWrote(master, address, sizeBytes);
  }

  /** Null: memory of the old kernel, which nobody needs unless it is copied later. */
  private victimAt(address: number): Victim | null {
    if (this.reserve && !isInside(this.reserve, address)) return null;
    switch (this.owner) {
      case 'firmware':
        return 'firmware';
      case 'new-kernel':
        return this.copies.isDestination(address) ? 'image' : 'kernel';
      case 'stub':
        return this.copies.isDestination(address) ? 'image' : null;
      default:
        return null;
    }
  }

  private noteIntrusion(master: string, victim: Victim, address: number, sizeBytes: number): void {
    const cycle = this.machine.clock.nowCycles;
    let intrusion = this.intrusions.find((seen) => seen.master === master && seen.victim === victim);
    if (!intrusion) {
      const first = { firstAddress: address, firstBytes: sizeBytes, firstCycle: cycle };
      intrusion = { master, victim, ...first, lastCycle: cycle, writes: 0, bytes: 0, pages: [] };
      this.intrusions.push(intrusion);
    }
    intrusion.lastCycle = cycle;
    intrusion.writes++;
    intrusion.bytes += sizeBytes;
    for (let page = address >>> PAGE_SHIFT; page <= (address + sizeBytes - 1) >>> PAGE_SHIFT; page++) {
      if (!intrusion.pages.includes(page)) intrusion.pages.push(page);
    }
  }

  private noteEntryState(): void {
    const { memory, chips } = this.machine;
    if (memory.i32[A20_MASK] !== -1) {
      this.notes.push('The A20 gate was closed at the jump: the new kernel sees every second megabyte twice.');
    }
    const { master, slave } = chips.pic.saveState();
    const requests = master.irr | (slave.irr << 8);
    for (let irq = 0; irq < 16; irq++) {
      // The timer always waits: interrupts were off while pages were copied.
      if (irq === TIMER_IRQ || irq === CASCADE_IRQ || ((requests >>> irq) & 1) === 0) continue;
      this.notes.push(`Interrupt ${irq} was waiting at the jump: a device that the old kernel did not quiet.`);
    }
  }

  private describe({ master, victim, firstAddress, firstBytes, firstCycle, ...all }: Intrusion): string {
    const first =
      `DMA by ${master} wrote ${plural(firstBytes, 'byte')} at ${hex(firstAddress)}, ` +
      `${this.sinceHandOver(firstCycle)}, ${VICTIM_NAMES[victim]}`;
    if (all.writes === 1) return `${first}.`;
    const pages = plural(all.pages.length, 'page');
    const sum = `${all.writes} writes, ${plural(all.bytes, 'byte')} in ${pages}`;
    return `${first}: the first of ${sum}, the last ${this.sinceHandOver(all.lastCycle)}.`;
  }

  private sinceHandOver(cycle: number): string {
    const ms = ((cycle - this.handOver.cycle) * 1000) / this.machine.clock.cpuHz;
    return `${ms < 1 ? ms.toFixed(3) : ms.toFixed(0)} ms after the ${this.handOver.event}`;
  }
}

function isInside({ startBytes, sizeBytes }: CrashReserve, address: number): boolean {
  return address >= startBytes && address < startBytes + sizeBytes;
}

function copyIntrusion(intrusion: Intrusion): Intrusion {
  return { ...intrusion, pages: [...intrusion.pages] };
}

/** As in a listing: 1234000h. */
function hex(address: number): string {
  return `${address.toString(16)}h`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
