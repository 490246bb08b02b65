/* 8254 channel 0 at 100 Hz, jiffies, and the delay-loop calibration of Linux 2.4 (init/main.c, calibrate_delay).
 * Documents: Intel 8254 data sheet; docs/facts.md, Details 25. */
#include "io.h"
#include "irq.h"
#include "printk.h"

#define PIT_HZ 1193182
#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define PIT_CH0_LOHI_MODE2 0x34
#define PIT_LATCH ((PIT_HZ + HZ / 2) / HZ)
#define PORT_SYSTEM_CONTROL_B 0x61
#define REFRESH_TOGGLE 0x10
#define LPJ_PRECISION_BITS 8

volatile u32 jiffies;
u32 loops_per_jiffy = 1 << 12;

static bool timer_tick(void)
{
        jiffies++;
        return true;
}

void timer_init(void)
{
        out8(PIT_COMMAND, PIT_CH0_LOHI_MODE2);
        out8(PIT_CHANNEL0, PIT_LATCH & 0xff);
        out8(PIT_CHANNEL0, PIT_LATCH >> 8);
        irq_install(IRQ_TIMER, timer_tick);
}

static NOINLINE void delay_loop(u32 loops)
{
        asm volatile("1: decl %0; jns 1b" : "+r"(loops) : : "cc");
}

static void wait_for_tick(void)
{
        u32 now = jiffies;

        while (now == jiffies)
                ;
}

static bool takes_a_tick(u32 loops)
{
        u32 before;

        wait_for_tick();
        before = jiffies;
        delay_loop(loops);
        return jiffies != before;
}

void calibrate_delay(void)
{
        u32 bit;
        int precision = LPJ_PRECISION_BITS;

        printk("Calibrating delay loop... ");
        while (loops_per_jiffy <<= 1)
                if (takes_a_tick(loops_per_jiffy))
                        break;
        loops_per_jiffy >>= 1;
        bit = loops_per_jiffy;
        while (precision-- && (bit >>= 1)) {
                loops_per_jiffy |= bit;
                if (takes_a_tick(loops_per_jiffy))
                        loops_per_jiffy &= ~bit;
        }
        printk("%u.%02u BogoMIPS\n", loops_per_jiffy / (500000 / HZ), loops_per_jiffy / (5000 / HZ) % 100);
}

bool wait_for_flag(volatile bool *flag, u32 ticks)
{
        u32 deadline = jiffies + ticks;

        for (;;) {
                irq_disable();
                if (*flag) {
                        *flag = false;
                        irq_enable();
                        return true;
                }
                if (jiffies_reached(deadline)) {
                        irq_enable();
                        return false;
                }
                irq_enable_and_halt();
        }
}

void sleep_ms(u32 ms)
{
        u32 deadline = jiffies + (ms * HZ + 999) / 1000 + 1;

        while (!jiffies_reached(deadline))
                irq_enable_and_halt();
}

void refresh_wait(u32 edges)
{
        u8 level = in8(PORT_SYSTEM_CONTROL_B) & REFRESH_TOGGLE;

        while (edges--) {
                while ((in8(PORT_SYSTEM_CONTROL_B) & REFRESH_TOGGLE) == level)
                        ;
                level ^= REFRESH_TOGGLE;
        }
}
