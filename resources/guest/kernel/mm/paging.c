/* The direct map: 4 KiB pages for all RAM below 768 MiB at C0000000h, supervisor only.
 * No INVLPG, no 4 MiB pages: the TLB is flushed by loading CR3, as an i386 needs it. */
#include "memory.h"
#include "string.h"

u32 boot_map_end;

u32 paging_init(u32 tables_end)
{
        u32 end = lowmem_end();
        u32 phys;

        for (phys = boot_map_end; phys < end; phys += TABLE_SPAN) {
                u32 *table = phys_to_virt(tables_end);
                u32 i;

                for (i = 0; i < 1024; i++)
                        table[i] = (phys + i * PAGE_SIZE) | PTE_PRESENT | PTE_WRITE;
                swapper_pg_dir[KERNEL_PGD_INDEX + phys / TABLE_SPAN] = tables_end | PTE_PRESENT | PTE_WRITE;
                tables_end += PAGE_SIZE;
        }
        for (phys = end; phys & (TABLE_SPAN - 1) || phys < boot_map_end; phys += PAGE_SIZE) {
                u32 *table = phys_to_virt(swapper_pg_dir[KERNEL_PGD_INDEX + phys / TABLE_SPAN] & PAGE_MASK);

                table[phys / PAGE_SIZE & 1023] = 0;
        }
        memset(swapper_pg_dir, 0, boot_map_end / TABLE_SPAN * sizeof(u32));
        cr3_load(virt_to_phys(swapper_pg_dir));
        return tables_end;
}
