// The memory map of a PC board: RAM, video window, ROM and the RAM that shadows it.
// Costs by region come from the profile (docs/decisions/0003); which reads reach ROM or RAM is the host bridge's (PAM).
import type { Bus, CostBySize, MemoryBacking, MemoryDevice } from './bus';
import { NO_COST, OPEN_BUS } from './bus';
import type { Clock } from './clock';
import { EmulatorError } from './errors';
import type { MachineMemory } from './memory';
import type { MachineProfile } from './profile';

const KIB = 1024;
const VIDEO_WINDOW = 0xa0000;
const VIDEO_WINDOW_BYTES = 128 * KIB;
/** C0000-FFFFF: ROM, or the RAM beneath it, by PAM segment. */
const ROM_WINDOW = 0xc0000;
const ROM_WINDOW_END = 0x100000;
const VIDEO_ROM_MAX_BYTES = 64 * KIB;
/** The last 128 KiB of the system ROM also answer below 1 MiB. */
const LOW_ALIAS_BYTES = 128 * KIB;
const FOUR_GIB = 0x1_0000_0000;
/** Step of the map below 1 MiB: finer than any PAM segment, so that a short video ROM leaves open bus behind it. */
const MAP_STEP = 4 * KIB;

/** The ROM chips of a board. */
export interface RomImages {
  /** Ends at 4 GiB; its last 128 KiB (or all of it, if smaller) also end at 1 MiB. A multiple of 4 KiB. */
  readonly bios: Uint8Array;
  /** At C0000h; null: no video ROM. */
  readonly video: Uint8Array | null;
  /** Option ROM of the SCSI adapter, where the profile has one: its PCI expansion ROM. */
  readonly scsi?: Uint8Array | null;
  /** Boot ROM of the network card, likewise. */
  readonly network?: Uint8Array | null;
}

/** Keeps the bus's frame map in step with the board's shadow registers. */
export class BoardMemory {
  private readonly romCost: CostBySize;
  private readonly romFetchCyclesPerByte: number;
  private readonly ram: MemoryBacking;
  /** Where no chip answers: ones, at the price of a bus cycle to the ROM's place. */
  private readonly empty: MemoryBacking;
  /** The chip at C0000h as it was made, null without one. */
  readonly videoRom: Uint8Array | null;
  private readonly biosBytes: number;
  private readonly videoRomBytes: number;

  /** @throws EmulatorError EMU-IMAGE when a ROM has an impossible size */
  constructor(
    private readonly bus: Bus,
    private readonly memory: MachineMemory,
    private readonly clock: Clock,
    private readonly profile: MachineProfile,
    roms: RomImages,
  ) {
    checkRomSize('system ROM', roms.bios, 64 * KIB, memory.romBytes - VIDEO_ROM_MAX_BYTES);
    if (roms.video) checkRomSize('video ROM', roms.video, 512, VIDEO_ROM_MAX_BYTES);
    this.biosBytes = roms.bios.length;
    this.videoRom = roms.video;
    this.videoRomBytes = roms.video ? Math.ceil(roms.video.length / MAP_STEP) * MAP_STEP : 0;
    memory.u8.fill(0xff, memory.romOffset, memory.romOffset + memory.romBytes);
    memory.u8.set(roms.bios, memory.romOffset + memory.romBytes - this.biosBytes);
    if (roms.video) memory.u8.set(roms.video, memory.romOffset);

    const { rom } = profile;
    const romCycle = clock.cyclesFromNs(rom.busCycleNs.value);
    this.romCost = costByWidth(romCycle, rom.widthBits.value);
    this.romFetchCyclesPerByte = (romCycle * 8) / rom.widthBits.value;
    this.ram = {
      name: 'RAM',
      hostOffset: memory.ramOffset,
      device: null,
      cost: NO_COST,
      fetchCyclesPerByte: 0,
    };
    this.empty = { ...OPEN_BUS, cost: this.romCost, fetchCyclesPerByte: this.romFetchCyclesPerByte };
  }

