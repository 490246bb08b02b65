/* Loading a kernel: what the command line asks for, and the boot protocol's offsets (boot.rst). */
#ifndef KEXEC_H
#define KEXEC_H

#include "init.h"

#define HDR_BEGIN 0x1f1
#define HDR_SETUP_SECTS 0x1f1
#define HDR_BOOT_FLAG 0x1fe
#define HDR_JUMP_LENGTH 0x201
#define HDR_MAGIC 0x202
#define HDR_VERSION 0x206
#define HDR_TYPE_OF_LOADER 0x210
#define HDR_CMD_LINE_PTR 0x228
#define HDR_RELOCATABLE 0x234
#define HDR_PAYLOAD_OFFSET 0x248
#define HDR_PAYLOAD_LENGTH 0x24c
#define LOADER_UNDEFINED 0xff
#define OLDEST_VERSION 0x0208 /* payload_offset and payload_length */

static inline u16 read16(const u8 *at)
{
        return at[0] | at[1] << 8;
}

static inline u32 read32(const u8 *at)
{
        return read16(at) | (u32)read16(at + 2) << 16;
}

static inline void write32(u8 *at, u32 value)
{
        u32 i;

        for (i = 0; i < 4; i++)
                at[i] = value >> (8 * i);
}

/* Fills a page; `has_memory_map` 0: no E820 map, 64 MB are assumed. 0 or a negative errno. */
int boot_params_fill(u8 *boot_params, const u8 *image, u32 command_line_at, int has_memory_map);

#endif
