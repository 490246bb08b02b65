/* The last words of a machine without a kernel. Documents: IBM VGA (B8000h), NS16550A (line status). */
#include "print.h"

#define SCREEN ((volatile u16 *)0xb8000)
#define COLUMNS 80
#define ATTRIBUTE 0x4f00 /* white on red */

#define COM1_THR 0x3f8
#define COM1_LSR 0x3fd
#define LSR_THRE 0x20
#define LSR_ABSENT 0xff /* an empty bus */

static u8 in_byte(u16 port)
{
        u8 value;

        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static void out_byte(u16 port, u8 value)
{
        asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void send(u8 character)
{
        while (!(in_byte(COM1_LSR) & LSR_THRE))
                ;
        out_byte(COM1_THR, character);
}

void show_on_screen(const char *text)
{
        u32 cell = 0;

        for (; *text; text++) {
                if (*text == '\n')
                        cell += COLUMNS - cell % COLUMNS;
                else
                        SCREEN[cell++] = ATTRIBUTE | (u8)*text;
        }
}

void send_on_serial_line(const char *text)
{
        if (in_byte(COM1_LSR) == LSR_ABSENT)
                return;
        for (; *text; text++) {
                if (*text == '\n')
                        send('\r');
                send(*text);
        }
}
