/* 16550A at 3F8h as a polled console: each character waits for THRE, as Linux's serial console does.
 * Document: National Semiconductor PC16550D data sheet. No input, no interrupts. */
#include "drivers.h"
#include "io.h"
#include "marks.h"
#include "printk.h"

#define COM1 0x3f8
#define THR (COM1 + 0)
#define DLL (COM1 + 0)
#define IER (COM1 + 1)
#define DLM (COM1 + 1)
#define IIR (COM1 + 2)
#define FCR (COM1 + 2)
#define LCR (COM1 + 3)
#define MCR (COM1 + 4)
#define LSR (COM1 + 5)
#define SCR (COM1 + 7)
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define MCR_DTR_RTS_OUT2 0x0b
#define FCR_ENABLE_CLEAR 0x07
#define IIR_FIFO_WORKS 0xc0
#define LSR_THRE 0x20
#define LSR_TEMT 0x40
#define UART_CLOCK_BAUD 115200 /* 1.8432 MHz / 16 */

static bool in_use;

static bool is_present(void)
{
        out8(SCR, 0x5a);
        if (in8(SCR) != 0x5a)
                return false;
        out8(SCR, 0xa5);
        return in8(SCR) == 0xa5;
}

bool serial_init(u32 baud)
{
        u16 divisor = UART_CLOCK_BAUD / (baud ? baud : UART_CLOCK_BAUD);

        if (!is_present())
                return false;
        if (!divisor)
                divisor = 1;
        out8(IER, 0);
        out8(LCR, LCR_8N1 | LCR_DLAB);
        out8(DLL, divisor & 0xff);
        out8(DLM, divisor >> 8);
        out8(LCR, LCR_8N1);
        out8(FCR, FCR_ENABLE_CLEAR);
        out8(MCR, MCR_DTR_RTS_OUT2);
        in_use = true;
        return true;
}

static void wait_for(u8 bits)
{
        while (!(in8(LSR) & bits))
                ;
}

static void send(char c)
{
        wait_for(LSR_THRE);
        out8(THR, c);
}

void serial_write(const char *text, u32 length)
{
        for (; length; text++, length--) {
                if (*text == '\n')
                        send('\r');
                send(*text);
        }
}

/* A console's FIFO is on already, and turning it on again would lose characters. */
static bool has_fifo(void)
{
        if (!in_use)
                out8(FCR, FCR_ENABLE_CLEAR);
        return (in8(IIR) & IIR_FIFO_WORKS) == IIR_FIFO_WORKS;
}

static void probe(void)
{
        if (!is_present()) {
                printk("serial: no UART at 0x3f8\n");
                return;
        }
        printk("ttyS00 at 0x03f8 (irq = 4) is a %s\n", has_fifo() ? "16550A" : "16450");
}

/* The last character leaves the shift register before anybody reprograms the UART. */
static void shutdown(void)
{
        if (!is_present())
                return;
        wait_for(LSR_TEMT);
        out8(IER, 0);
}

const struct driver serial_driver = {"serial", probe_serial, probe, shutdown, NULL};
