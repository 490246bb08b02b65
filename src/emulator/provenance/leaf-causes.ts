// From the accounts of a run to the causes of each leaf of its record, with the figures they rest on.
import type { Basis, PhaseId, PhaseRecord } from '../phases';
import { PHASE_KINDS } from '../phases';
import type { ChipFigures, WaitContext } from './chip-figures';
import type { Contribution, CostKind, FigureReference, LeafCauses } from './contribution';
import type { CycleLedger, LedgerEntry } from './cycle-ledger';

const BASIS: Readonly<Record<CostKind, Basis>> = {
  clocks: 'executed',
  port: 'executed',
  memory: 'executed',
  wait: 'device',
  hold: 'modelled',
};

const PHASE_IDS: ReadonlySet<string> = new Set(PHASE_KINDS.map(({ id }) => id));

/**
 * The causes of all leaves, in the order of `leafPhases`; those of a leaf add up to its duration.
 * @param originCycle the path's start, in cycles since power-on
 */
export function leafCauses(
  root: PhaseRecord,
  originCycle: number,
  ledger: CycleLedger,
  figures: ChipFigures,
): LeafCauses[] {
  const leaves: LeafCauses[] = [];
  const visit = (record: PhaseRecord, above: PhaseId) => {
    const phase = PHASE_IDS.has(record.id) ? (record.id as PhaseId) : above;
    for (const child of record.children) visit(child, phase);
    if (record.children.length > 0) return;
    const span = [originCycle + record.startCycle, originCycle + record.endCycle] as const;
    const { alarms, movesDisk } = ledger.doingsBetween(...span);
    const context = { phase, alarms, movesDisk: movesDisk || figures.hasScsiCommand(alarms) };
    const entries = ledger.entriesBetween(...span);
    leaves.push(sortCauses(entries.map((entry) => contributionOf(entry, context, ledger, figures))));
  };
  visit(root, 'reset');
  return leaves;
}

/** The largest first; equal ones by name, so that the order is the same everywhere. */
function sortCauses(causes: readonly Contribution[]): Contribution[] {
  const nameOf = ({ cost, chip, code }: Contribution) =>
    `${cost} ${chip} ${code?.image} ${code?.symbol} ${code?.address}`;
  return [...causes].sort((a, b) => b.cycles - a.cycles || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function contributionOf(
  { cost, chip, codeIndex, cycles }: LedgerEntry,
  context: WaitContext,
  ledger: CycleLedger,
  figures: ChipFigures,
): Contribution {
  const code = codeIndex < 0 ? null : ledger.code[codeIndex];
  const figuresOf: Readonly<Record<CostKind, () => FigureReference[]>> = {
    clocks: () => figures.ofClocks(),
    port: () => figures.ofPort(chip),
    memory: () => figures.ofMemory(chip),
    wait: () => figures.ofWait(chip, code, context),
    hold: () => figures.ofHold(chip === 'cpuInitHoldNs' ? 'cpuInitHoldNs' : 'platformHoldNs'),
  };
  return {
    basis: BASIS[cost],
    cost,
    chip: cost === 'hold' ? 'reset' : chip,
    code,
    cycles,
    figures: figuresOf[cost](),
  };
}
