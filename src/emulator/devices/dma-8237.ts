// Two 8237A DMA controllers, cascaded, and the page registers of the AT. Channels 0-3 move bytes, 5-7 words.
// Intel 8237A datasheet (231466); page registers from the AT Technical Reference. The CPU stands still during a transfer.
import type { AccessSize, PortDevice } from '../bus';
import type { Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';
import type { BusMaster } from '../bus-master';
import { DmaController, TRANSFER } from './dma-8237-controller';
import type { DmaControllerState } from './dma-8237-controller';

/** Page register address by channel 0-7; channel 4 is the cascade, its page serves refresh. The rest are spare. */
const PAGE_OF_CHANNEL = [0x7, 0x3, 0x1, 0x2, 0xf, 0xb, 0x9, 0xa];

/** State of the pair and the page registers. */
export interface DmaPairState {
  readonly first: DmaControllerState;
  readonly second: DmaControllerState;
  readonly pages: readonly number[];
}

/** What the pair is connected to. */
export interface DmaPairPins {
  readonly clock: Clock;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  readonly busMaster: BusMaster;
}

/** Figures of the profile. */
export interface DmaPairConfig {
  /** One transfer, the bus taken from the CPU and given back. */
  readonly transferNs: number;
}

/** A device at a channel. It drives DREQ by `setRequest` and must let it fall once it has nothing more to move. */
export interface DmaDevice {
  /** A byte (word on channels 5-7) for memory. `isLast`: TC is active with this transfer. */
  dmaRead(isLast: boolean): number;
  /** One from memory. */
  dmaWrite(value: number, isLast: boolean): void;
  /** A verify transfer: DACK and TC as usual, no data. */
  dmaVerify?(isLast: boolean): void;
}

/** What a channel is programmed to do. */
export interface DmaChannelSetting {
  /** Physical address of the next transfer: page and current address (words on channels 5-7). */
  readonly address: number;
  /** Transfers to come less one. */
  readonly count: number;
  /** Mode register without the channel bits. */
  readonly mode: number;
  readonly isMasked: boolean;
}

/** The pair: channels 0-3 move bytes, 5-7 words; channel 4 passes the first controller on. */
export class DmaPair implements Resettable {
  private readonly controllers: readonly [first: DmaController, second: DmaController];
  private readonly pageBytes = new Array<number>(16).fill(0);
  /** Registers of the first controller, one per port (00h-0Fh). */
  readonly first: PortDevice;
  /** Registers of the second controller, every second port (C0h-DFh). */
  readonly second: PortDevice;
  /** Page registers by the low four address lines (81h-8Fh; 80h has a register of its own kind on most boards). */
  readonly pages: PortDevice;

  private readonly devices = new Array<DmaDevice | null>(8).fill(null);
  private readonly transferCycles: number;
  private isServing = false;

  constructor(
    private readonly pins: DmaPairPins,
    config: DmaPairConfig,
  ) {
    this.transferCycles = pins.clock.cyclesFromNs(config.transferNs);
    const noteChange = () => pins.noteUnstable(pins.clock.nowCycles);
    this.controllers = [new DmaController(noteChange), new DmaController(noteChange)];
    const serve = () => this.serve();
    const opened = (channel: number) => pins.busMaster.noteOrders(masterName(channel));
    this.first = createControllerPorts(this.controllers[0], 0, serve, (local) => opened(local));
    this.second = createControllerPorts(this.controllers[1], 1, serve, (local) => opened(4 + local));
    const readPage = (port: number, _sizeBytes: AccessSize) => this.pageBytes[port & 0x0f];
    this.pages = {
      readPort: readPage,
      peekPort: readPage,
      writePort: (port, _sizeBytes, value) => {
        this.pageBytes[port & 0x0f] = value;
      },
    };
  }

  /** Plugs a device into `channel` 0-3 or 5-7. */
  connect(channel: number, device: DmaDevice): void {
    this.devices[channel] = device;
  }

  /** Drives the DREQ pin of `channel` 0-3 or 5-7: a rising edge may move data before this returns. */
  setRequest(channel: number, isHigh: boolean): void {
    this.controllers[channel >>> 2].setRequest(channel & 3, isHigh);
    if (isHigh) this.serve();
  }

  /** What `channel` 0-7 is programmed to do. */
  settingOf(channel: number): DmaChannelSetting {
    const controller = this.controllers[channel >>> 2];
    const local = channel & 3;
    const page = this.pageBytes[PAGE_OF_CHANNEL[channel]];
    // Word channels: address lines A16-A1 come from the controller, the page's bit 0 is not used.
    const isWord = channel > 4;
    const address = isWord
      ? ((page & 0xfe) << 16) | (controller.addresses[local] << 1)
      : (page << 16) | controller.addresses[local];
    return {
      address,
      count: controller.counts[local],
      mode: controller.modes[local],
      isMasked: (controller.mask & (1 << local)) !== 0,
    };
  }

  /**
   * Moves data as long as somebody asks for it. Every transfer takes its time at once, so single, demand and block mode
   * differ in who may ask: block mode goes on by itself until terminal count.
   */
  private serve(): void {
    if (this.isServing) return; // a device changes its request within a transfer
    this.isServing = true;
    for (let channel = this.nextChannel(); channel >= 0; channel = this.nextChannel()) this.transfer(channel);
    this.isServing = false;
  }

  /** The channel to serve, or -1. Channel 4 stands for the first controller; in cascade mode any other gives the bus away. */
  private nextChannel(): number {
    const [first, second] = this.controllers;
    const inner = first.requestedChannel;
    second.setRequest(0, inner >= 0);
    const outer = second.requestedChannel;
    if (outer > 0) return second.isCascade(outer) ? -1 : 4 + outer;
    return outer === 0 && second.isCascade(0) && inner >= 0 && !first.isCascade(inner) ? inner : -1;
  }

  private transfer(channel: number): void {
    const { clock, busMaster } = this.pins;
    const controller = this.controllers[channel >>> 2];
    const local = channel & 3;
    const { address, mode } = this.settingOf(channel);
    const isLast = controller.isLast(local);
    const device = this.devices[channel];
    const sizeBytes = channel > 4 ? 2 : 1;
    clock.addCycles(this.transferCycles);
    controller.countTransfer(local);
    const type = (mode >>> 2) & 3;
    if (type === TRANSFER.WRITE) {
      const value = device ? device.dmaRead(isLast) : 2 ** (8 * sizeBytes) - 1;
      busMaster.write(masterName(channel), address, sizeBytes, value);
    } else if (type === TRANSFER.READ) {
      const value = busMaster.read(address, sizeBytes);
      device?.dmaWrite(value, isLast);
    } else {
      device?.dmaVerify?.(isLast);
    }
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    for (const controller of this.controllers) controller.clear();
    this.pageBytes.fill(0);
  }

  saveState(): DmaPairState {
    const [first, second] = this.controllers;
    return { first: first.saveState(), second: second.saveState(), pages: [...this.pageBytes] };
  }

  restoreState(state: DmaPairState): void {
    this.controllers[0].restoreState(state.first);
    this.controllers[1].restoreState(state.second);
    Object.assign(this.pageBytes, state.pages);
  }
}

/** @param shift address lines between ports and registers: the second controller sits on even addresses */
/** The name memory listeners see. */
function masterName(channel: number): string {
  return `8237 channel ${channel}`;
}

/** @param opened told of each channel whose mask a write took away, as software does last when it has programmed it */
function createControllerPorts(
  controller: DmaController,
  shift: 0 | 1,
  written: () => void,
  opened: (local: number) => void,
): PortDevice {
  const registerAt = (port: number) => (port >>> shift) & 0x0f;
  return {
    readPort: (port) => controller.read(registerAt(port)),
    peekPort: (port) => controller.peek(registerAt(port)),
    writePort: (port, _sizeBytes, value) => {
      const before = controller.mask;
      controller.write(registerAt(port), value);
      const open = before & ~controller.mask;
      for (let local = 0; local < 4; local++) if ((open >>> local) & 1) opened(local);
      written();
    },
  };
}
