/* Reads the time at boot, outside the update cycle. With lab.rtcsync=1 as Linux 2.4 did (get_cmos_time): at the
 * falling edge of UIP, when a second has just begun; that waits half a second on average and ties whatever follows
 * to the clock's seconds. Document: Motorola MC146818 data sheet. */
#include "boot-params.h"
#include "drivers.h"
#include "io.h"
#include "irq.h"
#include "marks.h"
#include "printk.h"

#define RTC_INDEX 0x70
#define RTC_DATA 0x71
#define REG_SECONDS 0x00
#define REG_MINUTES 0x02
#define REG_HOURS 0x04
#define REG_DAY 0x07
#define REG_MONTH 0x08
#define REG_YEAR 0x09
#define REG_A 0x0a
#define REG_B 0x0b
#define A_UIP 0x80
#define B_BINARY 0x04
#define EPOCH_YEAR 1970
#define UIP_TIMEOUT (HZ * 3 / 2) /* UIP rises once a second */

u32 boot_time_seconds;

static u8 rtc_read(u8 index)
{
        out8(RTC_INDEX, index);
        return in8(RTC_DATA);
}

static u32 rtc_number(u8 index, bool is_binary)
{
        u8 value = rtc_read(index);

        return is_binary ? value : (value >> 4) * 10u + (value & 15);
}

/* Register A stays selected: the loop only reads. */
static bool wait_for_uip(u8 level)
{
        u32 deadline = jiffies + UIP_TIMEOUT;

        out8(RTC_INDEX, REG_A);
        while ((in8(RTC_DATA) & A_UIP) != level)
                if (jiffies_reached(deadline))
                        return false;
        return true;
}

static bool is_leap(u32 year)
{
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static u32 seconds_since_epoch(u32 year, u32 month, u32 day, u32 hours, u32 minutes, u32 seconds)
{
        static const u16 days_before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
        u32 days = day - 1 + days_before[month - 1] + (month > 2 && is_leap(year));
        u32 y;

        for (y = EPOCH_YEAR; y < year; y++)
                days += is_leap(y) ? 366 : 365;
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

static void probe(void)
{
        u32 year, month, day, hours, minutes, seconds;
        char value[4];
        bool is_binary;
        bool at_edge = command_line_value("lab.rtcsync", value, sizeof value, false) && value[0] == '1';

        if ((at_edge && !wait_for_uip(A_UIP)) || !wait_for_uip(0)) {
                printk("rtc: no update cycle seen\n");
                return;
        }
        is_binary = rtc_read(REG_B) & B_BINARY;
        seconds = rtc_number(REG_SECONDS, is_binary);
        minutes = rtc_number(REG_MINUTES, is_binary);
        hours = rtc_number(REG_HOURS, is_binary);
        day = rtc_number(REG_DAY, is_binary);
        month = rtc_number(REG_MONTH, is_binary);
        year = rtc_number(REG_YEAR, is_binary) + 1900;
        if (year < EPOCH_YEAR)
                year += 100;
        if (month < 1 || month > 12 || day < 1 || day > 31) {
                printk("rtc: the clock is not set\n");
                return;
        }
        boot_time_seconds =
                seconds_since_epoch(year, month, day, hours, minutes, seconds) - jiffies / HZ;
        printk("Real Time Clock: %u-%02u-%02u %02u:%02u:%02u\n", year, month, day, hours, minutes, seconds);
}

const struct driver rtc_driver = {"rtc", probe_rtc, probe, NULL, NULL};
