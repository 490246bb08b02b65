/* Lists the devices of PCI bus 0 through configuration mechanism 1. Document: PCI Local Bus Specification 2.1, 3.6.4.1.2. */
#include "drivers.h"
#include "io.h"
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

static u32 config_read(u32 device, u32 function, u32 reg)
{
        out32(CONFIG_ADDRESS, CONFIG_ENABLE | device << 11 | function << 8 | reg);
        return in32(CONFIG_DATA);
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

        if (!is_present()) {
                printk("PCI: no PCI bus found\n");
                return;
        }
        printk("PCI: Using configuration type 1\n");
        for (device = 0; device < DEVICES; device++) {
                u32 functions = 1;

                for (function = 0; function < functions; function++) {
                        u32 id = config_read(device, function, REG_ID);

                        if ((id & 0xffff) == NO_DEVICE)
                                continue;
                        if (!function && config_read(device, 0, REG_HEADER) & HEADER_MULTIFUNCTION)
                                functions = FUNCTIONS;
                        printk("PCI: 00:%02x.%u %04x:%04x class %04x\n", device, function, id & 0xffff, id >> 16,
                               config_read(device, function, REG_CLASS) >> 16);
                }
        }
}

const struct driver pci_driver = {"pci", probe, NULL};
