/* ATA disk, primary channel, master: PIO reads with one IRQ14 per sector, waiting in HLT.
 * Document: ATA/ATAPI-4 (T13 1153D). Shutdown is FLUSH CACHE, not STANDBY: the flush before a reboot is what Linux
 * got in 2001-02 (Hockin, 3BCC7117.49CAF9F8@sun.com); a standby kept some BIOSes from finding the disk again. */
#include "boot-params.h"
#include "drivers.h"
#include "io.h"
#include "irq.h"
#include "marks.h"
#include "memory.h"
#include "printk.h"
#include "string.h"

#define ATA_DATA 0x1f0
#define ATA_COUNT 0x1f2
#define ATA_LBA_LOW 0x1f3
#define ATA_LBA_MID 0x1f4
#define ATA_LBA_HIGH 0x1f5
#define ATA_DEVICE 0x1f6
#define ATA_STATUS 0x1f7
#define ATA_COMMAND 0x1f7
#define ATA_ALT_STATUS 0x3f6
#define ATA_CONTROL 0x3f6
#define ST_BSY 0x80
#define ST_DRDY 0x40
#define ST_DF 0x20
#define ST_DRQ 0x08
#define ST_ERR 0x01
#define ST_FLOATING 0xff /* nothing drives the bus */
#define ST_FLOATING_DD7 0x7f /* DD7 has a pull-down */
#define CONTROL_SRST 0x04
#define CONTROL_NIEN 0x02
#define CONTROL_OBSOLETE 0x08
#define DEVICE_MASTER_LBA 0xe0
#define CMD_READ_SECTORS 0x20
#define CMD_FLUSH_CACHE 0xe7
#define CMD_IDENTIFY 0xec
#define RESET_TIMEOUT (31 * HZ)   /* ATA: a device may be busy that long after a reset (docs/facts.md B2) */
#define COMMAND_TIMEOUT (30 * HZ) /* docs/facts.md B2 */
#define SRST_EDGES 2              /* of the refresh toggle: at least 15 us, the standard asks for 5 */
#define SECTOR_WORDS (SECTOR_SIZE / 2)

#define ID_MODEL 27
#define ID_MODEL_WORDS 20
#define ID_LBA_SECTORS 60
#define ID_COMMAND_SET_2 83
#define ID_SET_2_VALID_MASK 0xc000
#define ID_SET_2_VALID 0x4000
#define ID_SET_2_FLUSH 0x1000

static volatile bool irq_came;
static volatile u8 irq_status;
static bool present;
static bool has_flush;
static u32 disk_sectors;

static bool ata_interrupt(void)
{
        irq_status = in8(ATA_STATUS); /* reading it withdraws INTRQ */
        irq_came = true;
        return true;
}

static bool wait_irq(void)
{
        return wait_for_flag(&irq_came, COMMAND_TIMEOUT);
}

/* Sleeps from tick to tick while the device is busy. */
static bool wait_not_busy(u32 timeout)
{
        u32 deadline = jiffies + timeout;

        while (in8(ATA_ALT_STATUS) & ST_BSY) {
                if (jiffies_reached(deadline))
                        return false;
                irq_enable_and_halt();
        }
        return true;
}

static bool issue(u8 command, u32 lba, u32 sectors)
{
        if (!wait_not_busy(COMMAND_TIMEOUT))
                return false;
        out8(ATA_DEVICE, DEVICE_MASTER_LBA | (lba >> 24 & 15));
        out8(ATA_COUNT, sectors & 0xff);
        out8(ATA_LBA_LOW, lba & 0xff);
        out8(ATA_LBA_MID, lba >> 8 & 0xff);
        out8(ATA_LBA_HIGH, lba >> 16 & 0xff);
        irq_came = false;
        out8(ATA_COMMAND, command);
        return true;
}

static bool read_data(void *to)
{
        if (!wait_irq() || irq_status & (ST_BSY | ST_ERR | ST_DF) || !(irq_status & ST_DRQ))
                return false;
        in16_block(ATA_DATA, to, SECTOR_WORDS);
        return true;
}

bool ata_present(void)
{
        return present;
}

