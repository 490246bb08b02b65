/* Page frame allocator: one bit per frame; the order of allocation is a full-period LCG over the frame numbers.
 * lab.scatter=0 is lowest first; any other seed spreads consecutive allocations over all of memory (docs/facts.md A3). */
#include "boot-params.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"

#define FRAMES_MAX (LOWMEM_MAX >> PAGE_SHIFT)
#define LCG_MULTIPLIER 0x9e3779b1u /* 1 more than a multiple of 4: full period (Hull and Dobell 1962) */
#define SEED_SPREAD 2654435761u    /* neighbouring seeds begin far apart (Knuth, TAOCP 6.4) */

static u32 used_bits[FRAMES_MAX / 32];
static u32 frames;      /* frames below the end of RAM */
static u32 order_bits;  /* 2^order_bits >= frames */
static u32 free_frames;
static u32 total_frames;
static u32 lowest_free; /* lab.scatter=0: nothing is free below */
static u32 scatter;
static u32 lcg_state;

static bool is_used(u32 frame)
{
        return used_bits[frame / 32] >> (frame % 32) & 1;
}

static void set_used(u32 frame, bool used)
{
        if (used)
                used_bits[frame / 32] |= 1u << (frame % 32);
        else
                used_bits[frame / 32] &= ~(1u << (frame % 32));
}

u32 lowmem_end(void)
{
        u64 end = 0;
        u32 i;

        for (i = 0; i < boot_params.e820_entries; i++) {
                const struct e820_entry *entry = &boot_params.e820_map[i];

                if (entry->type == E820_RAM && entry->base < LOWMEM_MAX && entry->base + entry->size > end)
                        end = entry->base + entry->size;
        }
        return end > LOWMEM_MAX ? LOWMEM_MAX : (u32)end & PAGE_MASK;
}

/* A permutation of 0 .. 2^order_bits - 1: the LCG's state with its upper half folded into the poor lower bits. */
static u32 next_in_order(void)
{
        u32 all = (1u << order_bits) - 1;

        lcg_state = (lcg_state * LCG_MULTIPLIER + (scatter * 2 + 1)) & all;
        return lcg_state ^ lcg_state >> (order_bits + 1) / 2;
}

static void reserve(struct memory_range range)
{
        u32 frame;

        for (frame = range.start >> PAGE_SHIFT; frame < range.end >> PAGE_SHIFT; frame++)
                set_used(frame, true);
}

void pages_init(struct memory_range kernel)
{
        char value[16];
        u32 i, frame;

        if (command_line_value("lab.scatter", value, sizeof value, false))
                scatter = parse_number(value);
        frames = lowmem_end() >> PAGE_SHIFT;
        while (1u << order_bits < frames)
                order_bits++;
        lcg_state = scatter * SEED_SPREAD;
        memset(used_bits, 0xff, sizeof used_bits);

        for (i = 0; i < boot_params.e820_entries; i++) {
                const struct e820_entry *entry = &boot_params.e820_map[i];
                u64 end = entry->base + entry->size;

                if (entry->type != E820_RAM || entry->base >= LOWMEM_MAX)
                        continue;
                if (end > LOWMEM_MAX)
                        end = LOWMEM_MAX;
                for (frame = ((u32)entry->base + PAGE_SIZE - 1) >> PAGE_SHIFT; frame < (u32)end >> PAGE_SHIFT; frame++)
                        set_used(frame, false);
        }
        set_used(0, true); /* BIOS data area: 40:72 is written at reboot; and address 0 means "none" */
        reserve(kernel);
        reserve(crash_reserve);
        for (frame = 0; frame < frames; frame++)
                if (!is_used(frame))
                        free_frames++;
        total_frames = free_frames;
}

static u32 find_lowest(void)
{
        u32 word = lowest_free / 32;
        u32 bit = 0;

        while (used_bits[word] == 0xffffffff)
                word++;
        while (used_bits[word] >> bit & 1)
                bit++;
        return lowest_free = word * 32 + bit;
}

static u32 find_scattered(void)
{
        u32 frame;

        do {
                frame = next_in_order();
        } while (frame >= frames || is_used(frame));
        return frame;
}

u32 page_alloc_spare(void)
{
        u32 frame;

        if (!free_frames)
                return 0;
        frame = scatter ? find_scattered() : find_lowest();
        set_used(frame, true);
        free_frames--;
        return frame << PAGE_SHIFT;
}

u32 page_alloc(void)
{
        while (!free_frames)
                if (!user_drop_file_page())
                        return 0;
        return page_alloc_spare();
}

u32 page_alloc_zeroed(void)
{
        u32 page = page_alloc();

        if (page)
                memset(phys_to_virt(page), 0, PAGE_SIZE);
        return page;
}

void page_free(u32 phys)
{
        u32 frame = phys >> PAGE_SHIFT;

        set_used(frame, false);
        free_frames++;
        if (frame < lowest_free)
                lowest_free = frame;
}

u32 pages_free(void)
{
        return free_frames;
}

u32 pages_total(void)
{
        return total_frames;
}
