// Registers, commands, mailboxes and command control blocks of the BusLogic BT-958 (PCI MultiMaster): names as in Linux,
// drivers/scsi/BusLogic.h, which BusLogic's engineers helped to write. How to use them: docs/devices/bt-958.md.

// ---- ports, offsets from base address 0 (and 1, in memory) ----
export const CONTROL = 0; // write
export const STATUS = 0; // read
export const COMMAND_PARAMETER = 1; // write
export const DATA_IN = 1; // read
export const INTERRUPT = 2; // read
export const GEOMETRY = 3; // read

// CONTROL
export const BUS_RESET = 0x10; // RST on the SCSI bus
export const INTERRUPT_RESET = 0x20; // clears INTERRUPT, lowers the line
export const SOFT_RESET = 0x40; // the adapter alone
export const HARD_RESET = 0x80; // the adapter and the SCSI bus

// STATUS
export const COMMAND_INVALID = 0x01;
export const DATA_IN_READY = 0x04; // a reply byte is in DATA_IN
export const COMMAND_PARAMETER_BUSY = 0x08; // the last byte written has not been taken yet
export const ADAPTER_READY = 0x10; // takes a command
export const INITIALIZATION_REQUIRED = 0x20; // no mailboxes yet
export const DIAGNOSTIC_ACTIVE = 0x80;

// INTERRUPT
export const MAIL_IN_LOADED = 0x01;
export const MAIL_OUT_AVAILABLE = 0x02;
export const COMMAND_COMPLETE = 0x04;
export const INTERRUPT_VALID = 0x80;

// GEOMETRY
export const EXTENDED_TRANSLATION = 0x80; // 255 heads, 63 sectors for drives above 2 GB

// ---- commands ----
export const TEST_COMMAND_COMPLETE = 0x00;
export const INITIALIZE_MAILBOX = 0x01; // 24-bit addresses
export const EXECUTE_MAILBOX_COMMAND = 0x02;
export const INQUIRE_BOARD_ID = 0x04;
export const ENABLE_MAIL_OUT_INTERRUPT = 0x05;
export const SET_SELECTION_TIMEOUT = 0x06;
export const SET_TIME_ON_BUS = 0x07;
export const SET_TIME_OFF_BUS = 0x08;
export const SET_TRANSFER_RATE = 0x09;
export const INQUIRE_DEVICES_0_TO_7 = 0x0a;
export const INQUIRE_CONFIGURATION = 0x0b;
export const INQUIRE_SETUP = 0x0d;
export const ECHO = 0x1f;
export const ADAPTER_DIAGNOSTIC = 0x20;
export const INQUIRE_DEVICES_8_TO_15 = 0x23;
export const INQUIRE_TARGET_DEVICES = 0x24;
export const DISABLE_INTERRUPT = 0x25;
export const INITIALIZE_EXTENDED_MAILBOX = 0x81;
export const INQUIRE_FIRMWARE_DIGIT_3 = 0x84;
export const INQUIRE_FIRMWARE_LETTER = 0x85;
export const INQUIRE_PCI_INFORMATION = 0x86;
export const INQUIRE_MODEL = 0x8b;
export const INQUIRE_SYNCHRONOUS_PERIOD = 0x8c;
export const INQUIRE_EXTENDED_SETUP = 0x8d;
export const STRICT_ROUND_ROBIN = 0x8f;
export const STORE_LOCAL_RAM = 0x90;
export const FETCH_LOCAL_RAM = 0x91;
export const STORE_TO_EEPROM = 0x92;
export const MODIFY_IO_ADDRESS = 0x95;
export const SET_CCB_FORMAT = 0x96;

// ---- outgoing mailbox: action ----
export const OUTBOX_FREE = 0x00;
export const OUTBOX_START = 0x01;
export const OUTBOX_ABORT = 0x02;

// ---- incoming mailbox: completion ----
export const INBOX_FREE = 0x00;
export const COMPLETED_GOOD = 0x01;
export const ABORTED = 0x02;
export const ABORT_NOT_FOUND = 0x03;
export const COMPLETED_WITH_ERROR = 0x04;

// ---- command control block: operation ----
export const CCB_INITIATOR = 0x00;
export const CCB_SCATTER_GATHER = 0x02;
export const CCB_INITIATOR_RESIDUAL = 0x03;
export const CCB_SCATTER_GATHER_RESIDUAL = 0x04;
export const CCB_BUS_DEVICE_RESET = 0x81;

// ---- command control block: adapter status ----
export const ADAPTER_NORMAL = 0x00;
export const SELECTION_TIMEOUT = 0x11;
export const DATA_OVERRUN = 0x12; // underrun, too
export const INVALID_OUTBOX_ACTION = 0x15;
export const INVALID_CCB_OPERATION = 0x16;
export const INVALID_CCB_PARAMETER = 0x1a;
export const BUS_WAS_RESET = 0x22;
export const DEVICE_WAS_RESET = 0x25;
export const ABORTED_BY_HOST = 0x26;
