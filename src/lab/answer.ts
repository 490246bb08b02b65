// A comparison as a few plain sentences: the same words in window and terminal.
// Shares are of the gross saving (phases that got cheaper, added up), so that none exceeds 100 %.
import type { PathRecord, PhaseId } from '../emulator/index';
import type { PathDifference, PhaseDifference } from './compare';
import { comparePaths } from './compare';
import { formatClock, formatCyclesAndTime, formatShare, groupDigits } from './format-cycles';
import { PATH_PHRASES } from './run-record';

/** Phases as a noun in a sentence, singular. */
const PHASE_PHRASES: Readonly<Record<PhaseId, string>> = {
  'kexec-load': 'loading the next kernel',
  'userspace-shutdown': 'stopping services',
  'device-shutdown': 'shutting devices down',
  'machine-shutdown': 'leaving the old kernel',
  reset: 'the reset',
  'early-chipset': 'the chip set and CPU check',
  'ram-init': 'sizing memory',
  'ram-test': 'the memory test',
  shadow: 'copying the ROM to RAM',
  kbc: 'the keyboard controller',
  'video-oprom': 'the video ROM',
  'pci-enumerate': 'finding PCI devices',
  'storage-detect': 'finding drives',
  'option-roms': 'the scan for expansion ROMs',
  'boot-select': 'choosing the boot drive',
  'loader-menu': 'the boot prompt',
  'loader-load': 'reading the kernel from disk',
  'setup-realmode': 'the real-mode set-up',
  'relocate-copy': 'copying pages',
  'purgatory-hash': 'checking the hash in the purgatory',
  decompress: 'decompressing the kernel',
  'start-kernel': 'starting the kernel',
  'driver-probe': 'probing drivers',
  userspace: 'starting services',
};

/** A second phase is named beside the largest one when that is less than half, and this one at least a tenth. */
const HALF = 0.5;
const WORTH_NAMING = 0.1;

/** Below this ratio "1.4 times fewer" reads worse than a percentage. */
const TIMES_FROM = 2;

/**
 * What a comparison says, baseline first in `records`. Each further path gets its ratio, what makes it, and the
 * ratio of the hand-over. A single path says how long services are down and what most of that is.
 */
export function answerSentence(records: readonly PathRecord[]): string {
  const [baseline, ...others] = records;
  if (!baseline) return '';
  if (others.length === 0) return describeAlone(baseline);
  return others.map((other) => describeDifference(comparePaths(baseline, other))).join(' ');
}

function describeAlone(record: PathRecord): string {
  const amount = `${formatCyclesAndTime(record.outageCycles, record.cpuHz)} at ${formatClock(record.cpuHz)}`;
  const lead =
    record.path === 'cold'
      ? `A cold start takes ${amount} from power good to running services.`
      : `${capitalize(PATH_PHRASES[record.path])} keeps services down for ${amount}.`;
  // Against itself every phase would save nothing: read the phases' own cycles as what is "saved" from zero.
  const phases = comparePaths(record, record).phases.map((phase) => ({ ...phase, savedCycles: phase.baselineCycles }));
  const largest = nameLargest(phases, 'of it');
  return largest ? `${lead} ${capitalize(largest)}.` : lead;
}

function describeDifference(difference: PathDifference): string {
  return [describeOutage(difference), describeCauses(difference), describeHandover(difference)]
    .filter((sentence) => sentence !== '')
    .map((sentence) => `${sentence}.`)
    .join(' ');
}

function describeOutage({ baseline, other, outageRatio }: PathDifference): string {
  const fromPowerGood = [baseline, other].some(({ path }) => path === 'cold')
    ? '; a cold start counts from power good'
    : '';
  const amounts = `${formatCyclesAndTime(other.outageCycles, other.cpuHz)} against ${formatCyclesAndTime(baseline.outageCycles, baseline.cpuHz)}`;
  const verdict = relate(outageRatio, baseline.outageCycles, other.outageCycles, PATH_PHRASES[baseline.path]);
  const subject = capitalize(PATH_PHRASES[other.path]);
  return `${subject} takes ${verdict} (outage ${amounts} at ${formatClock(baseline.cpuHz)}${fromPowerGood})`;
}

