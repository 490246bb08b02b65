// The MDI control register: one management cycle at a time to the PHY (OSSDM 6.3.6; IEEE 802.3 clause 22.2.4).
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import type { Phy82555 } from './phy-82555';
import { MDI_INTERRUPT_ENABLE, MDI_READ, MDI_READY, MDI_WRITE } from './registers';

export interface ManagementInterfaceState {
  control: number;
  due: number | null;
}

export class ManagementInterface {
  private control = MDI_READY;
  private readonly alarm: Alarm;

  /** @param cycleNs one management cycle @param done told of its end when the register asks for an interrupt */
  constructor(
    private readonly clock: Clock,
    private readonly phy: Phy82555,
    private readonly cycleNs: number,
    private readonly done: () => void,
  ) {
    this.alarm = clock.createAlarm(() => this.finish());
  }

  /** The register's contents; writing them without `start` does nothing yet. */
  get value(): number {
    return this.control;
  }

  set value(value: number) {
    this.control = value;
  }

  /** The register is complete: the cycle begins. */
  start(): void {
    this.control = (this.control & ~MDI_READY) >>> 0;
    this.alarm.scheduleAfter(Math.max(1, this.clock.cyclesFromNs(this.cycleNs)));
  }

  reset(): void {
    this.control = MDI_READY;
    this.alarm.cancel();
  }

  saveState(): ManagementInterfaceState {
    return { control: this.control, due: dueCycleOf(this.alarm) };
  }

  restoreState({ control, due }: ManagementInterfaceState): void {
    this.control = control;
    restoreDueCycle(this.alarm, due);
  }

  private finish(): void {
    const address = (this.control >>> 21) & 0x1f;
    const register = (this.control >>> 16) & 0x1f;
    const opcode = (this.control >>> 26) & 3;
    if (opcode === MDI_WRITE) this.phy.write(address, register, this.control & 0xffff);
    if (opcode === MDI_READ) {
      this.control = ((this.control & 0xffff_0000) | this.phy.read(address, register)) >>> 0;
    }
    this.control = (this.control | MDI_READY) >>> 0;
    if (this.control & MDI_INTERRUPT_ENABLE) this.done();
  }
}
