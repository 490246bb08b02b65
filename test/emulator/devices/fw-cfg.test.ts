import { describe, expect, it } from 'vitest';
import { Bus, NO_COST } from '../../../src/emulator/bus';
import { BusMaster } from '../../../src/emulator/bus-master';
import { Clock } from '../../../src/emulator/clock';
import type { FwCfgContent } from '../../../src/emulator/devices/fw-cfg';
import { FW_CFG_KEY, FwCfg } from '../../../src/emulator/devices/fw-cfg';
import { describeBoard } from '../../../src/emulator/devices/fw-cfg-content';
import { MachineMemory, MIB } from '../../../src/emulator/memory';
import { createRandomStream } from '../../../src/emulator/random';
import { createUnstableLog, resetChips, throughJson } from './chip-bench';

const SELECTOR = 0x510;
const DATA = 0x511;
const DMA_HIGH = 0x514;
const DMA_LOW = 0x518;
/** Where the tests put the DMA descriptor. */
const ACCESS = 0x8000;
const TARGET = 0x9000;
const READ = 0x02;
const SKIP = 0x04;
const SELECT = 0x08;
const WRITE = 0x10;

const FILES = new Map([
  ['etc/b', Uint8Array.of(1, 2, 3)],
  ['etc/a', Uint8Array.of(9)],
]);

function board(content: FwCfgContent = { items: new Map([[FW_CFG_KEY.NB_CPUS, Uint8Array.of(1, 0)]]), files: FILES }) {
  const memory = new MachineMemory(MIB);
  const clock = new Clock(memory, 1e9);
  const bus = new Bus(memory, clock, 500);
  const ram = { name: 'RAM', hostOffset: memory.ramOffset, device: null, cost: NO_COST, fetchCyclesPerByte: 0 };
  bus.mapMemory(0, MIB, ram, ram);
  const unstable = createUnstableLog();
  const fwCfg = new FwCfg({ clock, busMaster: new BusMaster(bus), noteUnstable: unstable.note }, content);
  const ramBytes = (at: number, count: number) =>
    memory.u8.subarray(memory.ramOffset + at, memory.ramOffset + at + count);
  const select = (key: number) => fwCfg.writePort(SELECTOR, 2, key);
  const read = (count: number) => Array.from({ length: count }, () => fwCfg.readPort(DATA, 1));
  /** Starts a transfer as SeaBIOS does (src/fw/paravirt.c); gives what it leaves in `control`. */
  const dma = (control: number, lengthBytes: number, address = TARGET) => {
    const access = new DataView(memory.u8.buffer, memory.ramOffset + ACCESS, 16);
    access.setUint32(0, control);
    access.setUint32(4, lengthBytes);
    access.setUint32(8, 0);
    access.setUint32(12, address);
    fwCfg.writePort(DMA_LOW, 4, bigEndian(ACCESS));
    return access.getUint32(0);
  };
  return { fwCfg, clock, unstable, ramBytes, select, read, dma };
}

function bigEndian(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return view.getUint32(0, true);
}

const text = (bytes: Iterable<number>) => String.fromCharCode(...bytes);

describe('the traditional interface', () => {
  it('gives an item byte by byte, from the start at each selection, and zeros behind its end', () => {
    const { select, read } = board();
    select(FW_CFG_KEY.SIGNATURE);
    expect(text(read(4))).toBe('QEMU');
    expect(read(2)).toEqual([0, 0]);
    select(FW_CFG_KEY.SIGNATURE);
    expect(text(read(1))).toBe('Q');
  });

  it('gives zeros for an item that is not there', () => {
    const { select, read } = board();
    select(0x0007);
    expect(read(3)).toEqual([0, 0, 0]);
  });

  it('says that it has DMA', () => {
    const { select, read } = board();
    select(FW_CFG_KEY.ID);
    expect(read(4)).toEqual([3, 0, 0, 0]);
  });

  it('is unstable from the read on, and a peek changes nothing', () => {
    const { fwCfg, unstable, clock, select } = board();
    select(FW_CFG_KEY.SIGNATURE);
    expect([fwCfg.peekPort(DATA, 1), fwCfg.peekPort(DATA, 1)]).toEqual([0x51, 0x51]);
    expect(unstable.take()).toBe(Infinity);
    clock.advance(5);
    fwCfg.readPort(DATA, 1);
    expect(unstable.take()).toBe(5);
  });

  it('lists files by name, sizes and selectors big-endian', () => {
    const { select, read } = board();
    select(FW_CFG_KEY.FILE_DIR);
    expect(read(4)).toEqual([0, 0, 0, 2]);
    const entries = [read(64), read(64)];
    expect(entries.map((entry) => entry.slice(0, 8))).toEqual([
      [0, 0, 0, 1, 0, 0x20, 0, 0],
      [0, 0, 0, 3, 0, 0x21, 0, 0],
    ]);
    expect(entries.map((entry) => text(entry.slice(8)).replace(/\0+$/, ''))).toEqual(['etc/a', 'etc/b']);
    select(0x21);
    expect(read(3)).toEqual([1, 2, 3]);
  });
});

