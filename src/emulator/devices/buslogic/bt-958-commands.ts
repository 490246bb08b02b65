// The commands of a BT-958: how many parameter bytes each takes, and what each does (Linux, drivers/scsi/BusLogic.{c,h}).
// Leaves out, as invalid: BIOS commands (03h, 83h), target mode, FIFO tests, options (21h), flash, SCAM and AutoSCSI code.
import { bigEndian24, littleEndian32 } from './bt-958-ccb';
import type { MailboxModes, MailboxPlace } from './bt-958-mailboxes';
import * as bt from './bt-958-registers';
import {
  AUTOSCSI_OFFSET,
  BOARD_ID,
  FIRMWARE_DIGIT_3,
  FIRMWARE_LETTER,
  ISA_PORT_DISABLED,
  ISA_PORTS,
  LOCAL_RAM_BYTES,
  MODEL,
  configurationReply,
  createAutoScsi,
  extendedSetupReply,
  pciInformationReply,
  setupReply,
  synchronousPeriodReply,
} from './bt-958-setup';

/** Settings that commands change; plain JSON but for byte arrays. */
export interface AdapterSettings {
  localRam: Uint8Array;
  /** The part of local RAM that outlives power, as last stored. */
  eeprom: Uint8Array;
  transferRate: number;
  timeOnBus: number;
  timeOffBus: number;
  /** Number of the ISA-compatible ports (INQUIRE PCI INFORMATION). */
  isaPort: number;
  /** Devices, as bits, with which synchronous wide transfers are agreed on. */
  negotiated: number;
}

/** What commands act on. */
export interface CommandSurroundings {
  readonly settings: AdapterSettings;
  readonly place: MailboxPlace | null;
  readonly modes: MailboxModes;
  readonly synchronousPeriodNs: number;
  /** The configuration space's interrupt line register. */
  readonly irq: () => number;
  readonly initializeMailboxes: (place: MailboxPlace) => void;
  readonly enableInterrupt: (isEnabled: boolean) => void;
  readonly setSelectionTimeoutNs: (ns: number) => void;
  readonly decodeIsaPorts: (base: number | null) => void;
  readonly runDiagnostic: () => void;
}

/**
 * - bytes: the reply; COMMAND COMPLETE follows the last byte
 * - `silent`: done, without an interrupt
 * - `invalid`: refused with COMMAND INVALID
 * - `inquire-…`: devices are asked first
 * - `gone`: the adapter has reset itself
 */
export type CommandResult = Uint8Array | 'silent' | 'invalid' | 'inquire-0-7' | 'inquire-8-15' | 'inquire-all' | 'gone';

type Execute = (parameters: readonly number[], at: CommandSurroundings) => CommandResult;

interface Command {
  readonly parameterBytes: number;
  readonly execute: Execute;
}

const NOTHING = new Uint8Array(0);

