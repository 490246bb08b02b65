// What makes a machine profile nonsense: the limits of every figure, and what must go together.
// Shapes (which sections and figures there are) are the loader's business: src/contract/profile-schema.ts.
import type { CacheFigures } from './cache-figures';
import { EmulatorError } from './errors';
import { LAYOUT } from './memory';
import type { MachineProfile } from './profile';
import { figureNames } from './profile';

/** Longest answer of a drive to a reset or to power (ATA; IBM Travelstar 48GH manual, figure 136), and of a keyboard. */
export const LONGEST_DRIVE_ANSWER_NS = 31e9;
export const LONGEST_BAT_NS = 10e9;

/** The loader takes 255 characters, and the command line of a kexec jump carries this one twice with 60 of its own. */
const COMMAND_LINE_MAX_CHARACTERS = 95;
/** What a SCSI adapter adds: " lab.scsisettle=60000". */
const SCSI_WORD_CHARACTERS = 21;

/** What the boot agent's settings can say (Intel ICH8 NVM guide, word 30h). */
const BOOT_AGENT_SECONDS: ReadonlySet<number> = new Set([0, 2, 3, 5]);

const KIB = 1024;
const MIB = 1024 * KIB;
/** What the files before the services' data may take of a disk: the largest kernel, and the loader's own. */
const BOOT_FILES_BYTES = 32 * MIB;
/** Tags that LAYOUT.CACHES has room for. */
const MOST_CACHE_LINES = (LAYOUT.CACHES_BYTES - 4 * KIB) / 4;
const GIB = 1024 * MIB;
const SECOND = 1e9;

/** Lowest and highest value of a figure, and what it must be a multiple of. */
export type FigureLimits = readonly [min: number, max: number, step?: number];

