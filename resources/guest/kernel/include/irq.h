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
void irq_install(u32 irq, void (*handler)(void));
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

/* Waits until at least `edges` edges of the refresh toggle (port 61h bit 4, about 15 us apart) have passed. */
void refresh_wait(u32 edges);

#endif
