/* The order of probing, the shutdown of all devices, and which disk the file system is on.
 * Serial, network, disks, keyboard: as the boot log of Linux 2.5.48 has them (docs/facts.md A1, A. Pfiffer, 18 November 2002). */
#include "boot-params.h"
#include "drivers.h"
#include "marks.h"
#include "printk.h"
#include "string.h"

static const struct driver *const drivers[] = {
        &pci_driver, &rtc_driver, &serial_driver, &net_driver, &ata_driver, &scsi_driver, &keyboard_driver,
};

void drivers_probe(void)
{
        u32 i;

        drivers_probe_begin();
        for (i = 0; i < ARRAY_LENGTH(drivers); i++) {
                drivers[i]->probe_mark();
                drivers[i]->probe();
        }
        drivers_probe_end();
}

/* lab.noshutdown=name,name: what a driver without a shutdown function leaves behind. */
static bool is_left_running(const char *name)
{
        char list[48];
        const char *at = list;
        u32 length = strlen(name);

        if (!command_line_value("lab.noshutdown", list, sizeof list, false))
                return false;
        for (;; at++) {
                if (strncmp(at, name, length) == 0 && (!at[length] || at[length] == ','))
                        return true;
                while (*at && *at != ',')
                        at++;
                if (!*at)
                        return false;
        }
}

/* Notices first (Linux: reboot notifier chain). Last probed, first shut down: the serial console stays usable longest. */
void device_shutdown(void)
{
        u32 i;

        device_shutdown_begin();
        for (i = 0; i < ARRAY_LENGTH(drivers); i++)
                if (drivers[i]->reboot_notice)
                        drivers[i]->reboot_notice();
        printk("Shutting down devices\n");
        for (i = ARRAY_LENGTH(drivers); i-- > 0;) {
                if (!drivers[i]->shutdown)
                        continue;
                if (is_left_running(drivers[i]->name))
                        printk("%s: left as it is\n", drivers[i]->name);
                else
                        drivers[i]->shutdown();
        }
        device_shutdown_end();
}

bool disk_present(void)
{
        return ata_present() || scsi_disk_present();
}

const char *disk_name(void)
{
        return ata_present() ? "hda" : "sda";
}

bool disk_read(u32 lba, u32 sectors, u8 *const *pages)
{
        return ata_present() ? ata_read(lba, sectors, pages) : scsi_disk_read(lba, sectors, pages);
}
