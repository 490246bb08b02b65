/* The 8259A pair: vectors 20h-2Fh, one handler per line, non-specific EOI.
 * Document: Intel 8259A data sheet; vectors as in Linux (docs/facts.md B2: BIOS calls die because of them). */
#include "io.h"
#include "irq.h"
#include "layout.h"

#define PIC1_COMMAND 0x20
#define PIC1_DATA 0x21
#define PIC2_COMMAND 0xa0
#define PIC2_DATA 0xa1
#define ICW1_INIT_ICW4 0x11
#define ICW4_8086 0x01
#define OCW2_EOI 0x20
#define OCW3_READ_ISR 0x0b
#define OCW3_READ_IRR 0x0a
#define SPURIOUS_BIT 0x80 /* line 7 of either chip */
#define PORT_POST 0x80

static void (*handlers[16])(void);
static u16 mask = 0xffff & ~(1 << IRQ_CASCADE);

static void mask_write(void)
{
        out8(PIC1_DATA, mask & 0xff);
        out8(PIC2_DATA, mask >> 8);
}

/* Initialisation command words need recovery time on old boards. */
static void init_word(u16 port, u8 value)
{
        out8(port, value);
        out8(PORT_POST, 0);
}

void pic_init(void)
{
        out8(PIC1_DATA, 0xff);
        out8(PIC2_DATA, 0xff);
        init_word(PIC1_COMMAND, ICW1_INIT_ICW4);
        init_word(PIC1_DATA, VECTOR_IRQ0);
        init_word(PIC1_DATA, 1 << IRQ_CASCADE);
        init_word(PIC1_DATA, ICW4_8086);
        init_word(PIC2_COMMAND, ICW1_INIT_ICW4);
        init_word(PIC2_DATA, VECTOR_IRQ8);
        init_word(PIC2_DATA, IRQ_CASCADE);
        init_word(PIC2_DATA, ICW4_8086);
        mask_write();
}

void irq_install(u32 irq, void (*handler)(void))
{
        u32 flags = irq_save();

        handlers[irq] = handler;
        mask &= ~(1 << irq);
        mask_write();
        irq_restore(flags);
}

void irq_mask(u32 irq)
{
        u32 flags = irq_save();

        mask |= 1 << irq;
        mask_write();
        irq_restore(flags);
}

void pic_shutdown(void)
{
        mask = 0xffff;
        mask_write();
}

static bool is_spurious(u32 irq)
{
        u16 port = irq < 8 ? PIC1_COMMAND : PIC2_COMMAND;
        u8 in_service;

        if ((irq & 7) != 7)
                return false;
        out8(port, OCW3_READ_ISR);
        in_service = in8(port);
        out8(port, OCW3_READ_IRR);
        return !(in_service & SPURIOUS_BIT);
}

void irq_dispatch(u32 irq)
{
        if (is_spurious(irq)) {
                if (irq >= 8)
                        out8(PIC1_COMMAND, OCW2_EOI); /* the cascade line was real */
                return;
        }
        if (irq >= 8)
                out8(PIC2_COMMAND, OCW2_EOI);
        out8(PIC1_COMMAND, OCW2_EOI);
        if (handlers[irq])
                handlers[irq]();
}