/** By dotted name, in the order of the profile. */
export const FIGURE_LIMITS: Readonly<Record<string, FigureLimits>> = {
  'cpu.hz': [1e6, 4e9, 1],
  'memory.ramBytes': [4 * MIB, 2 * GIB, MIB],
  'memory.streamMoveNsPerDword': [0, 10_000],
  'memory.streamReadNsPerDword': [0, 10_000],
  'memory.streamWriteNsPerDword': [0, 10_000],
  'memory.uncachedNsPerDword': [0, 10_000],
  'cache.simulated': [0, 1, 1],
  'cache.lineBytes': [4, 128, 4],
  'cache.codeBytes': [0, 64 * KIB, KIB],
  'cache.dataBytes': [KIB, 128 * KIB, KIB],
  'cache.ways': [1, 16, 1],
  'cache.writeBack': [0, 1, 1],
  'cache.writeAllocate': [0, 1, 1],
  'cache.l2Bytes': [0, 2 * MIB, KIB],
  'cache.l2Ways': [1, 16, 1],
  'cache.l2WriteBack': [0, 1, 1],
  'cache.l2FirstNs': [0, 10_000],
  'cache.l2LineNs': [0, 10_000],
  'cache.l2WriteNs': [0, 10_000],
  'cache.memoryFirstNs': [0, 10_000],
  'cache.memoryLineNs': [0, 10_000],
  'cache.memoryWriteNs': [0, 10_000],
  'cache.memoryLineWriteNs': [0, 10_000],
  'cache.tableAccessNs': [0, 1000],
  'cache.writeBuffers': [0, 64, 1],
  'cache.readsPassWrites': [0, 1, 1],
  'cache.fastStrings': [0, 1, 1],
  'cache.refreshNs': [0, 10_000],
  'cache.masterDwordNs': [0, 10_000],
  'rom.widthBits': [8, 32, 8],
  'rom.busCycleNs': [0, 100_000],
  'video.busCycleNs': [0, 100_000],
  'video.readBusCycleNs': [0, 100_000],
  'video.widthBits': [8, 32, 8],
  'video.memoryBytes': [MIB / 4, 16 * MIB, MIB / 4],
  'ports.isa8Ns': [1, 100_000],
  'ports.chipsetNs': [1, 100_000],
  'ports.dmaTransferNs': [0, 10_000],
  'reset.platformHoldNs': [0, 600 * SECOND],
  'reset.cpuInitHoldNs': [0, SECOND],
  'keyboard.selfTestNs': [0, 10 * SECOND],
  'keyboard.batNs': [0, LONGEST_BAT_NS],
  'keyboard.byteNs': [1, SECOND],
  'keyboard.commandNs': [1, SECOND],
  'keyboard.answerNs': [0, SECOND],
  'keyboard.timeoutNs': [1, SECOND],
  'disk.sizeBytes': [4 * MIB, 128 * GIB, 512],
  'disk.rpm': [300, 20_000],
  'disk.sectorsPerTrack': [8, 10_000, 1],
  'disk.heads': [1, 16, 1],
  'disk.trackToTrackNs': [0, SECOND],
  'disk.fullStrokeNs': [0, SECOND],
  'disk.commandOverheadNs': [0, SECOND],
  'disk.blockGapNs': [0, SECOND],
  'disk.pioCycleNs': [1, 100_000],
  'disk.spinUpNs': [0, LONGEST_DRIVE_ANSWER_NS],
  'disk.resetAnswerNs': [0, LONGEST_DRIVE_ANSWER_NS],
  'disk.multiwordDmaModes': [0, 3, 1],
  'disk.ultraDmaModes': [0, 6, 1],
  'disk.longAddresses': [0, 1, 1],
  'cdrom.readBytesPerSecond': [150_000, 20_000_000],
  'cdrom.constantAngularVelocity': [0, 1, 1],
  'cdrom.shortAccessNs': [0, SECOND],
  'cdrom.fullAccessNs': [0, 2 * SECOND],
  'cdrom.spinUpNs': [0, LONGEST_DRIVE_ANSWER_NS],
  'cdrom.bufferBytes': [2048, 64 * MIB, 1024],
  'cdrom.commandOverheadNs': [0, SECOND],
  'cdrom.blockGapNs': [0, SECOND],
  'cdrom.pioCycleNs': [1, 100_000],
  'cdrom.resetAnswerNs': [0, LONGEST_DRIVE_ANSWER_NS],
  'cdrom.multiwordDmaModes': [0, 3, 1],
  'cdrom.ultraDmaModes': [0, 6, 1],
  'cdrom.mmc2': [0, 1, 1],
  'floppy.driveType': [0, 4, 4],
  'floppy.spinUpNs': [0, 10 * SECOND],
  'floppy.settleNs': [0, SECOND],
  'floppy.resetNs': [0, SECOND],
  'network.linkMbps': [10, 100, 10],
  'network.autonegotiationNs': [0, 60 * SECOND],
  'network.resetNs': [0, SECOND],
  'network.selfTestNs': [0, SECOND],
  'network.acceptNs': [1, SECOND],
  'network.commandNs': [100, SECOND],
  'network.mdiNs': [1, SECOND],
  'network.eepromWriteNs': [0, SECOND],
  'network.framesPerSecond': [0, 10_000, 1],
  'network.trafficSeed': [0, 0xffff_ffff, 1],
  'scsi.diagnosticNs': [0, 10 * SECOND],
  'scsi.softResetNs': [0, 10 * SECOND],
  'scsi.byteNs': [0, SECOND],
  'scsi.commandNs': [0, SECOND],
  'scsi.mailboxNs': [0, SECOND],
  'scsi.connectNs': [0, SECOND],
  'scsi.syncPeriodNs': [1, 2000],
  'scsi.selectionTimeoutNs': [0, 10 * SECOND],
  'scsi.resetToSelectionNs': [0, 10 * SECOND],
  'scsi.diskIdBits': [0, 0xffff, 1],
  'scsi.diskSizeBytes': [4 * MIB, 1024 * GIB, 512],
  'scsi.diskRpm': [300, 20_000],
  'scsi.diskSectorsPerTrack': [8, 10_000, 1],
  'scsi.diskHeads': [1, 64, 1],
  'scsi.diskTrackToTrackNs': [0, SECOND],
  'scsi.diskFullStrokeNs': [0, SECOND],
  'scsi.diskCommandNs': [0, SECOND],
  'scsi.diskSpinUpNs': [0, LONGEST_DRIVE_ANSWER_NS],
  'scsi.diskStartsAtPower': [0, 1, 1],
  'scsi.driverSettleNs': [0, 60 * SECOND, 1e6],
  'firmware.shadow': [0, 1, 1],
  'firmware.memoryTest': [0, 3, 1],
  'firmware.memoryTestUncached': [0, 1, 1],
  'firmware.floppySeek': [0, 1, 1],
  'firmware.ideExpectedDrives': [0, 15, 1],
  'firmware.ideWaitSeconds': [0, 31, 1],
  'firmware.bootMenuSeconds': [0, 60, 1],
  'firmware.scsiPromptSeconds': [0, 60, 1],
  'firmware.scsiStartUnit': [0, 1, 1],
  'firmware.pxePromptSeconds': [0, 5, 1],
  'loader.promptTenths': [0, 65_535, 1],
  'kernel.fillerBytes': [0, 8 * MIB, 1],
  'services.reads': [0, 100_000, 1],
  'services.readBytes': [4 * KIB, 128 * KIB, 4 * KIB],
  'services.spanBytes': [MIB, 2047 * MIB, 4 * KIB],
  'services.computeLoops': [0, 1000, 1],
  'services.stopReads': [0, 100_000, 1],
};