bool ata_read(u32 lba, u32 sectors, u8 *const *pages)
{
        u32 i;

        if (!present || lba + sectors > disk_sectors || !issue(CMD_READ_SECTORS, lba, sectors))
                return false;
        for (i = 0; i < sectors; i++) {
                if (!read_data(pages[i / 8] + i % 8 * SECTOR_SIZE)) {
                        printk("hda: read error at sector %u, status %02x\n", lba + i, irq_status);
                        return false;
                }
        }
        return true;
}

/* Two ticks at least: the 2 ms after a reset in which BSY means nothing. */
static bool reset_channel(void)
{
        u32 start = jiffies;

        out8(ATA_CONTROL, CONTROL_OBSOLETE | CONTROL_NIEN | CONTROL_SRST);
        refresh_wait(SRST_EDGES);
        out8(ATA_CONTROL, CONTROL_OBSOLETE);
        while (!jiffies_reached(start + 2))
                irq_enable_and_halt();
        return wait_not_busy(RESET_TIMEOUT);
}

/* ATA texts have the first character of each word in its high byte. */
static void copy_model(char *to, const u16 *id)
{
        u32 i;

        for (i = 0; i < ID_MODEL_WORDS; i++) {
                *to++ = id[ID_MODEL + i] >> 8;
                *to++ = id[ID_MODEL + i] & 0xff;
        }
        *to = 0;
        while (*--to == ' ')
                *to = 0;
}

static bool identify(void)
{
        u16 id[SECTOR_WORDS];
        char model[ID_MODEL_WORDS * 2 + 1];

        if (!issue(CMD_IDENTIFY, 0, 0) || !read_data(id))
                return false;
        copy_model(model, id);
        disk_sectors = id[ID_LBA_SECTORS] | (u32)id[ID_LBA_SECTORS + 1] << 16;
        has_flush = (id[ID_COMMAND_SET_2] & ID_SET_2_VALID_MASK) == ID_SET_2_VALID &&
                    id[ID_COMMAND_SET_2] & ID_SET_2_FLUSH;
        printk("hda: %s, ATA DISK drive\n", model);
        printk("hda: %u sectors (%u MiB)%s\n", disk_sectors, disk_sectors / (MIB / SECTOR_SIZE),
               has_flush ? ", write cache" : "");
        return true;
}

static bool wants_reset(void)
{
        char value[16];

        return command_line_value("lab.ataprobe", value, sizeof value, false) && strcmp(value, "reset") == 0;
}

/* A drive that is busy or has data to hand over is in the middle of something that nobody here began. */
static bool is_idle(void)
{
        u8 status;

        out8(ATA_DEVICE, DEVICE_MASTER_LBA);
        out8(ATA_CONTROL, CONTROL_OBSOLETE);
        status = in8(ATA_STATUS);
        if (!(status & (ST_BSY | ST_DRQ)))
                return true;
        printk("hda: found in the middle of a command (status %02x), resetting\n", status);
        return false;
}

/* Linux 2.4 asks a drive that is in order who it is (ide-probe.c); libata resets it first. */
static bool find_disk(void)
{
        if (!wants_reset() && is_idle() && identify())
                return true;
        return reset_channel() && identify();
}

static void probe(void)
{
        u8 status = in8(ATA_STATUS);

        if (status == ST_FLOATING || status == ST_FLOATING_DD7) {
                printk("ide0: no channel at 0x1f0\n");
                return;
        }
        irq_install(IRQ_ATA, ata_interrupt);
        if (!find_disk()) {
                irq_remove(IRQ_ATA, ata_interrupt);
                printk("ide0: no disk\n");
                return;
        }
        present = true;
        printk("ide0 at 0x1f0-0x1f7,0x3f6 on irq 14\n");
}

static void shutdown(void)
{
        if (!present)
                return;
        if (has_flush) {
                printk("flushing ide devices: hda\n");
                if (!issue(CMD_FLUSH_CACHE, 0, 0) || !wait_irq() || irq_status & (ST_ERR | ST_DF))
                        printk("hda: flush failed, status %02x\n", irq_status);
        }
        irq_remove(IRQ_ATA, ata_interrupt);
        out8(ATA_CONTROL, CONTROL_OBSOLETE | CONTROL_NIEN);
        present = false;
}

const struct driver ata_driver = {"ata", probe_ata, probe, shutdown, NULL};