const COMMANDS: Readonly<Record<number, Command>> = {
  [bt.TEST_COMMAND_COMPLETE]: command(0, () => NOTHING),
  [bt.INITIALIZE_MAILBOX]: command(4, ([count, ...address], at) =>
    initialize({ count, address: bigEndian24(address, 0), isWide: false }, at),
  ),
  [bt.INQUIRE_BOARD_ID]: command(0, () => BOARD_ID),
  [bt.ENABLE_MAIL_OUT_INTERRUPT]: command(1, ([flag], { modes }) => {
    if (flag > 1) return 'invalid';
    modes.isOutInterruptEnabled = flag === 1;
    return 'silent';
  }),
  [bt.SET_SELECTION_TIMEOUT]: command(4, ([isEnabled, , high, low], at) => {
    const milliseconds = (high << 8) | low;
    if (isEnabled & 1 && milliseconds > 0) at.setSelectionTimeoutNs(milliseconds * 1e6);
    return NOTHING;
  }),
  [bt.SET_TIME_ON_BUS]: command(1, ([value], { settings }) => {
    settings.timeOnBus = value;
    return NOTHING;
  }),
  [bt.SET_TIME_OFF_BUS]: command(1, ([value], { settings }) => {
    settings.timeOffBus = value;
    return NOTHING;
  }),
  [bt.SET_TRANSFER_RATE]: command(1, ([value], { settings }) => {
    settings.transferRate = value;
    return NOTHING;
  }),
  [bt.INQUIRE_DEVICES_0_TO_7]: command(0, () => 'inquire-0-7'),
  [bt.INQUIRE_CONFIGURATION]: command(0, (_, at) => configurationReply(at.irq())),
  [bt.INQUIRE_SETUP]: command(1, ([size], { settings, place }) => sized(setupReply({ ...settings, place }), size)),
  [bt.ECHO]: command(1, ([value]) => Uint8Array.of(value)),
  [bt.ADAPTER_DIAGNOSTIC]: command(0, (_, at) => {
    at.runDiagnostic();
    return 'gone';
  }),
  [bt.INQUIRE_DEVICES_8_TO_15]: command(0, () => 'inquire-8-15'),
  [bt.INQUIRE_TARGET_DEVICES]: command(0, () => 'inquire-all'),
  [bt.DISABLE_INTERRUPT]: command(1, ([flag], { enableInterrupt }) => {
    enableInterrupt(flag !== 0);
    return 'silent';
  }),
  [bt.INITIALIZE_EXTENDED_MAILBOX]: command(5, ([count, ...address], at) =>
    initialize({ count, address: littleEndian32(address, 0), isWide: true }, at),
  ),
  [bt.INQUIRE_FIRMWARE_DIGIT_3]: command(0, () => FIRMWARE_DIGIT_3),
  [bt.INQUIRE_FIRMWARE_LETTER]: command(0, () => FIRMWARE_LETTER),
  [bt.INQUIRE_PCI_INFORMATION]: command(0, (_, at) => pciInformationReply(at.settings.isaPort, at.irq())),
  [bt.INQUIRE_MODEL]: command(1, ([size]) => sized(MODEL, size)),
  [bt.INQUIRE_SYNCHRONOUS_PERIOD]: command(1, ([size], { settings, synchronousPeriodNs }) =>
    sized(synchronousPeriodReply(settings.negotiated, synchronousPeriodNs), size),
  ),
  [bt.INQUIRE_EXTENDED_SETUP]: command(1, ([size], { place }) => sized(extendedSetupReply(place), size)),
  [bt.STRICT_ROUND_ROBIN]: command(1, ([flag], { modes }) => {
    if (flag > 1) return 'invalid';
    modes.isStrict = flag === 1;
    return NOTHING;
  }),
  // The number of bytes to store comes second; they follow: see parameterBytes below.
  [bt.STORE_LOCAL_RAM]: command(2, ([offset, , ...bytes], { settings }) => {
    bytes.forEach((byte, i) => (settings.localRam[(offset + i) % LOCAL_RAM_BYTES] = byte));
    return NOTHING;
  }),
  [bt.FETCH_LOCAL_RAM]: command(2, ([offset, size], { settings: { localRam } }) =>
    Uint8Array.from({ length: size }, (_, i) => localRam[(offset + i) % LOCAL_RAM_BYTES]),
  ),
  [bt.STORE_TO_EEPROM]: command(1, ([what], { settings }) => {
    if (what > 3) return 'invalid';
    if (what !== STORE_CURRENT) settings.localRam.set(createAutoScsi(), AUTOSCSI_OFFSET);
    settings.eeprom = settings.localRam.slice(AUTOSCSI_OFFSET, AUTOSCSI_OFFSET + settings.eeprom.length);
    return NOTHING;
  }),
  [bt.MODIFY_IO_ADDRESS]: command(1, ([number], { settings, decodeIsaPorts }) => {
    if (number > ISA_PORT_DISABLED + 1) return 'invalid';
    settings.isaPort = Math.min(number, ISA_PORT_DISABLED);
    decodeIsaPorts(ISA_PORTS[number] ?? null);
    return 'silent';
  }),
  [bt.SET_CCB_FORMAT]: command(1, ([flag], { modes }) => {
    if (flag > 1) return 'invalid';
    modes.hasExtendedLuns = flag === 1;
    return NOTHING;
  }),
};

/** STORE TO EEPROM: what is in local RAM now; other values bring back the card's own settings. */
const STORE_CURRENT = 1;

/** Parameter bytes that a command takes, given those it has so far; null for one that does not exist. */
export function parameterBytes(operation: number, parameters: readonly number[]): number | null {
  const found = COMMANDS[operation];
  if (!found) return null;
  const isStore = operation === bt.STORE_LOCAL_RAM && parameters.length >= 2;
  return isStore ? found.parameterBytes + parameters[1] : found.parameterBytes;
}

/** Carries out a command whose parameters are all there. */
export function executeCommand(
  operation: number,
  parameters: readonly number[],
  surroundings: CommandSurroundings,
): CommandResult {
  return COMMANDS[operation]?.execute(parameters, surroundings) ?? 'invalid';
}

function command(parameterBytes: number, execute: Execute): Command {
  return { parameterBytes, execute };
}

function initialize(place: MailboxPlace, at: CommandSurroundings): CommandResult {
  if (place.count === 0) return 'invalid';
  at.initializeMailboxes(place);
  return NOTHING;
}

/** As many bytes as the host asked for: cut, or with zeros at the end. */
function sized(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set(bytes.subarray(0, size));
  return result;
}
