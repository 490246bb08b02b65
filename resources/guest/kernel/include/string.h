/* Memory and text. */
#ifndef STRING_H
#define STRING_H

#include "types.h"

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t bytes);

/* Copies at most `bytes - 1` characters and always ends with NUL. */
void strlcpy(char *to, const char *from, size_t bytes);

/* Decimal, or hexadecimal after 0x; stops at the first other character. */
u32 parse_number(const char *text);

/* A number with K, M or G behind it; moves `text` behind both. */
u32 parse_size(const char **text);

/* Printf subset: %c %s %d %u %x %%, width, leading 0, %l ignored. Returns the length. */
int format_text(char *to, size_t bytes, const char *format, __builtin_va_list arguments);

#endif
