/* SCSI: the scan of the bus and its disks. Each ID is asked who it is; a disk is started when it waits for that.
 * Documents: SCSI-2 (ANSI X3.131-1994), clauses 8 and 9; order and words as Linux 2.4 (scsi_scan.c, sd.c). LUN 0 only. */
#include "boot-params.h"
#include "drivers.h"
#include "irq.h"
#include "marks.h"
#include "memory.h"
#include "printk.h"
#include "scsi.h"
#include "string.h"

#define TEST_UNIT_READY 0x00
#define INQUIRY 0x12
#define START_STOP_UNIT 0x1b
#define READ_CAPACITY 0x25
#define READ_10 0x28
#define SYNCHRONIZE_CACHE 0x35
#define START_STOP_START 0x01 /* in CDB byte 4 */
#define INQUIRY_BYTES 36
#define INQUIRY_VENDOR 8
#define INQUIRY_PRODUCT 16
#define INQUIRY_REVISION 32
#define TYPE_DISK 0x00 /* with qualifier 0: connected */
#define CAPACITY_BYTES 8
#define KEY_NOT_READY 2
#define KEY_UNIT_ATTENTION 6
#define CODE_START_REQUIRED 0x0402

#define TIMEOUT (30 * HZ)
#define SPIN_UP_TIMEOUT (100 * HZ) /* Linux 2.4, sd.c, sd_init_onedisk: 100 s, a look each second */
#define ATTEMPTS 3
#define SECTORS_PER_PAGE (PAGE_SIZE / SECTOR_SIZE)
#define BACKGROUND_PAGES 16

struct disk {
        u8 id;
        u32 sectors;
};

static struct disk disks[SCSI_IDS];
static u32 disk_count;
static bool is_started;
static u8 *answer; /* one page */

static u32 run(u8 id, u8 operation, u8 byte4, u32 bytes, u32 ticks)
{
        struct scsi_command command = {id, {operation, 0, 0, 0, byte4}, bytes, &answer};

        return scsi_run(&command, ticks);
}

