/* Text on the VGA text screen, from its first line on, and on COM1 as it was left programmed. */
#ifndef PRINT_H
#define PRINT_H

#include "sha256.h"

void print(const char *text);
void print_hex_byte(u8 value);

#endif
