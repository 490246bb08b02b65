/* The order of probing and the shutdown of all devices. */
#include "drivers.h"
#include "marks.h"
#include "printk.h"

static const struct driver *const drivers[] = {
        &pci_driver, &rtc_driver, &serial_driver, &keyboard_driver, &ata_driver,
};

void drivers_probe(void)
{
        u32 i;

        drivers_probe_begin();
        for (i = 0; i < ARRAY_LENGTH(drivers); i++)
                drivers[i]->probe();
        drivers_probe_end();
}

/* Last probed, first shut down: the serial console stays usable longest. */
void device_shutdown(void)
{
        u32 i;

        device_shutdown_begin();
        for (i = ARRAY_LENGTH(drivers); i-- > 0;)
                if (drivers[i]->shutdown)
                        drivers[i]->shutdown();
        device_shutdown_end();
}
