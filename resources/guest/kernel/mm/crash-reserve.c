/* crashkernel=SIZE@ADDRESS: memory that no allocator hands out (2.6.13, docs/facts.md A7). Sizes take K, M and G. */
#include "boot-params.h"
#include "kexec.h"
#include "memory.h"
#include "printk.h"
#include "string.h"

struct memory_range crash_reserve;

static bool is_ram(u32 start, u32 end)
{
        u32 i;

        for (i = 0; i < boot_params.e820_entries; i++) {
                const struct e820_entry *entry = &boot_params.e820_map[i];

                if (entry->type == E820_RAM && entry->base <= start && entry->base + entry->size >= end)
                        return true;
        }
        return false;
}

void crash_reserve_init(u32 used_end)
{
        char value[32];
        const char *text = value;
        u32 size, start, end;

        if (kexec_options.era < KEXEC_2_6_13 || !command_line_value("crashkernel", value, sizeof value, false))
                return;
        size = ROUND_UP(parse_size(&text), PAGE_SIZE);
        start = *text == '@' ? (text++, parse_size(&text)) : 0;
        end = start + size;
        if (!size || start & ~PAGE_MASK || start < used_end || end < start || end > lowmem_end() || !is_ram(start, end)) {
                printk("crashkernel=%s: no such memory is free, nothing is reserved\n", value);
                return;
        }
        crash_reserve = (struct memory_range){start, end};
        printk("Reserving %uMB of memory at %uMB for crashkernel\n", size / MIB, start / MIB);
}
