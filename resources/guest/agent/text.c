/* Text and memory, as far as the agent needs them. */
#include "agent.h"

u32 text_length(const char *text)
{
        u32 length = 0;

        while (text[length])
                length++;
        return length;
}

int text_equal(const char *left, const char *right)
{
        return text_begins(left, right) && text_length(left) == text_length(right);
}

int text_begins(const char *text, const char *beginning)
{
        while (*beginning)
                if (*text++ != *beginning++)
                        return 0;
        return 1;
}

u32 parse_decimal(const char *text)
{
        u32 value = 0;

        while (*text >= '0' && *text <= '9')
                value = value * 10 + (*text++ - '0');
        return value;
}

const char *parse_hex(const char *text, u64 *value)
{
        *value = 0;
        for (;; text++) {
                u32 digit;

                if (*text >= '0' && *text <= '9')
                        digit = *text - '0';
                else if (*text >= 'a' && *text <= 'f')
                        digit = *text - 'a' + 10;
                else
                        return text;
                *value = *value << 4 | digit;
        }
}

static u32 put_decimal(char *to, int value)
{
        char digits[10];
        u32 count = 0;
        u32 length = 0;
        u32 rest = value < 0 ? -(u32)value : (u32)value;

        do
                digits[count++] = '0' + rest % 10;
        while (rest /= 10);
        if (value < 0)
                to[length++] = '-';
        while (count)
                to[length++] = digits[--count];
        return length;
}

void print(const char *format, ...)
{
        __builtin_va_list arguments;
        char line[512];
        u32 length = 0;

        __builtin_va_start(arguments, format);
        for (; *format && length < sizeof line - 16; format++) {
                if (*format != '%') {
                        line[length++] = *format;
                } else if (*++format == 'd') {
                        length += put_decimal(line + length, __builtin_va_arg(arguments, int));
                } else {
                        const char *text = __builtin_va_arg(arguments, const char *);

                        while (*text && length < sizeof line - 16)
                                line[length++] = *text++;
                }
        }
        __builtin_va_end(arguments);
        sys_write(1, line, length);
}

void *memcpy(void *to, const void *from, u32 bytes)
{
        u8 *t = to;
        const u8 *f = from;

        while (bytes--)
                *t++ = *f++;
        return to;
}

void *memset(void *to, int value, u32 bytes)
{
        u8 *t = to;

        while (bytes--)
                *t++ = value;
        return to;
}
