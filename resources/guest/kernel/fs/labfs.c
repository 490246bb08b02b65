/* labfs, read-only: the directory is kept in memory, small reads go through one buffer of 32 KiB. */
#include "labfs.h"
#include "drivers.h"
#include "errno.h"
#include "memory.h"
#include "printk.h"
#include "string.h"

#define DIRECTORY_LBA 32
#define DIRECTORY_SECTORS 4
#define BUFFER_PAGES 8
#define BUFFER_SECTORS (BUFFER_PAGES * PAGE_SIZE / SECTOR_SIZE)
#define SECTORS_PER_PAGE (PAGE_SIZE / SECTOR_SIZE)

struct labfs_directory {
        char magic[8];
        u32 entries;
        u32 reserved;
        struct labfs_file files[(DIRECTORY_SECTORS * SECTOR_SIZE - 16) / sizeof(struct labfs_file)];
} PACKED;

static struct labfs_directory *directory;
static u8 *buffer[BUFFER_PAGES];
static u32 buffer_lba;
static u32 buffer_sectors; /* 0: empty */

static bool alloc_buffers(void)
{
        u32 page = page_alloc();
        u32 i;

        if (!page)
                return false;
        directory = phys_to_virt(page);
        for (i = 0; i < BUFFER_PAGES; i++) {
                page = page_alloc();
                if (!page)
                        return false;
                buffer[i] = phys_to_virt(page);
        }
        return true;
}

bool labfs_mount(void)
{
        u8 *page;

        if (!disk_present() || !alloc_buffers())
                return false;
        page = (u8 *)directory;
        if (!disk_read(DIRECTORY_LBA, DIRECTORY_SECTORS, &page) || memcmp(directory->magic, "LABFS1\0", 8) ||
            directory->entries > ARRAY_LENGTH(directory->files)) {
                printk("labfs: no file system on %s\n", disk_name());
                directory = NULL;
                return false;
        }
        printk("labfs: %u files on %s\nVFS: Mounted root (labfs filesystem) readonly.\n", directory->entries,
               disk_name());
        return true;
}

const struct labfs_file *labfs_find(const char *path)
{
        u32 i;

        for (i = 0; directory && i < directory->entries; i++)
                if (strncmp(directory->files[i].name, path, LABFS_NAME_BYTES) == 0)
                        return &directory->files[i];
        return NULL;
}

/* The sector's place in the buffer; fills the buffer from there on when it is not in it. */
static const u8 *get_sector(const struct labfs_file *file, u32 sector)
{
        u32 lba = file->first_lba + sector;
        u32 left = (file->size_bytes + SECTOR_SIZE - 1) / SECTOR_SIZE - sector;
        u32 at = lba - buffer_lba;

        if (at >= buffer_sectors) {
                buffer_sectors = 0;
                if (left > BUFFER_SECTORS)
                        left = BUFFER_SECTORS;
                if (!disk_read(lba, left, buffer))
                        return NULL;
                buffer_lba = lba;
                buffer_sectors = left;
                at = 0;
        }
        return buffer[at / SECTORS_PER_PAGE] + at % SECTORS_PER_PAGE * SECTOR_SIZE;
}

int labfs_read(const struct labfs_file *file, u32 offset, void *to, u32 bytes)
{
        u32 done = 0;

        if (offset >= file->size_bytes)
                return 0;
        if (bytes > file->size_bytes - offset)
                bytes = file->size_bytes - offset;
        while (done < bytes) {
                u32 in_sector = (offset + done) % SECTOR_SIZE;
                u32 part = SECTOR_SIZE - in_sector;
                const u8 *sector = get_sector(file, (offset + done) / SECTOR_SIZE);

                if (!sector)
                        return -EIO;
                if (part > bytes - done)
                        part = bytes - done;
                memcpy((u8 *)to + done, sector + in_sector, part);
                done += part;
        }
        return done;
}

bool labfs_read_pages(const struct labfs_file *file, u32 first_page, u32 page_count, u8 *const *pages)
{
        u32 offset = first_page * PAGE_SIZE;
        u32 bytes = page_count * PAGE_SIZE;
        u32 tail;

        if (offset >= file->size_bytes)
                return false;
        if (bytes > file->size_bytes - offset)
                bytes = file->size_bytes - offset;
        if (!disk_read(file->first_lba + offset / SECTOR_SIZE, (bytes + SECTOR_SIZE - 1) / SECTOR_SIZE, pages))
                return false;
        tail = bytes % PAGE_SIZE;
        if (tail)
                memset(pages[bytes / PAGE_SIZE] + tail, 0, PAGE_SIZE - tail);
        return true;
}
