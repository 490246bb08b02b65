/* PCI configuration space of bus 0, mechanism 1. */
#ifndef PCI_H
#define PCI_H

#include "types.h"

#define PCI_COMMAND 0x04
#define PCI_COMMAND_IO 0x0001
#define PCI_COMMAND_MASTER 0x0004
#define PCI_BAR0 0x10
#define PCI_BAR1 0x14
#define PCI_INTERRUPT_LINE 0x3c
#define PCI_BAR_IO_MASK 0xfffc

/* A function as the configuration address register names it; 0: there is none. */
typedef u32 pci_function;

/* The first function with these ids; 0 without one, and on a board without PCI. */
pci_function pci_find(u16 vendor, u16 device);
u32 pci_read(pci_function function, u32 reg);
/* Writes the lower half of a register's dword: the upper half of PCI_COMMAND's clears status bits by ones. */
void pci_write_low(pci_function function, u32 reg, u16 value);

#endif
