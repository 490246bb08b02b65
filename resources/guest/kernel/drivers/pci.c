/* Lists the devices of PCI bus 0 through configuration mechanism 1. Document: PCI Local Bus Specification 2.1, 3.6.4.1.2. */
#include "drivers.h"
#include "io.h"
#include "marks.h"
#include "pci.h"
#include "printk.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000
#define REG_ID 0x00
#define REG_CLASS 0x08
#define REG_HEADER 0x0c
#define HEADER_MULTIFUNCTION 0x00800000
#define NO_DEVICE 0xffff
#define DEVICES 32
#define FUNCTIONS 8

static bool has_pci;

static pci_function function_at(u32 device, u32 function)
{
        return CONFIG_ENABLE | device << 11 | function << 8;
}

u32 pci_read(pci_function function, u32 reg)
{
        out32(CONFIG_ADDRESS, function | reg);
        return in32(CONFIG_DATA);
}

void pci_write_low(pci_function function, u32 reg, u16 value)
{
        out32(CONFIG_ADDRESS, function | reg);
        out16(CONFIG_DATA, value);
}

/* Function 0 of each device: the cards that drivers look for have no other. */
pci_function pci_find(u16 vendor, u16 device)
{
        u32 slot;

        for (slot = 0; has_pci && slot < DEVICES; slot++)
                if (pci_read(function_at(slot, 0), REG_ID) == (vendor | (u32)device << 16))
                        return function_at(slot, 0);
        return 0;
}

static bool is_present(void)
{
        u32 before = in32(CONFIG_ADDRESS);
        bool works;

        out32(CONFIG_ADDRESS, CONFIG_ENABLE);
        works = in32(CONFIG_ADDRESS) == CONFIG_ENABLE;
        out32(CONFIG_ADDRESS, before);
        return works;
}

static void probe(void)
{
        u32 device, function;

        has_pci = is_present();
        if (!has_pci) {
                printk("PCI: no PCI bus found\n");
                return;
        }
        printk("PCI: Using configuration type 1\n");
        for (device = 0; device < DEVICES; device++) {
                u32 functions = 1;

                for (function = 0; function < functions; function++) {
                        u32 id = pci_read(function_at(device, function), REG_ID);

                        if ((id & 0xffff) == NO_DEVICE)
                                continue;
                        if (!function && pci_read(function_at(device, 0), REG_HEADER) & HEADER_MULTIFUNCTION)
                                functions = FUNCTIONS;
                        printk("PCI: 00:%02x.%u %04x:%04x class %04x\n", device, function, id & 0xffff, id >> 16,
                               pci_read(function_at(device, function), REG_CLASS) >> 16);
                }
        }
}

const struct driver pci_driver = {"pci", probe_pci, probe, NULL, NULL};
