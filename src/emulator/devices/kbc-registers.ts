// Bits of the 8042 keyboard controller's status register, command byte and output port, as an AT or PS/2 uses them.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboard and auxiliary device controller".

export const STATUS_OBF = 0x01; // output buffer full
export const STATUS_IBF = 0x02; // input buffer full
export const STATUS_SYS = 0x04; // system flag: self-test passed, not a power-on
export const STATUS_A2 = 0x08; // last write was to the command port
export const STATUS_INH = 0x10; // keyboard not locked
export const STATUS_AUX_OBF = 0x20; // output buffer holds a byte of the auxiliary device
export const STATUS_TIMEOUT = 0x40; // a device did not answer

export const BYTE_INT = 0x01; // command byte: IRQ 1 when the output buffer fills
export const BYTE_AUX_INT = 0x02; // IRQ 12 when it fills with an auxiliary byte
export const BYTE_SYS = 0x04; // becomes the system flag
export const BYTE_DISABLE = 0x10; // keyboard clock held low
export const BYTE_DISABLE_AUX = 0x20; // auxiliary clock held low
export const BYTE_TRANSLATE = 0x40; // scan set 2 to 1

export const OUTPUT_RESET = 0x01; // output port: 0 holds the CPU in reset
export const OUTPUT_A20 = 0x02; // 1 lets address line 20 pass
export const OUTPUT_IRQ12 = 0x20;
export const OUTPUT_IRQ1 = 0x10;
export const OUTPUT_REST = 0xcc; // idle lines to the devices
