/* start_kernel: the boot in the order of Linux 2.4's init/main.c, then process 1. */
#include "boot-params.h"
#include "drivers.h"
#include "io.h"
#include "irq.h"
#include "kexec.h"
#include "labfs.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"
#include "traps.h"

#define EFLAGS_AC 0x40000  /* can be set on an i486 and later */
#define EFLAGS_ID 0x200000 /* can be set where there is a CPUID instruction */

extern const char kernel_entry[], kernel_image_end[];

void start_kernel(u32 boot_params_phys, u32 image_end, u32 tables_end) NORETURN;

static void print_memory_map(void)
{
        const char *source = memory_map_is_from_user() ? "user" : "BIOS-e820";
        u32 i;

        printk(memory_map_is_from_user() ? "user-defined physical RAM map:\n" : "BIOS-provided physical RAM map:\n");
        for (i = 0; i < boot_params.e820_entries; i++) {
                const struct e820_entry *entry = &boot_params.e820_map[i];
                u64 end = entry->base + entry->size;

                printk(" %s: %08x%08x - %08x%08x ", source, (u32)(entry->base >> 32), (u32)entry->base,
                       (u32)(end >> 32), (u32)end);
                if (entry->type == E820_RAM)
                        printk("(usable)\n");
                else
                        printk("(type %u)\n", entry->type);
        }
}

/* Which bits of EFLAGS can be changed (Intel AP-485): no CPUID instruction is executed. */
static u32 changeable_flags(u32 bits)
{
        u32 before, after;

        asm volatile("pushfl; popl %0; movl %0, %1; xorl %2, %1; pushl %1; popfl; pushfl; popl %1; pushl %0; popfl"
                     : "=&r"(before), "=&r"(after)
                     : "r"(bits)
                     : "cc");
        return (before ^ after) & bits;
}

static void print_cpu(void)
{
        u32 flags = changeable_flags(EFLAGS_AC | EFLAGS_ID);

        printk("CPU: %s\n", !(flags & EFLAGS_AC)  ? "i386"
                            : !(flags & EFLAGS_ID) ? "i486"
                                                   : "i486 or later, with CPUID");
}

void start_kernel(u32 boot_params_phys, u32 image_end, u32 tables_end)
{
        char value[16];
        u32 image_start = virt_to_phys(kernel_entry);
        struct memory_range kernel = {image_start, 0};

        boot_map_end = (tables_end - image_end) / PAGE_SIZE * TABLE_SPAN;
        boot_params_copy(boot_params_phys);
        kexec_options_init();
        memory_map_complete();
        console_init();
        printk("Bootlab kernel 1.0 (kexec, i386)\n");
        print_memory_map();
        kernel.end = paging_init(tables_end);
        crash_reserve_init(kernel.end);
        pages_init(kernel);
        printk("%uMB LOWMEM available.\n", lowmem_end() / MIB);
        printk("Kernel command line: %s\n", command_line);

        gdt_init();
        idt_init();
        pic_init();
        timer_init();
        irq_enable();
        if (command_line_value("lpj", value, sizeof value, false)) {
                loops_per_jiffy = parse_number(value);
                printk("Calibrating delay loop (skipped)... %u loops per jiffy\n", loops_per_jiffy);
        } else {
                calibrate_delay();
        }
        printk("Memory: %uk/%uk available (%uk kernel image, %uk of it filler)\n", pages_free() * (PAGE_SIZE / KIB),
               lowmem_end() / KIB, (image_end - image_start) / KIB,
               (image_end - virt_to_phys(kernel_image_end)) / KIB);
        print_cpu();

        drivers_probe();
        labfs_mount();
        init_start();
}
