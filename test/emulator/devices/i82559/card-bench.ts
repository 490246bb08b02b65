// A card in a slot: memory that remembers who wrote where, the registers by I/O ports, a cable that tells what was sent.
import type { AccessSize } from '../../../../src/emulator/bus';
import { I82559 } from '../../../../src/emulator/devices/i82559/i82559';
import type { I82559Config } from '../../../../src/emulator/devices/i82559/i82559-parts';
import { createChipBench, resetPart } from '../port-bench';

export const MAC = [0x00, 0x02, 0xb3, 0x11, 0x22, 0x33];
/** Whole microseconds, so that sums are easy; at 1 GHz a cycle is a nanosecond. */
export const TIMING = {
  acceptNs: 1000,
  commandNs: 5000,
  resetNs: 10_000,
  selfTestNs: 5_000_000,
  mdiNs: 25_600,
  eepromWriteNs: 10_000_000,
  autonegotiationNs: 1_600_000_000,
};
export const MS = 1_000_000;

const MEMORY_BYTES = 0x4_0000;
const PCICMD = 0x04;
export const CB = 0x1000;
export const CB2 = 0x1100;
export const RFD = 0x2000;
export const RFD2 = 0x3000;

/** A card after power-on, mastering allowed; its link is up unless `isLinkDown`. */
export function createCard(changes: Partial<Omit<I82559Config, 'timing'>> & { isLinkDown?: boolean } = {}) {
  const bench = createChipBench();
  const { clock, interruptLine, line } = bench;
  const bytes = new Uint8Array(MEMORY_BYTES);
  const fields = new DataView(bytes.buffer);
  const writes: { master: string; address: number; sizeBytes: number; cycle: number }[] = [];
  const sent: { frame: Uint8Array; cycle: number }[] = [];
  const openRanges = new Map<string, number>();
  const card = new I82559(
    {
      clock,
      interruptLine,
      busMaster: {
        readBytes: (address, sizeBytes) =>
          Uint8Array.from({ length: sizeBytes }, (_, i) => bytes[(address + i) % 2 ** 32] ?? 0xff),
        writeBytes: (master, address, written) => {
          writes.push({ master, address, sizeBytes: written.length, cycle: clock.nowCycles });
          written.forEach((byte, i) => (bytes[(address + i) % MEMORY_BYTES] = byte));
        },
        noteOrders: () => {},
      },
      decoder: {
        open: (_name, range, base) => {
          openRanges.set(range.kind, base);
          return () => openRanges.delete(range.kind);
        },
      },
      sendFrame: (frame) => void sent.push({ frame, cycle: clock.nowCycles }),
    },
    { macAddress: MAC, bootRom: null, bootPromptSeconds: 2, partnerMbps: 100, timing: TIMING, ...changes },
  );
  const registers = card.portRegisters;
  resetPart(card, 'power-on');
  card.writeConfiguration(PCICMD, 2, 0x0007);
  if (!changes.isLinkDown) clock.advance(TIMING.autonegotiationNs);

  const read = (offset: number, sizeBytes: AccessSize = 1) => registers.readPort(offset, sizeBytes);
  const write = (offset: number, value: number, sizeBytes: AccessSize = 1) =>
    registers.writePort(offset, sizeBytes, value);
  /** A command through the SCB, until it is accepted. */
  const command = (value: number, pointer = 0) => {
    write(0x04, pointer, 4);
    write(0x02, value);
    clock.advance(TIMING.acceptNs);
  };
  return {
    ...{ ...bench, card, bytes, fields, writes, sent, openRanges, registers, read, write, command, line },
    /** Writes a command block; `parameters` begin at offset 8. */
    block: (address: number, commandWord: number, link: number, parameters: readonly number[] = []) => {
      fields.setUint16(address, 0, true);
      fields.setUint16(address + 2, commandWord, true);
      fields.setUint32(address + 4, link, true);
      bytes.set(parameters, address + 8);
    },
    /** Carries out one block to the end. */
    perform: (commandWord: number, parameters: readonly number[] = []) => {
      fields.setUint16(CB, 0, true);
      fields.setUint16(CB + 2, commandWord | 0x8000, true);
      bytes.fill(0, CB + 8, CB + 64);
      bytes.set(parameters, CB + 8);
      command(0x10, CB);
      clock.advance(TIMING.commandNs);
    },
    descriptor: (address: number, commandWord: number, link: number, areaBytes = 1536) => {
      fields.setUint16(address, 0, true);
      fields.setUint16(address + 2, commandWord, true);
      fields.setUint32(address + 4, link, true);
      fields.setUint32(address + 8, 0xffff_ffff, true);
      fields.setUint16(address + 12, 0, true);
      fields.setUint16(address + 14, areaBytes, true);
    },
    word: (address: number) => fields.getUint16(address, true),
    dword: (address: number) => fields.getUint32(address, true),
    /** One management cycle, to its end. */
    mdi: (opcode: 'read' | 'write', register: number, data = 0, phy = 1) => {
      write(0x10, (((opcode === 'read' ? 2 : 1) << 26) | (phy << 21) | (register << 16) | data) >>> 0, 4);
      clock.advance(TIMING.mdiNs);
      return read(0x10, 2);
    },
    receiveStatus: () => (read(0x00) >> 2) & 0xf,
    commandStatus: () => read(0x00) >> 6,
  };
}

/** A frame of `sizeBytes` to `destination`, its payload counting up. */
export function frameTo(destination: readonly number[], sizeBytes = 60): Uint8Array {
  const frame = Uint8Array.from({ length: sizeBytes }, (_, i) => i);
  frame.set(destination);
  frame.set([0x00, 0xaa, 0x00, 0x01, 0x02, 0x03, 0x08, 0x06], 6);
  return frame;
}

export const BROADCAST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** Configure parameters of 22 bytes as Linux's e100 sends them; `changes` by byte. */
export function configuration(changes: Readonly<Record<number, number>> = {}): number[] {
  const bytes = [
    ...[0x16, 0x08, 0x00, 0x01, 0x00, 0x00, 0x26, 0x07, 0x01, 0x00, 0x2e],
    ...[0x00, 0x60, 0x00, 0xf2, 0x48, 0x00, 0x40, 0xfa, 0x85, 0x3f, 0x05],
  ];
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}
