/* GDT with one TSS, IDT with 32 exceptions, 16 interrupts and INT 80h.
 * Document: Intel 80386 Programmer's Reference Manual, chapters 6, 7 and 9. */
#include "layout.h"
#include "string.h"
#include "traps.h"

#define GATE_INTERRUPT 0x8e00 /* clears IF */
#define GATE_TRAP_USER 0xef00 /* keeps IF, callable from ring 3 */
#define VECTORS 256
#define STUBS 48
#define TSS_AVAILABLE 0x89

struct tss {
        u32 back_link, esp0, ss0;
        u32 unused[22];
        u16 trap, io_map;
} PACKED;

struct table_register {
        u16 limit;
        u32 base;
} PACKED;

extern const u32 vector_table[STUBS];
void vector_syscall(void);

static struct tss tss;
static u64 gdt[7] = {
        0, 0,
        0x00cf9a000000ffffull, /* 10h kernel code */
        0x00cf92000000ffffull, /* 18h kernel data */
        0x00cffa000000ffffull, /* 20h user code */
        0x00cff2000000ffffull, /* 28h user data */
};
static u64 idt[VECTORS];

void gdt_init(void)
{
        struct table_register reg = {sizeof gdt - 1, (u32)gdt};
        u32 base = (u32)&tss;

        tss.ss0 = SEL_KERNEL_DS;
        tss.io_map = sizeof tss;
        gdt[SEL_TSS / 8] = (u64)(base >> 24) << 56 | (u64)TSS_AVAILABLE << 40 | (u64)(base & 0xffffff) << 16 |
                           (sizeof tss - 1);
        asm volatile("lgdt %0" : : "m"(reg));
        asm volatile("ltr %w0" : : "r"(SEL_TSS));
}

void tss_set_kernel_stack(u32 esp)
{
        tss.esp0 = esp;
}

static void idt_set(u32 vector, u32 handler, u32 type)
{
        idt[vector] = (u64)((handler & 0xffff0000) | type) << 32 | SEL_KERNEL_CS << 16 | (handler & 0xffff);
}

void idt_init(void)
{
        struct table_register reg = {sizeof idt - 1, (u32)idt};
        u32 vector;

        for (vector = 0; vector < STUBS; vector++)
                idt_set(vector, vector_table[vector], GATE_INTERRUPT);
        idt_set(VECTOR_SYSCALL, (u32)vector_syscall, GATE_TRAP_USER);
        asm volatile("lidt %0" : : "m"(reg));
}
