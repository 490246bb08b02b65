/* Kernel messages and consoles. */
#ifndef PRINTK_H
#define PRINTK_H

#include "types.h"

struct console {
        const char *name;
        void (*write)(const char *text, u32 length);
};

/* Registers the consoles that the command line names: tty0 when it names none, nothing for console=none. */
void console_init(void);

/* Kernel messages: to every console. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* User output: to /dev/console, which is the last console named on the command line. */
void console_write(const char *text, u32 length);

#endif
