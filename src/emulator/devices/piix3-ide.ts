// IDE function of the 82371SB (PIIX3), function 1 of the south bridge: configuration registers, decoding of the two channels
// at their legacy ports, bus master registers at BMIBA (Intel 290550, 2.3 and 2.5). Interrupts go out as IRQ 14 and 15.
// Leaves out: what the timing registers say (IDETIM, SIDETIM are storage but for IDE decode enable), native mode.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';
import type { BusMasterChannel, BusMasterChannelState } from './ide-bus-master';
import type { ConfigurationField, PciFunction } from './pci-configuration';
import type { PciDecoder } from './pci-endpoint';
import { PciEndpoint } from './pci-endpoint';

const PCICMD = 0x04;
const PCICMD_IOSE = 0x0001; // I/O space enable: channels and bus master registers
const IDETIM = 0x40; // primary; secondary at 42h
const IDETIM_IDE = 0x8000; // decode enable
const BMIBA_BAR = 4;
const BMIBA_BYTES = 16;
const CHANNEL_BYTES = 8;

const FIELDS: readonly ConfigurationField[] = [
  { offset: 0x00, sizeBytes: 2, value: 0x8086 }, // VID
  { offset: 0x02, sizeBytes: 2, value: 0x7010 }, // DID
  { offset: PCICMD, sizeBytes: 2, value: 0x0000, writable: 0x0005 }, // I/O space, bus master
  { offset: 0x06, sizeBytes: 2, value: 0x0280 }, // PCISTS: medium DEVSEL#, fast back to back
  { offset: 0x08, sizeBytes: 1, value: 0x00 }, // RID
  { offset: 0x09, sizeBytes: 1, value: 0x80 }, // bus master, both channels in legacy mode
  { offset: 0x0a, sizeBytes: 2, value: 0x0101 }, // IDE controller
  { offset: 0x0d, sizeBytes: 1, value: 0x00, writable: 0xf0 }, // MLT
  { offset: 0x2c, sizeBytes: 2, value: 0x1af4 },
  { offset: 0x2e, sizeBytes: 2, value: 0x1100 },
  { offset: IDETIM, sizeBytes: 2, value: 0x0000, writable: 0xf3ff },
  { offset: IDETIM + 2, sizeBytes: 2, value: 0x0000, writable: 0xf3ff },
  { offset: 0x44, sizeBytes: 1, value: 0x00, writable: 0xff }, // SIDETIM
];

/** Plain data. */
export interface Piix3IdeState {
  configuration: number[];
  channels: BusMasterChannelState[];
}

/** The function. The channels' drives and lines are wired outside. */
export class Piix3Ide implements PciFunction, Resettable {
  private readonly endpoint: PciEndpoint;
  private readonly channels: readonly BusMasterChannel[];
  /** Whether the legacy ports of each channel are decoded. */
  private readonly isDecoded = [false, false];

  /** @param createChannels makes the primary and the secondary engine; they ask the function given whether they may master the bus */
  constructor(
    decoder: PciDecoder,
    createChannels: (isBusMaster: () => boolean) => readonly [BusMasterChannel, BusMasterChannel],
  ) {
    this.channels = createChannels(() => this.endpoint.isBusMaster);
    const device: PortDevice = {
      readPort: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      peekPort: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      writePort: (offset, sizeBytes, value) => this.writeRegisters(offset, sizeBytes, value),
    };
    const range = { kind: 'io', bar: BMIBA_BAR, sizeBytes: BMIBA_BYTES, widthBytes: 4, device } as const;
    this.endpoint = new PciEndpoint(
      { name: 'IDE bus master', fields: FIELDS, ranges: [range], interrupt: null },
      decoder,
    );
  }

  /** The channel (0 primary, 1 secondary) at its legacy ports: an empty bus while the function does not decode it. */
  gate(channel: 0 | 1, device: PortDevice): PortDevice {
    return {
      readPort: (port, sizeBytes) => (this.isDecoded[channel] ? device.readPort(port, sizeBytes) : ALL_ONES[sizeBytes]),
      readPortRun: (port, sizeBytes, into, at, most) =>
        this.isDecoded[channel] ? (device.readPortRun?.(port, sizeBytes, into, at, most) ?? 0) : 0,
      peekPort: (port, sizeBytes) => (this.isDecoded[channel] ? device.peekPort(port, sizeBytes) : ALL_ONES[sizeBytes]),
      writePort: (port, sizeBytes, value) => {
        if (this.isDecoded[channel]) device.writePort(port, sizeBytes, value);
      },
    };
  }

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.endpoint.readConfiguration(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    this.endpoint.writeConfiguration(offset, sizeBytes, value);
    this.decode();
    for (const channel of this.channels) channel.serve();
  }

  enterReset(kind: ResetKind): void {
    this.endpoint.enterReset(kind);
    this.decode();
    for (const channel of this.channels) channel.enterReset(kind);
  }

  holdReset(kind: ResetKind): void {
    this.endpoint.holdReset(kind);
    for (const channel of this.channels) channel.holdReset(kind);
  }

  saveState(): Piix3IdeState {
    return { ...this.endpoint.saveState(), channels: this.channels.map((channel) => channel.saveState()) };
  }

  /** After the drives of both channels. */
  restoreState({ configuration, channels }: Piix3IdeState): void {
    this.endpoint.restoreState({ configuration });
    this.decode();
    this.channels.forEach((channel, i) => channel.restoreState(channels[i]));
  }

  private decode(): void {
    const isEnabled = (this.endpoint.readConfiguration(PCICMD, 2) & PCICMD_IOSE) !== 0;
    for (const channel of [0, 1]) {
      const timing = this.endpoint.readConfiguration(IDETIM + 2 * channel, 2);
      this.isDecoded[channel] = isEnabled && (timing & IDETIM_IDE) !== 0;
    }
  }

  private readRegisters(offset: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++)
      value |= this.channelAt(offset + i).readByte((offset + i) % CHANNEL_BYTES) << (8 * i);
    return value >>> 0;
  }

  private writeRegisters(offset: number, sizeBytes: AccessSize, value: number): void {
    for (let i = 0; i < sizeBytes; i++) {
      this.channelAt(offset + i).writeByte((offset + i) % CHANNEL_BYTES, (value >>> (8 * i)) & 0xff);
    }
  }

  private channelAt(offset: number): BusMasterChannel {
    return this.channels[offset < CHANNEL_BYTES ? 0 : 1];
  }
}

const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffffffff] as const;
