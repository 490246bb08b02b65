/* The 8259A pair: vectors 20h-2Fh, handlers that share lines, non-specific EOI, lines nobody quiets are switched off.
 * Document: Intel 8259A data sheet; vectors as in Linux (docs/facts.md B2: BIOS calls die because of them). */
#include "io.h"
#include "irq.h"
#include "layout.h"
#include "marks.h"
#include "printk.h"

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

/* A line is given up when 99,900 of 100,000 interrupts were nobody's (Linux 2.6, kernel/irq/spurious.c). */
#define STUCK_WINDOW 100000
#define STUCK_UNHANDLED 99900
#define SHARERS_MAX 4

struct line {
        irq_handler handlers[SHARERS_MAX];
        u32 interrupts; /* of the current window, and those of them that no handler knew */
        u32 unhandled;
};

static struct line lines[16];
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

void irq_install(u32 irq, irq_handler handler)
{
        u32 flags = irq_save();
        irq_handler *free = lines[irq].handlers;

        while (*free && *free != handler)
                free++;
        *free = handler;
        mask &= ~(1 << irq);
        mask_write();
        irq_restore(flags);
}

void irq_remove(u32 irq, irq_handler handler)
{
        u32 flags = irq_save();
        u32 from, to = 0;

        for (from = 0; from < SHARERS_MAX; from++)
                if (lines[irq].handlers[from] != handler)
                        lines[irq].handlers[to++] = lines[irq].handlers[from];
        if (to < SHARERS_MAX)
                lines[irq].handlers[to] = NULL;
        if (!lines[irq].handlers[0])
                irq_mask(irq);
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

static bool call_handlers(const struct line *line)
{
        bool is_handled = false;
        u32 i;

        for (i = 0; i < SHARERS_MAX && line->handlers[i]; i++)
                is_handled |= line->handlers[i]();
        return is_handled;
}

/* A level that nobody withdraws comes again at once: the machine would do nothing else. */
static void note_interrupt(u32 irq, bool is_handled)
{
        struct line *line = &lines[irq];

        line->unhandled += !is_handled;
        if (++line->interrupts < STUCK_WINDOW)
                return;
        if (line->unhandled > STUCK_UNHANDLED) {
                irq_mask(irq);
                irq_nobody_cared(irq);
                printk("irq %u: nobody cared!\nDisabling IRQ #%u\n", irq, irq);
        }
        line->interrupts = line->unhandled = 0;
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
        note_interrupt(irq, call_handlers(&lines[irq]));
}