describe('the DMA interface', () => {
  it('shows its signature', () => {
    const { fwCfg } = board();
    const words = [DMA_HIGH, DMA_LOW].map((port) => bigEndian(fwCfg.readPort(port, 4)));
    expect(words).toEqual([0x5145_4d55, 0x2043_4647]); // "QEMU CFG"
  });

  it('selects and copies in one go, zeros behind the end, and clears control', () => {
    const { dma, ramBytes } = board();
    ramBytes(TARGET, 8).fill(0xee);
    expect(dma((0x21 << 16) | SELECT | READ, 5)).toBe(0);
    expect([...ramBytes(TARGET, 8)]).toEqual([1, 2, 3, 0, 0, 0xee, 0xee, 0xee]);
  });

  it('goes on where it stood, skips, and shares its place with the data port', () => {
    const { dma, ramBytes, select, read } = board();
    select(0x21);
    expect(read(1)).toEqual([1]);
    expect(dma(SKIP, 1)).toBe(0);
    dma(READ, 1);
    expect(ramBytes(TARGET, 1)[0]).toBe(3);
  });

  it('refuses to write an item', () => {
    expect(board().dma((0x21 << 16) | SELECT | WRITE, 1)).toBe(1);
  });
});

describe('what the board says', () => {
  const itemOf = (key: number) => [...describeBoard(0x0800_0000, null).items.get(key)!];

  it('is one CPU and the size of RAM', () => {
    expect(itemOf(FW_CFG_KEY.NB_CPUS)).toEqual([1, 0]);
    expect(itemOf(FW_CFG_KEY.RAM_SIZE)).toEqual([0, 0, 0, 8, 0, 0, 0, 0]);
  });

  it('is one E820 entry of RAM', () => {
    const e820 = describeBoard(0x0800_0000, null).files.get('etc/e820')!;
    expect([...e820]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0]);
  });

  it('hands a plain video ROM on to be run, and one with PCI data under its identification', () => {
    const plain = new Uint8Array(512);
    const pci = new Uint8Array(512);
    pci[0x18] = 0x40;
    pci.set([...'PCIR'].map((c) => c.charCodeAt(0)).concat(0x34, 0x12, 0x11, 0x11), 0x40);
    expect(describeBoard(MIB, plain).files.get('vgaroms/vgabios.bin')).toBe(plain);
    expect(describeBoard(MIB, pci).files.get('pci1234,1111.rom')).toBe(pci);
  });
});

describe('resets and state', () => {
  it('keep the selection through a reset of the CPU, not through others', () => {
    const { fwCfg, select, read } = board();
    select(0x21);
    read(1);
    resetChips([fwCfg], 'cpu-init');
    expect(read(1)).toEqual([2]);
    resetChips([fwCfg], 'platform');
    expect(text(read(4))).toBe('QEMU');
  });

  it('come back from a saved state', () => {
    const a = board();
    a.select(0x21);
    a.read(2);
    const b = board();
    b.fwCfg.restoreState(throughJson(a.fwCfg.saveState()));
    expect(b.read(1)).toEqual([3]);
  });
});

it('takes 10,000 random accesses', () => {
  const { fwCfg, ramBytes } = board(describeBoard(MIB, null));
  const random = createRandomStream(1, 'fw_cfg');
  // RAM is full of descriptors: random controls, lengths below 64 KiB, addresses below 16 MiB.
  const isZero = (at: number) => [4, 5, 8, 9, 10, 11, 12].includes(at % 16);
  ramBytes(0, MIB).forEach((_, at, all) => (all[at] = isZero(at) ? 0 : random.nextInteger(256)));
  const sizes = [1, 2, 4] as const;
  for (let i = 0; i < 10_000; i++) {
    const port = [SELECTOR, DATA, DMA_HIGH, DMA_LOW, DMA_LOW + random.nextInteger(4)][random.nextInteger(5)];
    const size = port === SELECTOR ? 2 : port % 4 === 0 ? sizes[random.nextInteger(3)] : 1;
    if (random.nextInteger(2) === 0) {
      fwCfg.writePort(
        port,
        size,
        size === 4 ? bigEndian(16 * random.nextInteger(MIB / 16)) : random.nextInteger(2 ** (8 * size)),
      );
    } else {
      const seen = fwCfg.peekPort(port, size);
      expect(fwCfg.readPort(port, size)).toBe(seen);
      expect(seen).toBeLessThan(2 ** (8 * size));
    }
  }
});
