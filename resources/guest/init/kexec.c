/* Loads a bzImage for kexec with the 32-bit entry, as kexec-tools did from 1.6 on: no set-up code, no BIOS calls;
 * what the BIOS would say is rebuilt from the running kernel. Documents: boot.rst, zero-page.rst; docs/facts.md A1, A6. */
#include "init.h"

#define BOOT_PARAMS_AT 0x90000u
#define COMMAND_LINE_AT 0x91000u
#define TRAMPOLINE_AT 0x92000u
#define KERNEL_AT 0x100000u

#define HDR_BEGIN 0x1f1
#define HDR_SETUP_SECTS 0x1f1
#define HDR_BOOT_FLAG 0x1fe
#define HDR_JUMP_LENGTH 0x201
#define HDR_MAGIC 0x202
#define HDR_VERSION 0x206
#define BP_TYPE_OF_LOADER 0x210
#define BP_CMD_LINE_PTR 0x228
#define BP_E820_ENTRIES 0x1e8
#define BP_ALT_MEM_K 0x1e0
#define BP_EXT_MEM_K 0x002
#define BP_E820_MAP 0x2d0
#define E820_MAX 32
#define E820_ENTRY_BYTES 20
#define E820_RAM 1
#define SCREEN_INFO_BYTES 0x40
#define LOADER_UNDEFINED 0xff
#define OLDEST_VERSION 0x0208 /* payload_offset and payload_length */
#define MIB 0x100000u

extern const u8 trampoline_end[];
extern u8 trampoline[];
extern u32 trampoline_move_from, trampoline_move_dwords;

static u8 boot_params[PAGE_SIZE];

static u16 read16(const u8 *at)
{
        return at[0] | at[1] << 8;
}

static u32 read32(const u8 *at)
{
        return read16(at) | (u32)read16(at + 2) << 16;
}

static void write32(u8 *at, u32 value)
{
        u32 i;

        for (i = 0; i < 4; i++)
                at[i] = value >> (8 * i);
}

static int is_bzimage(const u8 *image, u32 bytes)
{
        return bytes > 0x300 && read16(image + HDR_BOOT_FLAG) == 0xaa55 &&
               read32(image + HDR_MAGIC) == 0x53726448 /* "HdrS" */ && read16(image + HDR_VERSION) >= OLDEST_VERSION;
}

/* KiB of RAM above 1 MiB in the region that begins there, for kernels that do not look at the E820 map. */
static u32 extended_memory_k(u32 entries)
{
        u32 i;

        for (i = 0; i < entries; i++) {
                const u8 *entry = boot_params + BP_E820_MAP + i * E820_ENTRY_BYTES;

                if (read32(entry) == MIB && !read32(entry + 4) && read32(entry + 16) == E820_RAM)
                        return read32(entry + 8) / 1024;
        }
        return 0;
}

static int fill_boot_params(const u8 *image)
{
        u32 header_end = HDR_MAGIC + image[HDR_JUMP_LENGTH];
        int map_bytes;
        u32 memory_k;

        memset(boot_params, 0, sizeof boot_params);
        memcpy(boot_params + HDR_BEGIN, image + HDR_BEGIN, header_end - HDR_BEGIN);
        read_file("/proc/screen_info", boot_params, SCREEN_INFO_BYTES);
        map_bytes = read_file("/proc/e820", boot_params + BP_E820_MAP, E820_MAX * E820_ENTRY_BYTES);
        if (map_bytes < E820_ENTRY_BYTES)
                return -EINVAL;
        boot_params[BP_E820_ENTRIES] = map_bytes / E820_ENTRY_BYTES;
        memory_k = extended_memory_k(map_bytes / E820_ENTRY_BYTES);
        write32(boot_params + BP_ALT_MEM_K, memory_k);
        memory_k = memory_k > 0xffff ? 0xffff : memory_k;
        boot_params[BP_EXT_MEM_K] = memory_k & 0xff;
        boot_params[BP_EXT_MEM_K + 1] = memory_k >> 8;
        boot_params[BP_TYPE_OF_LOADER] = LOADER_UNDEFINED;
        write32(boot_params + BP_CMD_LINE_PTR, COMMAND_LINE_AT);
        return 0;
}

int kexec_load_kernel(const char *path, const char *command_line, u32 load_at)
{
        u32 bytes, setup_bytes, kernel_bytes;
        const u8 *image = map_file(path, &bytes);
        int error;

        if (!image)
                return -ENOENT;
        if (!is_bzimage(image, bytes))
                return -EINVAL;
        setup_bytes = (image[HDR_SETUP_SECTS] + 1) * 512u;
        if (bytes <= setup_bytes)
                return -EINVAL;
        error = fill_boot_params(image);
        if (error)
                return error;
        kernel_bytes = bytes - setup_bytes;
        if (!load_at)
                load_at = KERNEL_AT;
        if (load_at < KERNEL_AT)
                return -EINVAL;
        trampoline_move_from = load_at;
        trampoline_move_dwords = load_at == KERNEL_AT ? 0 : (kernel_bytes + 3) / 4;
        {
                struct kexec_segment segments[] = {
                        {boot_params, PAGE_SIZE, BOOT_PARAMS_AT, PAGE_SIZE},
                        {command_line, text_length(command_line) + 1, COMMAND_LINE_AT, PAGE_SIZE},
                        {trampoline, trampoline_end - trampoline, TRAMPOLINE_AT, PAGE_SIZE},
                        {image + setup_bytes, kernel_bytes, load_at,
                         (kernel_bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1)},
                };

                return sys_kexec_load(TRAMPOLINE_AT, sizeof segments / sizeof segments[0], segments, 0);
        }
}