/**
 * Refuses a profile no machine can be built from.
 * @throws EmulatorError EMU-PROFILE; its fact `name` is the dotted name of what is wrong
 */
export function checkProfile(profile: MachineProfile): void {
  for (const name of figureNames(profile)) checkFigure(profile, name);
  checkTogether(profile);
}

function checkFigure(profile: MachineProfile, name: string): void {
  const value = valueOf(profile, name);
  const [min, max, step = 0] = FIGURE_LIMITS[name] ?? [0, Number.MAX_VALUE];
  const isWhole = step === 0 || value % step === 0;
  if (Number.isFinite(value) && value >= min && value <= max && isWhole) return;
  const unit = step > 0 ? `, a multiple of ${step}` : '';
  refuse(profile, name, `is ${value}; it must lie between ${min} and ${max}${unit}.`);
}

/** What no figure can be judged by alone. */
function checkTogether(profile: MachineProfile): void {
  const { cache, cdrom, disk, firmware, network, scsi, video } = profile;
  if (!Number.isInteger(Math.log2(video.memoryBytes.value))) {
    refuse(profile, 'video.memoryBytes', `is ${video.memoryBytes.value}; it must be a power of two.`);
  }
  checkOrder(profile, 'disk.fullStrokeNs', disk.fullStrokeNs.value, 'disk.trackToTrackNs', disk.trackToTrackNs.value);
  checkOrder(profile, 'cdrom.fullAccessNs', cdrom.fullAccessNs.value, 'cdrom.shortAccessNs', cdrom.shortAccessNs.value);
  if (network && network.linkMbps.value !== 10 && network.linkMbps.value !== 100) {
    refuse(profile, 'network.linkMbps', `is ${network.linkMbps.value}; it must be 10 or 100.`);
  }
  if (profile.cpu.model === '386' && firmware.memoryTestUncached.value === 1) {
    refuse(profile, 'firmware.memoryTestUncached', 'is 1, but caches can be switched off from the i486 on only.');
  }
  if (!BOOT_AGENT_SECONDS.has(firmware.pxePromptSeconds.value)) {
    refuse(profile, 'firmware.pxePromptSeconds', `is ${firmware.pxePromptSeconds.value}; it must be 0, 2, 3 or 5.`);
  }
  if (network && !profile.hasPci) refuse(profile, 'network', 'needs a board with PCI: the card is a PCI card.');
  if (cache) checkCache(profile, cache);
  if (scsi) {
    if (!profile.hasPci) refuse(profile, 'scsi', 'needs a board with PCI: the adapter is a PCI card.');
    const { diskFullStrokeNs, diskTrackToTrackNs } = scsi;
    checkOrder(
      profile,
      'scsi.diskFullStrokeNs',
      diskFullStrokeNs.value,
      'scsi.diskTrackToTrackNs',
      diskTrackToTrackNs.value,
    );
  }
  if (profile.bootDisk === 'scsi' && bootScsiId(profile) === null) {
    refuse(profile, 'bootDisk', 'is "scsi", but there is no SCSI adapter with a disk.');
  }
  checkServices(profile);
  const { commandLine } = profile.kernel;
  const maxCharacters = COMMAND_LINE_MAX_CHARACTERS - (scsi ? SCSI_WORD_CHARACTERS : 0);
  if (commandLine.length > maxCharacters) {
    refuse(
      profile,
      'kernel.commandLine',
      `has ${commandLine.length} characters; it may have ${maxCharacters}.`,
      'Leave options away: the path adds its own, and a kexec jump carries the line twice.',
    );
  }
}

