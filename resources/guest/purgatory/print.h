/* Text on the VGA text screen, from its first line on, and on COM1 as it was left programmed. */
#ifndef PRINT_H
#define PRINT_H

#include "sha256.h"

void show_on_screen(const char *text);
void send_on_serial_line(const char *text);

#endif
