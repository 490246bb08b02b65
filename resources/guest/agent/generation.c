/* Across a reset only the CMOS RAM keeps what software writes there. Documents: MC146818 data sheet; IBM AT: ports 70h, 71h.
 * The two bytes are outside the checksums of AT BIOSes (10h-2Dh). */
#include "agent.h"

#define PORT_INDEX 0x70
#define PORT_DATA 0x71
#define CMOS_MARK 0x7e
#define CMOS_MARK_INVERTED 0x7f
#define MARK 0xb5

static void write_byte(u8 index, u8 value)
{
        asm volatile("outb %0, %1" : : "a"(index), "Nd"((u16)PORT_INDEX));
        asm volatile("outb %0, %1" : : "a"(value), "Nd"((u16)PORT_DATA));
}

static u8 read_byte(u8 index)
{
        u8 value;

        asm volatile("outb %0, %1" : : "a"(index), "Nd"((u16)PORT_INDEX));
        asm volatile("inb %1, %0" : "=a"(value) : "Nd"((u16)PORT_DATA));
        return value;
}

static int is_marked(void)
{
        return read_byte(CMOS_MARK) == MARK && read_byte(CMOS_MARK_INVERTED) == (u8)~MARK;
}

int remember_reboot(void)
{
        int error = sys_ioperm(PORT_INDEX, 2, 1);

        if (error < 0)
                return error;
        write_byte(CMOS_MARK, MARK);
        write_byte(CMOS_MARK_INVERTED, (u8)~MARK);
        return is_marked() ? 0 : -EINVAL;
}

int was_rebooted(void)
{
        if (sys_ioperm(PORT_INDEX, 2, 1) < 0 || !is_marked())
                return 0;
        write_byte(CMOS_MARK, 0);
        write_byte(CMOS_MARK_INVERTED, 0);
        return 1;
}
