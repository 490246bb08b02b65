/* The jump out of the old kernel: identity map, stub into the control page, dead GDT and IDT, call at the physical address.
 * Document: docs/facts.md A5, steps 1 to 3 (order of the 2.5.44 patch), 8 (the stub that exchanges pages). */
#include "kexec.h"
#include "layout.h"
#include "memory.h"
#include "string.h"

extern const u8 relocate_kernel[], relocate_kernel_end[], relocate_kernel_swap[], relocate_kernel_swap_end[];

typedef void NORETURN (*relocate_function)(u32 head, u32 control_page, u32 start, u32 swap_page);

/* The user half of swapper_pg_dir is empty: the page's physical address is free there (it lies below 3 GB). */
static void identity_map(struct kexec_image *image)
{
        u32 *table = phys_to_virt(image->identity_table);

        table[image->control_page >> PAGE_SHIFT & 1023] = image->control_page | PTE_PRESENT | PTE_WRITE;
        swapper_pg_dir[image->control_page >> 22] = image->identity_table | PTE_PRESENT | PTE_WRITE;
        cr3_load(virt_to_phys(swapper_pg_dir));
}

static void reload_segments(void)
{
        asm volatile("ljmp %0, $1f\n1:" : : "i"(SEL_KERNEL_CS));
        asm volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%fs; movl %0, %%gs; movl %0, %%ss"
                     :
                     : "r"(SEL_KERNEL_DS)
                     : "memory");
}

/* The hidden parts of the segment registers keep working without their tables. */
static void kill_tables(void)
{
        static const u8 nothing[6];

        asm volatile("lgdt %0" : : "m"(nothing));
        asm volatile("lidt %0" : : "m"(nothing));
}

NOINLINE void machine_kexec(struct kexec_image *image)
{
        identity_map(image);
        if (image->swap_page)
                memcpy(phys_to_virt(image->control_page), relocate_kernel_swap,
                       relocate_kernel_swap_end - relocate_kernel_swap);
        else
                memcpy(phys_to_virt(image->control_page), relocate_kernel, relocate_kernel_end - relocate_kernel);
        reload_segments();
        kill_tables();
        ((relocate_function)image->control_page)(image->head, image->control_page, image->start, image->swap_page);
}