/** "6.4 times fewer cycles than a warm reboot", and what else two counts can be to each other. */
function relate(ratio: number | null, baselineCycles: number, otherCycles: number, baselinePhrase: string): string {
  if (baselineCycles === otherCycles) return `exactly as many cycles as ${baselinePhrase}`;
  const isFewer = otherCycles < baselineCycles;
  if (ratio === null) return `${isFewer ? 'fewer' : 'more'} cycles than ${baselinePhrase}`;
  if (ratio >= TIMES_FROM) return `${formatRatio(ratio)} times fewer cycles than ${baselinePhrase}`;
  if (ratio <= 1 / TIMES_FROM) return `${formatRatio(1 / ratio)} times as many cycles as ${baselinePhrase}`;
  const share = Math.abs(baselineCycles - otherCycles) / baselineCycles;
  return `${formatShare(share)} ${isFewer ? 'fewer' : 'more'} cycles than ${baselinePhrase}`;
}

/** "81 % of the saving is the memory test; copying pages costs 3 % of it back". */
function describeCauses({ phases, outageSavedCycles }: PathDifference): string {
  if (outageSavedCycles === 0) return '';
  const isSaving = outageSavedCycles > 0;
  // Seen from the side that wins: what counts for it is positive.
  const signed = isSaving ? phases : phases.map((phase) => ({ ...phase, savedCycles: -phase.savedCycles }));
  const largest = nameLargest(signed, isSaving ? 'of the saving' : 'of the extra cost');
  const opposite = [...signed].sort((a, b) => a.savedCycles - b.savedCycles)[0];
  if (!largest || opposite.savedCycles >= 0) return capitalize(largest);
  const share = formatShare(-opposite.savedCycles / grossOf(signed));
  const phrase = PHASE_PHRASES[opposite.phaseId];
  return `${capitalize(largest)}; ${phrase} ${isSaving ? `costs ${share} of it back` : `saves ${share} of it`}`;
}

function describeHandover({ baseline, other, handoverRatio }: PathDifference): string {
  if (baseline.handoverCycles === null || other.handoverCycles === null) return '';
  const amounts = `${formatCyclesAndTime(other.handoverCycles, other.cpuHz)} against ${formatCyclesAndTime(baseline.handoverCycles, baseline.cpuHz)}`;
  const verdict = relate(handoverRatio, baseline.handoverCycles, other.handoverCycles, PATH_PHRASES[baseline.path]);
  return `From the end of device shutdown to the start of the next kernel it takes ${verdict} (handover ${amounts})`;
}

function nameLargest(phases: readonly PhaseDifference[], ofWhat: string): string {
  const gross = grossOf(phases);
  if (gross === 0) return '';
  const [first, second] = [...phases].sort((a, b) => b.savedCycles - a.savedCycles);
  const share = first.savedCycles / gross;
  const sentence = `${formatShare(share)} ${ofWhat} is ${PHASE_PHRASES[first.phaseId]}`;
  const secondShare = second ? second.savedCycles / gross : 0;
  if (share >= HALF || secondShare < WORTH_NAMING) return sentence;
  return `${sentence}, ${formatShare(secondShare)} ${PHASE_PHRASES[second.phaseId]}`;
}

function grossOf(phases: readonly PhaseDifference[]): number {
  return phases.reduce((sum, { savedCycles }) => sum + Math.max(0, savedCycles), 0);
}

function formatRatio(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(1) : groupDigits(Math.round(ratio));
}

/** The first letter in capitals, except for the name kexec, which has none. */
function capitalize(text: string): string {
  return text.startsWith('kexec') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
