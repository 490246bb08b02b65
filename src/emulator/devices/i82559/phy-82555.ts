// The physical layer inside the 82559, an 82555: MDI registers, auto-negotiation with the port at the cable's other end.
// IEEE 802.3 clauses 22 and 28; OSSDM 7. Leaves out: next pages, error counters (they stay 0), the test registers.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';

// Registers
const CONTROL = 0;
const STATUS = 1;
const ID1 = 2;
const ID2 = 3;
const ADVERTISEMENT = 4;
const LINK_PARTNER = 5;
const EXPANSION = 6;
const STATUS_CONTROL = 16;
const LED_CONTROL = 27;

const CONTROL_RESET = 0x8000; // self-clearing
const CONTROL_LOOPBACK = 0x4000;
const CONTROL_100MBPS = 0x2000;
const CONTROL_AUTONEGOTIATION = 0x1000;
const CONTROL_POWER_DOWN = 0x0800;
const CONTROL_RESTART = 0x0200; // self-clearing
const CONTROL_FULL_DUPLEX = 0x0100;
const CONTROL_KEPT = 0x7d80;
const CONTROL_DEFAULT = CONTROL_AUTONEGOTIATION | CONTROL_100MBPS;

const STATUS_ABILITIES = 0x7809; // 100 and 10 Mb/s, both duplexes, auto-negotiation, extended registers
const STATUS_NEGOTIATED = 0x0020;
const STATUS_LINK = 0x0004; // sticky at 0 until read

const ID1_INTEL = 0x02a8; // OUI 00AA00h
const ID2_82555 = 0x0154; // model 010101b, revision 4: the 82559 (OSSDM 7.2.3)

const SELECTOR_802_3 = 0x0001;
const ABILITY_10 = 0x0020;
const ABILITY_10_FULL = 0x0040;
const ABILITY_100 = 0x0080;
const ABILITY_100_FULL = 0x0100;
const ABILITY_PAUSE = 0x0400;
const ACKNOWLEDGE = 0x4000;
const ABILITIES_10 = ABILITY_10 | ABILITY_10_FULL;
const ABILITIES_100 = ABILITIES_10 | ABILITY_100 | ABILITY_100_FULL;
const ADVERTISEMENT_DEFAULT = ABILITIES_100 | ABILITY_PAUSE | SELECTOR_802_3;
const ADVERTISEMENT_KEPT = 0x3fe0;

const EXPANSION_PARTNER_ABLE = 0x0001;
const EXPANSION_PAGE_RECEIVED = 0x0002; // until read

const STATUS_CONTROL_100MBPS = 0x0002;
const STATUS_CONTROL_FULL_DUPLEX = 0x0001;
const LED_KEPT = 0x0007;

/** What both ends agreed on. */
export interface Link {
  readonly mbps: 10 | 100;
  readonly isFullDuplex: boolean;
}

export interface PhyConfig {
  /** Management address: 1 inside the 82559. */
  readonly address: number;
  /** The fastest the port at the other end can. It negotiates. */
  readonly partnerMbps: 10 | 100;
  /** From the start of negotiation to a link. */
  readonly autonegotiationNs: number;
}

export interface PhyState {
  control: number;
  advertisement: number;
  ledControl: number;
  isUp: boolean;
  wasDown: boolean;
  isPageNew: boolean;
  linkDue: number | null;
}