  /** Maps everything as after reset: ROM not shadowed. */
  mapBoard(video: MemoryDevice): void {
    const { bus, memory } = this;
    const { read, write } = videoBackings(this.profile, this.clock, 'video memory', -1, video);
    bus.mapMemory(0, memory.ramBytes, this.ram, this.ram);
    bus.mapMemory(VIDEO_WINDOW, VIDEO_WINDOW_BYTES, read, write);
    const biosStart = FOUR_GIB - this.biosBytes;
    bus.mapMemory(biosStart, this.biosBytes, this.romBacking(this.romHostOffset(biosStart)), this.empty);
    this.setShadow(ROM_WINDOW, ROM_WINDOW_END - ROM_WINDOW, false, false);
  }

  /**
   * Where reads and writes of a range within C0000-FFFFF go (PAM attributes RE and WE, 82441FX 3.2.15): RAM, or ROM
   * for reads and nowhere for writes. At run time `bus.mapChanged` has to follow.
   */
  setShadow(base: number, sizeBytes: number, readsRam: boolean, writesRam: boolean): void {
    for (let at = base; at < base + sizeBytes; at += MAP_STEP) {
      const ram: MemoryBacking = { ...this.ram, hostOffset: this.memory.ramOffset + at };
      const romOffset = this.romHostOffset(at);
      const rom = romOffset < 0 ? this.empty : this.romBacking(romOffset);
      this.bus.mapMemory(at, MAP_STEP, readsRam ? ram : rom, writesRam ? ram : this.empty);
    }
  }

  private romBacking(hostOffset: number): MemoryBacking {
    const { romCost: cost, romFetchCyclesPerByte: fetchCyclesPerByte } = this;
    return { name: 'ROM', hostOffset, device: null, cost, fetchCyclesPerByte };
  }

  /** Offset in linear memory of the ROM byte at a physical address, or -1 where no ROM chip answers. */
  private romHostOffset(address: number): number {
    const { romOffset, romBytes } = this.memory;
    const fromTop = address >= ROM_WINDOW_END ? FOUR_GIB - address : ROM_WINDOW_END - address;
    const mirrored = address >= ROM_WINDOW_END ? this.biosBytes : Math.min(this.biosBytes, LOW_ALIAS_BYTES);
    if (fromTop <= mirrored) return romOffset + romBytes - fromTop;
    const inVideoRom = address - ROM_WINDOW;
    return inVideoRom < this.videoRomBytes ? romOffset + inVideoRom : -1;
  }
}

/** Video memory as the profile's figures have it: a device behind a window, or plain bytes at `hostOffset`. */
export function videoBackings(
  { video }: MachineProfile,
  clock: Clock,
  name: string,
  hostOffset: number,
  device: MemoryDevice | null,
): { readonly read: MemoryBacking; readonly write: MemoryBacking } {
  const backing = (busCycleNs: number): MemoryBacking => {
    const cycles = clock.cyclesFromNs(busCycleNs);
    const widthBits = video.widthBits.value;
    const fetchCyclesPerByte = (cycles * 8) / widthBits;
    return { name, hostOffset, device, cost: costByWidth(cycles, widthBits), fetchCyclesPerByte };
  };
  return { read: backing(video.readBusCycleNs.value), write: backing(video.busCycleNs.value) };
}

/** Cycles of an access of 1, 2 or 4 bytes over a bus `widthBits` wide, one bus cycle for each piece. */
function costByWidth(busCycles: number, widthBits: number): CostBySize {
  const pieces = (sizeBytes: number) => Math.ceil((sizeBytes * 8) / widthBits);
  return [0, busCycles * pieces(1), busCycles * pieces(2), 0, busCycles * pieces(4)];
}

function checkRomSize(name: string, image: Uint8Array, minBytes: number, maxBytes: number): void {
  const isAligned = name !== 'system ROM' || image.length % MAP_STEP === 0;
  if (image.length >= minBytes && image.length <= maxBytes && isAligned) return;
  throw new EmulatorError(
    'EMU-IMAGE',
    `The ${name} image has ${image.length} bytes; it must have ${minBytes} to ${maxBytes}${isAligned ? '' : ', a multiple of 4096'}.`,
    'Choose a complete ROM image.',
    { sizeBytes: image.length },
  );
}
