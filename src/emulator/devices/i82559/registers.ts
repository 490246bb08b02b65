// Registers and bits of the 82559, under the names of Intel's "8255x 10/100 Mbps Ethernet Controller Family, Open Source
// Software Developer Manual", revision 1.3 (2006); "OSSDM" in this folder.

// Control/status registers: offsets (OSSDM 6.3.1)
export const SCB_STATUS = 0x00; // CUS in 7:6, RUS in 5:2
export const SCB_STATACK = 0x01; // interrupt causes; writing ones clears them
export const SCB_COMMAND = 0x02; // CUC in 7:4, RUC in 2:0; reads zero once the command is accepted
export const SCB_INTMASK = 0x03; // specific masks in 7:2, SI, M
export const SCB_POINTER = 0x04; // general pointer, 4 bytes
export const PORT = 0x08; // 4 bytes
export const EEPROM_CONTROL = 0x0e;
export const MDI_CONTROL = 0x10; // 4 bytes
export const GENERAL_STATUS = 0x1d; // duplex, speed, link
export const CSR_BYTES = 0x40;

// SCB_STATACK
export const STAT_CX = 0x80; // a command block with its I bit set is done
export const STAT_FR = 0x40; // a frame was received
export const STAT_CNA = 0x20; // the command unit left the active state
export const STAT_RNR = 0x10; // the receive unit left the ready state
export const STAT_MDI = 0x08; // a management cycle is done
export const STAT_SWI = 0x04; // software asked for it

// SCB_INTMASK
export const MASK_SPECIFIC = 0xf0; // CX, FR, CNA, RNR, in the places of SCB_STATACK
export const MASK_SI = 0x02; // makes a software interrupt
export const MASK_M = 0x01; // INTA# stays quiet

// CUC, in its place in SCB_COMMAND
export const CU_START = 0x10;
export const CU_RESUME = 0x20;
export const CU_LOAD_COUNTERS_ADDRESS = 0x40;
export const CU_DUMP_COUNTERS = 0x50;
export const CU_LOAD_BASE = 0x60;
export const CU_DUMP_RESET_COUNTERS = 0x70;
export const CU_STATIC_RESUME = 0xa0;

// RUC
export const RU_START = 0x01;
export const RU_RESUME = 0x02;
export const RU_ABORT = 0x04;
export const RU_LOAD_BASE = 0x06;

// PORT: function in 3:0, address above (OSSDM 6.3.3)
export const PORT_SOFTWARE_RESET = 0x0;
export const PORT_SELF_TEST = 0x1;
export const PORT_SELECTIVE_RESET = 0x2;
export const PORT_DUMP = 0x3;

// EEPROM_CONTROL
export const EESK = 0x01;
export const EECS = 0x02;
export const EEDI = 0x04;
export const EEDO = 0x08;

// MDI_CONTROL: data in 15:0, register in 20:16, PHY in 25:21
export const MDI_WRITE = 1; // opcode, in 27:26
export const MDI_READ = 2;
export const MDI_READY = 0x1000_0000;
export const MDI_INTERRUPT_ENABLE = 0x2000_0000;

// GENERAL_STATUS
export const GENERAL_LINK = 0x1;
export const GENERAL_100MBPS = 0x2;
export const GENERAL_FULL_DUPLEX = 0x4;

// Command word of command blocks and receive frame descriptors; status word (OSSDM 6.4)
export const COMMAND_EL = 0x8000; // end of list
export const COMMAND_S = 0x4000; // suspend behind this one
export const COMMAND_I = 0x2000; // interrupt when done
export const COMMAND_NC = 0x0010; // transmit: CRC and source address are in memory
export const COMMAND_SF = 0x0008; // transmit: buffers are in descriptors
export const STATUS_C = 0x8000; // complete
export const STATUS_OK = 0x2000;

// Action commands, bits 2:0 of a command block's command word
export const ACTION = {
  NOP: 0,
  INDIVIDUAL_ADDRESS: 1,
  CONFIGURE: 2,
  MULTICAST: 3,
  TRANSMIT: 4,
  LOAD_MICROCODE: 5,
  DUMP: 6,
  DIAGNOSE: 7,
} as const;

// Status word of a receive frame descriptor (OSSDM table 52)
export const RFD_OUT_OF_SPACE = 0x0200; // the frame was longer than the descriptor's data area
export const RFD_TOO_SHORT = 0x0080;
export const RFD_TYPE = 0x0020; // a type frame, not a length frame
export const RFD_NO_ADDRESS_MATCH = 0x0004; // only promiscuous mode let it in
export const RFD_NO_IA_MATCH = 0x0002; // not sent to the individual address: broadcast or multicast
// Actual count of a receive frame descriptor
export const RFD_EOF = 0x8000;
export const RFD_F = 0x4000;
