/* Kernel messages and the choice of consoles (console=, as in Linux's Documentation/serial-console.txt of 2.4). */
#include "boot-params.h"
#include "drivers.h"
#include "printk.h"
#include "string.h"

#define CONSOLES_MAX 2
#define MESSAGE_BYTES (COMMAND_LINE_BYTES + 64)
#define DEFAULT_BAUD 9600

static struct console vga_console = {"tty0", vga_write};
static struct console serial_console = {"ttyS0", serial_write};
static struct console *consoles[CONSOLES_MAX];
static u32 console_count;

static void console_register(struct console *console)
{
        u32 i;

        for (i = 0; i < console_count; i++)
                if (consoles[i] == console)
                        return;
        consoles[console_count++] = console;
}

/* Without a console= that can be had there is the screen; console=none alone is silence. */
void console_init(void)
{
        char value[24];
        bool is_silent = false;
        u32 i;

        for (i = 0; command_line_nth("console", i, value, sizeof value); i++) {
                if (strcmp(value, "none") == 0) {
                        is_silent = true;
                } else if (strcmp(value, "tty0") == 0) {
                        vga_init();
                        console_register(&vga_console);
                } else if (strncmp(value, "ttyS0", 5) == 0 &&
                           serial_init(value[5] == ',' ? parse_number(value + 6) : DEFAULT_BAUD)) {
                        console_register(&serial_console);
                }
        }
        if (!console_count && !is_silent) {
                vga_init();
                console_register(&vga_console);
        }
}

void printk(const char *format, ...)
{
        char text[MESSAGE_BYTES];
        __builtin_va_list arguments;
        u32 length, i;

        __builtin_va_start(arguments, format);
        length = format_text(text, sizeof text, format, arguments);
        __builtin_va_end(arguments);
        for (i = 0; i < console_count; i++)
                consoles[i]->write(text, length);
}

void console_write(const char *text, u32 length)
{
        if (console_count)
                consoles[console_count - 1]->write(text, length);
}
