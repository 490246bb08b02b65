/* labfs: read-only, one flat directory at LBA 32-35, every file contiguous. */
#ifndef LABFS_H
#define LABFS_H

#include "types.h"

#define LABFS_NAME_BYTES 24

struct labfs_file {
        char name[LABFS_NAME_BYTES];
        u32 first_lba;
        u32 size_bytes;
} PACKED;

bool labfs_mount(void);
const struct labfs_file *labfs_find(const char *path);
/* Reads up to `bytes` at `offset` into kernel memory; returns the count, or a negative errno. */
int labfs_read(const struct labfs_file *file, u32 offset, void *to, u32 bytes);
/* Reads whole pages of a file, page `first_page` on, the tail zeroed; false on an error. */
bool labfs_read_pages(const struct labfs_file *file, u32 first_page, u32 page_count, u8 *const *pages);

#endif