export class Phy82555 {
  private control = CONTROL_DEFAULT;
  private advertisement = ADVERTISEMENT_DEFAULT;
  private ledControl = 0;
  private isUp = false;
  /** The link was lost since the status register was last read. */
  private wasDown = true;
  private isPageNew = false;
  private readonly linkAlarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly config: PhyConfig,
  ) {
    this.linkAlarm = clock.createAlarm(() => {
      this.isUp = true;
      this.isPageNew = this.negotiates;
    });
  }

  /** The link, null while there is none. */
  get link(): Link | null {
    return this.isUp ? this.commonMode() : null;
  }

  get isLoopedBack(): boolean {
    return (this.control & CONTROL_LOOPBACK) !== 0;
  }

  /** Hardware reset or reset by register 0: defaults, and negotiation begins. */
  reset(): void {
    this.control = CONTROL_DEFAULT;
    this.advertisement = ADVERTISEMENT_DEFAULT;
    this.ledControl = 0;
    this.startLink();
  }

  /** Held in reset: no link, no time passes. */
  hold(): void {
    this.loseLink();
  }

  /** A management read. At another address nobody drives the line: ones. */
  read(address: number, register: number): number {
    if (address !== this.config.address) return 0xffff;
    const value = this.peek(register);
    if (register === STATUS) this.wasDown = !this.isUp;
    if (register === EXPANSION) this.isPageNew = false;
    return value;
  }

  write(address: number, register: number, value: number): void {
    if (address !== this.config.address) return;
    if (register === CONTROL) this.writeControl(value);
    if (register === ADVERTISEMENT) this.advertisement = (value & ADVERTISEMENT_KEPT) | SELECTOR_802_3;
    if (register === LED_CONTROL) this.ledControl = value & LED_KEPT;
  }

  saveState(): PhyState {
    const { control, advertisement, ledControl, isUp, wasDown, isPageNew } = this;
    return { control, advertisement, ledControl, isUp, wasDown, isPageNew, linkDue: dueCycleOf(this.linkAlarm) };
  }

  restoreState({ linkDue, ...rest }: PhyState): void {
    Object.assign(this, rest);
    restoreDueCycle(this.linkAlarm, linkDue);
  }

  private get negotiates(): boolean {
    return (this.control & CONTROL_AUTONEGOTIATION) !== 0;
  }

  private get isNegotiated(): boolean {
    return this.isUp && this.negotiates;
  }

  private get partnerAbilities(): number {
    return this.config.partnerMbps === 100 ? ABILITIES_100 : ABILITIES_10;
  }

  private writeControl(value: number): void {
    if (value & CONTROL_RESET) return this.reset();
    const linkBits = CONTROL_AUTONEGOTIATION | CONTROL_POWER_DOWN | CONTROL_100MBPS | CONTROL_FULL_DUPLEX;
    const isChanged = ((this.control ^ value) & linkBits) !== 0;
    this.control = value & CONTROL_KEPT;
    if (isChanged || (value & CONTROL_RESTART && this.negotiates)) this.startLink();
  }

  private loseLink(): void {
    this.isUp = false;
    this.wasDown = true;
    this.isPageNew = false;
    this.linkAlarm.cancel();
  }

  private startLink(): void {
    this.loseLink();
    if (this.control & CONTROL_POWER_DOWN || !this.commonMode()) return;
    this.linkAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.autonegotiationNs));
  }

  /** The best both can, by the priorities of annex 28B.3; a forced mode meets parallel detection. Null when none. */
  private commonMode(): Link | null {
    if (!this.negotiates) {
      const mbps = this.control & CONTROL_100MBPS ? 100 : 10;
      const isFullDuplex = (this.control & CONTROL_FULL_DUPLEX) !== 0;
      return mbps <= this.config.partnerMbps ? { mbps, isFullDuplex } : null;
    }
    const common = this.advertisement & this.partnerAbilities;
    if (common & (ABILITY_100 | ABILITY_100_FULL)) {
      return { mbps: 100, isFullDuplex: (common & ABILITY_100_FULL) !== 0 };
    }
    return common & ABILITIES_10 ? { mbps: 10, isFullDuplex: (common & ABILITY_10_FULL) !== 0 } : null;
  }

  private peek(register: number): number {
    const { link } = this;
    switch (register) {
      case CONTROL:
        return this.control;
      case STATUS:
        return (
          STATUS_ABILITIES | (this.isNegotiated ? STATUS_NEGOTIATED : 0) | (link && !this.wasDown ? STATUS_LINK : 0)
        );
      case ID1:
        return ID1_INTEL;
      case ID2:
        return ID2_82555;
      case ADVERTISEMENT:
        return this.advertisement;
      case LINK_PARTNER:
        return this.isNegotiated ? this.partnerAbilities | ACKNOWLEDGE | SELECTOR_802_3 : 0;
      case EXPANSION:
        return this.isNegotiated ? EXPANSION_PARTNER_ABLE | (this.isPageNew ? EXPANSION_PAGE_RECEIVED : 0) : 0;
      case STATUS_CONTROL:
        return (
          (link?.mbps === 100 ? STATUS_CONTROL_100MBPS : 0) | (link?.isFullDuplex ? STATUS_CONTROL_FULL_DUPLEX : 0)
        );
      case LED_CONTROL:
        return this.ledControl;
      default:
        return 0;
    }
  }
}
