// Pages that were spoiled before the kexec stub copied them: by a bus master, or by the copying itself where the list's
// invariant does not hold (docs/facts.md A3). Knows moves of blocks, not the list they come from.

const PAGE_SHIFT = 12;
const PAGE_BYTES = 4096;

/** A run of bytes moved at one go. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly sizeBytes: number;
}

/** One kind of fault: the first page it hit, and how many. */
interface Fault {
  readonly cause: string;
  readonly firstPage: number;
  readonly firstTo: number;
  pages: number;
}

/** For snapshots; plain data. */
export interface CopyFaultsState {
  readonly destinations: readonly number[];
  readonly spoiled: readonly (readonly [page: number, master: string])[];
  readonly lastMoves: readonly Move[];
  readonly faults: readonly Fault[];
}

export interface CopyFaults {
  clear(): void;
  /** The stub moved bytes: a page, a part of one, or pages that follow each other. */
  moved(from: number, to: number, sizeBytes: number): void;
  /** A master wrote where nothing has been copied to yet. */
  masterWrote(master: string, address: number, sizeBytes: number): void;
  /** Whether a page has been copied to `address`. */
  isDestination(address: number): boolean;
  warnings(): string[];
  saveState(): CopyFaultsState;
  restoreState(state: CopyFaultsState): void;
}

/** Nothing seen yet. */
export function createCopyFaults(): CopyFaults {
  const destinations = new Set<number>();
  const spoiled = new Map<number, string>();
  let lastMoves: Move[] = [];
  let faults: Fault[] = [];

  const noteFault = (cause: string, page: number, to: number) => {
    const known = faults.find((fault) => fault.cause === cause);
    if (known) known.pages++;
    else faults.push({ cause, firstPage: page, firstTo: to, pages: 1 });
  };

  const readPage = (page: number, to: number) => {
    const master = spoiled.get(page);
    if (master !== undefined) noteFault(`DMA by ${master}`, page, to);
    else if (page !== to && destinations.has(page)) noteFault('the copy of another page', page, to);
    spoiled.delete(page);
  };

  /** The third move of an exchange through a spare page (docs/facts.md A5, 8): what it reads was put there on purpose. */
  const isExchange = (move: Move): boolean => {
    const [first, second] = lastMoves;
    return lastMoves.length === 2 && move.from === first.to && move.to === second.from && second.to === first.from;
  };

  return {
    clear() {
      destinations.clear();
      spoiled.clear();
      lastMoves = [];
      faults = [];
    },
    moved(from, to, sizeBytes) {
      const move = { from, to, sizeBytes };
      const last = lastMoves.at(-1);
      const goesOn = last !== undefined && from === last.from + last.sizeBytes && to === last.to + last.sizeBytes;
      const isThird = !goesOn && isExchange(move);
      for (const page of pagesOf(from, sizeBytes)) {
        const isBegun = goesOn && page << PAGE_SHIFT < from;
        const toPage = (to + (page << PAGE_SHIFT) - from) >>> PAGE_SHIFT;
        if (!isThird && !isBegun) readPage(page, toPage);
      }
      for (const page of pagesOf(to, sizeBytes)) {
        destinations.add(page);
        spoiled.delete(page);
      }
      if (isThird) {
        // Spare page and source were only passed through.
        destinations.delete(from >>> PAGE_SHIFT);
        destinations.delete(lastMoves[1].to >>> PAGE_SHIFT);
      }
      if (goesOn) lastMoves[lastMoves.length - 1] = { ...last, sizeBytes: last.sizeBytes + sizeBytes };
      else lastMoves = [...lastMoves, move].slice(-2);
    },
    masterWrote(master, address, sizeBytes) {
      for (const page of pagesOf(address, sizeBytes)) spoiled.set(page, master);
    },
    isDestination: (address) => destinations.has(address >>> PAGE_SHIFT),
    warnings: () => faults.map(describe),
    saveState: () => ({
      destinations: [...destinations],
      spoiled: [...spoiled],
      lastMoves: lastMoves.map((move) => ({ ...move })),
      faults: faults.map((fault) => ({ ...fault })),
    }),
    restoreState(state) {
      destinations.clear();
      for (const page of state.destinations) destinations.add(page);
      spoiled.clear();
      for (const [page, master] of state.spoiled) spoiled.set(page, master);
      lastMoves = state.lastMoves.map((move) => ({ ...move }));
      faults = state.faults.map((fault) => ({ ...fault }));
    },
  };
}

function pagesOf(address: number, sizeBytes: number): number[] {
  const first = address >>> PAGE_SHIFT;
  const last = (address + sizeBytes - 1) >>> PAGE_SHIFT;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function describe({ cause, firstPage, firstTo, pages }: Fault): string {
  const hex = (page: number) => `${(page * PAGE_BYTES).toString(16)}h`;
  const more = pages === 1 ? '' : `, and so were ${pages - 1} more`;
  return `The page at ${hex(firstPage)} was overwritten by ${cause} before it was copied to ${hex(firstTo)}${more}.`;
}