/** The data of services lies behind the boot files. */
function checkServices(profile: MachineProfile): void {
  const { bootDisk, disk, scsi, services } = profile;
  if (!services) return;
  const diskBytes = bootDisk === 'scsi' && scsi ? scsi.diskSizeBytes.value : disk.sizeBytes.value;
  const most = diskBytes - BOOT_FILES_BYTES;
  if (services.spanBytes.value <= most) return;
  refuse(profile, 'services.spanBytes', `is ${services.spanBytes.value}; the disk has room for ${most}.`);
}

/** Address bits select line and set, so that sizes are powers of two, and a cache has at least one set. */
function checkCache(profile: MachineProfile, cache: CacheFigures): void {
  for (const name of ['lineBytes', 'codeBytes', 'dataBytes', 'ways', 'l2Bytes', 'l2Ways'] as const) {
    const { value } = cache[name];
    if (value === 0 || Number.isInteger(Math.log2(value))) continue;
    refuse(profile, `cache.${name}`, `is ${value}; it must be a power of two.`);
  }
  const lines = (bytes: number) => bytes / cache.lineBytes.value;
  const fewest = lines(Math.min(cache.dataBytes.value, cache.codeBytes.value || Infinity));
  if (cache.ways.value > fewest) refuse(profile, 'cache.ways', `is ${cache.ways.value}, more than there are lines.`);
  const tags = lines(cache.codeBytes.value) + lines(cache.dataBytes.value) + lines(cache.l2Bytes.value);
  if (tags > MOST_CACHE_LINES) {
    refuse(profile, 'cache.lineBytes', `makes ${tags} lines of all caches; ${MOST_CACHE_LINES} are the most.`);
  }
}

/** SCSI ID of the disk a machine starts from, null when it has none: the lowest, as adapters' ROMs number their drives. */
export function bootScsiId({ scsi }: MachineProfile): number | null {
  const ADAPTER_ID = 7;
  const bits = (scsi?.diskIdBits.value ?? 0) & ~(1 << ADAPTER_ID);
  return bits === 0 ? null : 31 - Math.clz32(bits & -bits);
}

function checkOrder(profile: MachineProfile, name: string, value: number, leastName: string, least: number): void {
  if (value < least) refuse(profile, name, `is ${value}; it must not lie below ${leastName}, ${least}.`);
}

function valueOf(profile: MachineProfile, name: string): number {
  const [section, figure] = name.split('.');
  return (profile as unknown as Record<string, Record<string, { value: number }>>)[section][figure].value;
}

function refuse(
  profile: MachineProfile,
  name: string,
  complaint: string,
  nextStep = 'Correct it in the profile or the overlay.',
): never {
  throw new EmulatorError('EMU-PROFILE', `${name} of the machine profile ${profile.id} ${complaint}`, nextStep, {
    name,
  });
}
