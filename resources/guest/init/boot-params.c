/* boot_params for a kernel that is entered at its 32-bit entry: what its set-up code would have asked the BIOS is taken
 * over from the running kernel. Documents: boot.rst, zero-page.rst; docs/facts.md A1 (the 64 MB bug). */
#include "init.h"
#include "kexec.h"

#define BP_E820_ENTRIES 0x1e8
#define BP_ALT_MEM_K 0x1e0
#define BP_EXT_MEM_K 0x002
#define BP_E820_MAP 0x2d0
#define E820_MAX 32
#define E820_ENTRY_BYTES 20
#define E820_RAM 1
#define SCREEN_INFO_BYTES 0x40
#define MIB 0x100000u
#define ASSUMED_MEMORY_K (64 * 1024 - 1024) /* kexec-tools 1.7: 64 MB, whatever the machine has */

/* KiB of RAM above 1 MiB in the region that begins there, for kernels that do not look at the E820 map. */
static u32 extended_memory_k(const u8 *boot_params)
{
        u32 i;

        for (i = 0; i < boot_params[BP_E820_ENTRIES]; i++) {
                const u8 *entry = boot_params + BP_E820_MAP + i * E820_ENTRY_BYTES;

                if (read32(entry) == MIB && !read32(entry + 4) && read32(entry + 16) == E820_RAM)
                        return read32(entry + 8) / 1024;
        }
        return 0;
}

int boot_params_fill(u8 *boot_params, const u8 *image, u32 command_line_at, int has_memory_map)
{
        u32 header_end = HDR_MAGIC + image[HDR_JUMP_LENGTH];
        u32 memory_k = ASSUMED_MEMORY_K;

        memset(boot_params, 0, PAGE_SIZE);
        memcpy(boot_params + HDR_BEGIN, image + HDR_BEGIN, header_end - HDR_BEGIN);
        read_file("/proc/screen_info", boot_params, SCREEN_INFO_BYTES);
        if (has_memory_map) {
                int bytes = read_file("/proc/e820", boot_params + BP_E820_MAP, E820_MAX * E820_ENTRY_BYTES);

                if (bytes < E820_ENTRY_BYTES)
                        return -EINVAL;
                boot_params[BP_E820_ENTRIES] = bytes / E820_ENTRY_BYTES;
                memory_k = extended_memory_k(boot_params);
        }
        write32(boot_params + BP_ALT_MEM_K, memory_k);
        memory_k = memory_k > 0xffff ? 0xffff : memory_k;
        boot_params[BP_EXT_MEM_K] = memory_k & 0xff;
        boot_params[BP_EXT_MEM_K + 1] = memory_k >> 8;
        boot_params[HDR_TYPE_OF_LOADER] = LOADER_UNDEFINED;
        write32(boot_params + HDR_CMD_LINE_PTR, command_line_at);
        return 0;
}