static u32 big_endian(const u8 *at)
{
        return (u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static void print_field(const char *name, u32 from, u32 bytes)
{
        char text[17];

        memcpy(text, answer + from, bytes);
        text[bytes] = 0;
        printk("%s%s", name, text);
}

/* True when `id` is a disk. Nobody answering costs the adapter's selection time-out. */
static bool inquire(u8 id)
{
        if (run(id, INQUIRY, INQUIRY_BYTES, INQUIRY_BYTES, TIMEOUT) != SCSI_GOOD)
                return false;
        print_field("  Vendor: ", INQUIRY_VENDOR, 8);
        print_field(" Model: ", INQUIRY_PRODUCT, 16);
        print_field(" Rev: ", INQUIRY_REVISION, 4);
        printk("\n");
        return answer[0] == TYPE_DISK;
}

/* What was reset says so once; a spindle may have to be started, and takes its time. */
static bool make_ready(u8 id, u32 number)
{
        u32 deadline = jiffies + SPIN_UP_TIMEOUT;
        bool is_told = false;

        for (;;) {
                u32 status = run(id, TEST_UNIT_READY, 0, 0, TIMEOUT);

                if (status == SCSI_GOOD)
                        break;
                if (status != SCSI_CHECK_CONDITION || jiffies_reached(deadline))
                        return false;
                if (scsi_sense_key() == KEY_UNIT_ATTENTION)
                        continue;
                if (scsi_sense_key() != KEY_NOT_READY)
                        return false;
                if (!is_told)
                        printk("sd%c: Spinning up disk...", 'a' + number);
                is_told = true;
                if (scsi_sense_code() == CODE_START_REQUIRED)
                        run(id, START_STOP_UNIT, START_STOP_START, 0, SPIN_UP_TIMEOUT);
                else
                        sleep_ms(1000);
        }
        if (is_told)
                printk("ready\n");
        return true;
}

static void attach(u8 id)
{
        struct disk *disk = &disks[disk_count];

        if (!make_ready(id, disk_count) || run(id, READ_CAPACITY, 0, CAPACITY_BYTES, TIMEOUT) != SCSI_GOOD) {
                printk("scsi0 : id %u is not ready\n", id);
                return;
        }
        disk->id = id;
        disk->sectors = big_endian(answer) + 1;
        printk("SCSI device sd%c: %u %u-byte hdwr sectors (%u MiB), id %u\n", 'a' + disk_count, disk->sectors,
               big_endian(answer + 4), disk->sectors / (MIB / SECTOR_SIZE), id);
        disk_count++;
}

bool scsi_disk_present(void)
{
        return is_started && disk_count;
}

static struct scsi_command read_command(const struct disk *disk, u32 lba, u32 sectors, u8 *const *pages)
{
        struct scsi_command command = {disk->id,
                                       {READ_10, 0, lba >> 24, lba >> 16, lba >> 8, lba, 0, sectors >> 8, sectors},
                                       sectors * SECTOR_SIZE,
                                       pages};

        return command;
}

bool scsi_disk_read(u32 lba, u32 sectors, u8 *const *pages)
{
        u32 attempt;

        if (!scsi_disk_present() || lba + sectors > disks[0].sectors)
                return false;
        for (attempt = 0; attempt < ATTEMPTS; attempt++) {
                struct scsi_command command = read_command(&disks[0], lba, sectors, pages);

                if (scsi_run(&command, TIMEOUT) == SCSI_GOOD)
                        return true;
        }
        printk("sda: read error at sector %u, sense %x/%04x\n", lba, scsi_sense_key(), scsi_sense_code());
        return false;
}

static u8 *background_pages[BACKGROUND_PAGES];
static u32 background_lba;

/* Reads the last disk on and on, as the rebuild of a RAID does: one command is under way at any time. */
static void read_behind(void)
{
        const struct disk *disk = &disks[disk_count - 1];
        u32 sectors = BACKGROUND_PAGES * SECTORS_PER_PAGE;
        struct scsi_command command;

        if (background_lba + sectors > disk->sectors)
                background_lba = 0;
        command = read_command(disk, background_lba, sectors, background_pages);
        background_lba += sectors;
        scsi_run_behind(&command, read_behind);
}

static void start_background(void)
{
        char value[4];
        u32 i;

        if (!disk_count || !command_line_value("lab.scsirebuild", value, sizeof value, false) || value[0] != '1')
                return;
        for (i = 0; i < BACKGROUND_PAGES; i++) {
                u32 page = page_alloc();

                if (!page)
                        return;
                background_pages[i] = phys_to_virt(page);
        }
        printk("sd%c: rebuild begins\n", 'a' + disk_count - 1);
        read_behind();
}

/* All IDs first, then the disks among them: scsi_scan.c and sd.c of Linux 2.5 one after the other. */
static void probe(void)
{
        bool is_disk[SCSI_IDS];
        u32 page;
        u8 id;

        if (!scsi_adapter_start())
                return;
        page = page_alloc();
        if (!page)
                return;
        answer = phys_to_virt(page);
        is_started = true;
        for (id = 0; id < SCSI_IDS; id++)
                is_disk[id] = id != scsi_adapter_id() && inquire(id);
        for (id = 0; id < SCSI_IDS; id++)
                if (is_disk[id])
                        attach(id);
        start_background();
}

/* Before any device is shut down, as Linux 2.5.48 said it did (the boot log of docs/facts.md A1), and whatever lab.noshutdown= names. */
static void synchronize_caches(void)
{
        u32 i;

        if (!scsi_disk_present())
                return;
        printk("Synchronizing SCSI caches:");
        for (i = 0; i < disk_count; i++) {
                printk(" sd%c", 'a' + i);
                run(disks[i].id, SYNCHRONIZE_CACHE, 0, 0, TIMEOUT);
        }
        printk("\n");
}

static void shutdown(void)
{
        if (!is_started)
                return;
        is_started = false;
        scsi_adapter_stop();
}

const struct driver scsi_driver = {"scsi", probe_scsi, probe, shutdown, synchronize_caches};
