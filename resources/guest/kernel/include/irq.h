/* 8259 pair, 8254 timer, waiting. */
#ifndef IRQ_H
#define IRQ_H

#include "types.h"

#define HZ 100
#define IRQ_TIMER 0
#define IRQ_KEYBOARD 1
#define IRQ_CASCADE 2
#define IRQ_SERIAL 4
#define IRQ_ATA 14

extern volatile u32 jiffies;
extern u32 loops_per_jiffy;

void pic_init(void);
/* Looks at its device and quiets it; false when the device wanted nothing: the line may be another's. */
typedef bool (*irq_handler)(void);

/* Adds a handler to a line, at most 4 of them, and opens it. */
void irq_install(u32 irq, irq_handler handler);
/* Takes a handler away; closes the line behind the last one. */
void irq_remove(u32 irq, irq_handler handler);
void irq_mask(u32 irq);
void irq_dispatch(u32 irq);
/* Masks every line of both chips. */
void pic_shutdown(void);

void timer_init(void);
void calibrate_delay(void);

/* True from the moment jiffies reaches `deadline` (wrap-safe). */
static inline bool jiffies_reached(u32 deadline)
{
        return (s32)(jiffies - deadline) >= 0;
}

/* Sleeps until an interrupt handler has set `*flag`, and clears it; false after `ticks`. */
bool wait_for_flag(volatile bool *flag, u32 ticks);

/* Sleeps at least `ms`: whole ticks, and what is left of the current one. */
void sleep_ms(u32 ms);

/* Waits until at least `edges` edges of the refresh toggle (port 61h bit 4, about 15 us apart) have passed. */
void refresh_wait(u32 edges);

#endif
