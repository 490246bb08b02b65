/* Drivers: probe in this order, shut down in the opposite one. */
#ifndef DRIVERS_H
#define DRIVERS_H

#include "types.h"

struct driver {
        const char *name;        /* as lab.noshutdown= names it */
        void (*probe_mark)(void); /* marks.h */
        void (*probe)(void);
        void (*shutdown)(void);      /* may be NULL */
        void (*reboot_notice)(void); /* before any device is shut down; may be NULL */
};

extern const struct driver pci_driver;
extern const struct driver rtc_driver;
extern const struct driver serial_driver;
extern const struct driver keyboard_driver;
extern const struct driver net_driver;
extern const struct driver ata_driver;
extern const struct driver scsi_driver;

void drivers_probe(void);
/* Quiets the devices as for any reboot (Linux 2.5 device_shutdown), but for those that lab.noshutdown= names. */
void device_shutdown(void);

void vga_init(void);
void vga_write(const char *text, u32 length);
bool serial_init(u32 baud);
void serial_write(const char *text, u32 length);

/* Seconds since 1970-01-01 at boot, from the RTC. */
extern u32 boot_time_seconds;

#define DISK_MAX_SECTORS 256

/* The disk the file system is on: the ATA disk, or without one the first SCSI disk. */
bool disk_present(void);
/* "hda" or "sda". */
const char *disk_name(void);
/* Reads `sectors` (1..256) from `lba` into consecutive pages of 8 sectors; false on an error. */
bool disk_read(u32 lba, u32 sectors, u8 *const *pages);

bool ata_present(void);
bool ata_read(u32 lba, u32 sectors, u8 *const *pages);
bool scsi_disk_present(void);
bool scsi_disk_read(u32 lba, u32 sectors, u8 *const *pages);

#endif
