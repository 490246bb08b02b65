/* Page frames, the direct map and user memory. */
#ifndef MEMORY_H
#define MEMORY_H

#include "layout.h"
#include "types.h"

static inline void *phys_to_virt(u32 phys)
{
        return (void *)(phys + KERNEL_BASE);
}

static inline u32 virt_to_phys(const void *virt)
{
        return (u32)virt - KERNEL_BASE;
}

static inline void cr3_load(u32 phys)
{
        asm volatile("movl %0, %%cr3" : : "r"(phys) : "memory");
}

extern u32 swapper_pg_dir[1024];

struct memory_range {
        u32 start, end; /* physical; both 0: none */
};

/* What head.S mapped, at 0 and at KERNEL_BASE. */
extern u32 boot_map_end;
/* Completes the direct map for all RAM below LOWMEM_MAX and takes away the identity map of the boot.
 * `tables_end` is the first free page behind the boot tables; returns the first free one now. */
u32 paging_init(u32 tables_end);

/* Hands the RAM of the memory map to the allocator, less page 0, the kernel's own range and the crash reserve. */
void pages_init(struct memory_range kernel);

/* Memory for a crash kernel, which nobody else gets. */
extern struct memory_range crash_reserve;
/* Reserves what crashkernel= asks for, if it is RAM above `used_end`. */
void crash_reserve_init(u32 used_end);

/* A page frame's physical address, contents undefined; 0 when there is none. Order: lab.scatter. */
u32 page_alloc(void);
/* As page_alloc, but drops no cached file page to make room. */
u32 page_alloc_spare(void);
u32 page_alloc_zeroed(void);
void page_free(u32 phys);
u32 pages_free(void);
u32 pages_total(void);
/* End of the RAM in the direct map. */
u32 lowmem_end(void);

#endif
