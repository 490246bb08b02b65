// A BT-958 alone: memory, a line, disks; and a driver's hand movements, in the manner of Linux's BusLogic.c.
import { CopyOnWriteDiskImage } from '../../../../src/emulator/boot/disk-image';
import type { Bt958Config } from '../../../../src/emulator/devices/buslogic/bt-958';
import { Bt958 } from '../../../../src/emulator/devices/buslogic/bt-958';
import { ScsiDisk } from '../../../../src/emulator/devices/scsi/scsi-disk';
import { createChipBench, resetPart } from '../port-bench';

export const MS = 1_000_000; // cycles at 1 GHz
const US = 1000;

export const CONFIG: Bt958Config = {
  diagnosticNs: 50 * MS,
  softResetNs: 5 * MS,
  byteNs: 20 * US,
  commandNs: 100 * US,
  mailboxNs: 100 * US,
  bus: { connectNs: 20 * US, byteNs: 25, selectionTimeoutNs: 250 * MS, resetToSelectionNs: 250 * MS },
  synchronousPeriodNs: 50,
};

export const MAILBOXES = 0x1000;
export const MAILBOX_COUNT = 4;
export const CCB = 0x2000;
export const SENSE = 0x3000;
export const BUFFER = 0x4000;
/** Disks at these IDs. */
const DISK_IDS = [0, 3];
const SECTORS = 4000;
const base = Uint8Array.from({ length: SECTORS * 512 }, (_, i) => (i >>> 9) * 7 + i);

/** What goes into a command control block; direction: 0 unchecked, 1 in, 2 out, 3 none. */
export interface CcbFields {
  readonly operation?: number;
  readonly direction?: number;
  readonly id?: number;
  readonly lun?: number;
  readonly cdb: readonly number[];
  readonly dataBytes?: number;
  readonly dataAddress?: number;
  readonly senseBytes?: number;
}

/** A card after power, its self-test over, the disks at speed. */
export function createCard() {
  const bench = createChipBench();
  const { clock, interruptLine, line, noteUnstable } = bench;
  const ram = new Uint8Array(0x2_0000);
  const view = new DataView(ram.buffer);
  const writes: number[] = [];
  const pins = { isBusMaster: true, isaPorts: [] as (number | null)[] };
  const images = DISK_IDS.map(() => new CopyOnWriteDiskImage(base));
  const disks = DISK_IDS.map((id, i) => {
    const mechanics = {
      ...{ rpm: 6000, sectorsPerTrack: 100, heads: 2, cylinders: 20 },
      ...{ trackToTrackNs: 2 * MS, fullStrokeNs: 21 * MS, spinUpNs: 1000 * MS },
    };
    const identity = { vendor: 'BOOTLAB', product: 'SCSI DISK', revision: '1.0', serialNumber: `BL00000${id}` };
    return new ScsiDisk(clock, { identity, mechanics, commandNs: 500 * US, startsAtPower: true }, images[i], 0);
  });
  const card = new Bt958(
    {
      clock,
      noteUnstable,
      interrupt: interruptLine,
      memory: {
        readBytes: (address, sizeBytes) => Uint8Array.from({ length: sizeBytes }, (_, i) => ram[address + i] ?? 0xff),
        writeBytes: (address, bytes) => {
          writes.push(address);
          bytes.forEach((byte, i) => (ram[address + i] = byte));
        },
        forgetOrders: () => {},
      },
      isBusMaster: () => pins.isBusMaster,
      irq: () => 11,
      decodeIsaPorts: (ports) => void pins.isaPorts.push(ports),
    },
    CONFIG,
    new Map(DISK_IDS.map((id, i) => [id, disks[i]])),
  );

  const read = (port: number) => card.readPort(port);
  const write = (port: number, value: number) => card.writePort(port, 1, value);
  /** Gives a command with its parameters, a byte each time the card is ready for one. */
  const give = (operation: number, ...parameters: number[]) => {
    for (const byte of [operation, ...parameters]) {
      write(1, byte);
      clock.advance(CONFIG.byteNs);
    }
    clock.advance(CONFIG.commandNs);
  };
  /** Gives a command and reads its reply to the end; takes the interrupt. */
  const ask = (operation: number, ...parameters: number[]) => {
    give(operation, ...parameters);
    const reply: number[] = [];
    while (read(0) & 0x04) {
      reply.push(read(1));
      clock.advance(CONFIG.byteNs);
    }
    write(0, 0x20);
    return reply;
  };

  const putCcb = (fields: CcbFields, address = CCB) => {
    const { operation = 3, direction = 1, id = 0, lun = 0, cdb, dataBytes = 0, dataAddress = BUFFER } = fields;
    ram.fill(0, address, address + 40);
    ram.set([operation, direction << 3, cdb.length, fields.senseBytes ?? 18], address);
    view.setUint32(address + 4, dataBytes, true);
    view.setUint32(address + 8, dataAddress, true);
    ram.set([id, lun, ...cdb], address + 16);
    view.setUint32(address + 36, SENSE, true);
  };
  let outPosition = 0;
  let inPosition = 0;
  const resetMailboxes = () => {
    ram.fill(0, MAILBOXES, MAILBOXES + 2 * 8 * MAILBOX_COUNT);
    outPosition = 0;
    inPosition = 0;
    const [low, high] = [MAILBOXES & 0xff, MAILBOXES >>> 8];
    ask(0x81, MAILBOX_COUNT, low, high, 0, 0);
    ask(0x8f, 1);
  };
  const post = (address = CCB, action = 1) => {
    view.setUint32(MAILBOXES + 8 * outPosition, address, true);
    ram[MAILBOXES + 8 * outPosition + 7] = action;
    outPosition = (outPosition + 1) % MAILBOX_COUNT;
    write(1, 0x02);
  };
  const inbox = (position: number) => {
    const at = MAILBOXES + 8 * (MAILBOX_COUNT + position);
    return { address: view.getUint32(at, true), adapter: ram[at + 4], target: ram[at + 5], completion: ram[at + 7] };
  };
  /** Runs one block to its end, and empties its mailbox. */
  const run = (fields: CcbFields) => {
    putCcb(fields);
    const start = clock.nowCycles;
    post();
    while (!line.isHigh) clock.advanceTo(clock.nextAlarmCycle);
    const end = { ...inbox(inPosition), durationCycles: clock.nowCycles - start };
    ram[MAILBOXES + 8 * (MAILBOX_COUNT + inPosition) + 7] = 0;
    inPosition = (inPosition + 1) % MAILBOX_COUNT;
    write(0, 0x20);
    return { ...end, residual: view.getUint32(CCB + 4, true), status: [ram[CCB + 14], ram[CCB + 15]] };
  };
  /** Mailboxes set up, both disks past their unit attention. */
  const initialize = () => {
    resetMailboxes();
    for (const id of DISK_IDS) run({ id, cdb: [0, 0, 0, 0, 0, 0] });
  };

  resetPart(card, 'power-on');
  clock.advance(1000 * MS);
  return {
    ...{ ...bench, card, ram, view, writes, pins, base, images },
    ...{ read, write, give, ask, putCcb, post, inbox, run, initialize, resetMailboxes },
  };
}
