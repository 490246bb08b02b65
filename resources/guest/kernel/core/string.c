/* Memory with the string instructions of the i386, text, and the printf subset. */
#include "string.h"

void *memcpy(void *to, const void *from, size_t bytes)
{
        void *di = to;
        u32 dwords = bytes / 4;

        asm volatile("rep movsl; movl %3, %%ecx; andl $3, %%ecx; rep movsb"
                     : "+&D"(di), "+&S"(from), "+&c"(dwords)
                     : "g"(bytes)
                     : "memory");
        return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
        u8 *di = (u8 *)to + bytes - 1;
        const u8 *si = (const u8 *)from + bytes - 1;

        if (to <= from)
                return memcpy(to, from, bytes);
        asm volatile("std; rep movsb; cld" : "+D"(di), "+S"(si), "+c"(bytes) : : "memory");
        return to;
}

void *memset(void *to, int value, size_t bytes)
{
        void *di = to;
        u32 dwords = bytes / 4;

        asm volatile("rep stosl; movl %3, %%ecx; andl $3, %%ecx; rep stosb"
                     : "+&D"(di), "+&c"(dwords)
                     : "a"((u8)value * 0x01010101u), "g"(bytes)
                     : "memory");
        return to;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
        const u8 *a = left, *b = right;

        for (; bytes; a++, b++, bytes--)
                if (*a != *b)
                        return *a - *b;
        return 0;
}

size_t strlen(const char *text)
{
        size_t length = 0;

        while (text[length])
                length++;
        return length;
}

int strcmp(const char *left, const char *right)
{
        while (*left && *left == *right)
                left++, right++;
        return (u8)*left - (u8)*right;
}

int strncmp(const char *left, const char *right, size_t bytes)
{
        while (bytes && *left && *left == *right)
                left++, right++, bytes--;
        return bytes ? (u8)*left - (u8)*right : 0;
}

void strlcpy(char *to, const char *from, size_t bytes)
{
        while (bytes > 1 && *from) {
                *to++ = *from++;
                bytes--;
        }
        if (bytes)
                *to = 0;
}

static u32 digit_of(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 255;
}

u32 parse_number(const char *text)
{
        u32 radix = 10;
        u32 value = 0;

        if (text[0] == '0' && (text[1] | 0x20) == 'x') {
                radix = 16;
                text += 2;
        }
        for (; digit_of(*text) < radix; text++)
                value = value * radix + digit_of(*text);
        return value;
}

u32 parse_size(const char **text)
{
        u32 value = parse_number(*text);

        while (**text && **text != '@' && **text != 'K' && **text != 'M' && **text != 'G')
                (*text)++;
        switch (**text) {
        case 'K':
                (*text)++;
                return value * KIB;
        case 'M':
                (*text)++;
                return value * MIB;
        case 'G':
                (*text)++;
                return value * (KIB * MIB);
        default:
                return value;
        }
}

struct text_sink {
        char *at;
        char *end;
};

static void put(struct text_sink *sink, char c)
{
        if (sink->at < sink->end)
                *sink->at++ = c;
}

static void put_number(struct text_sink *sink, u32 value, u32 radix, u32 width, char pad, bool negative)
{
        char digits[12];
        u32 count = 0;

        do {
                digits[count++] = "0123456789abcdef"[value % radix];
                value /= radix;
        } while (value);
        if (negative)
                digits[count++] = '-';
        for (; width > count; width--)
                put(sink, pad);
        while (count)
                put(sink, digits[--count]);
}

int format_text(char *to, size_t bytes, const char *format, __builtin_va_list arguments)
{
        struct text_sink sink = {to, to + bytes - 1};

        for (; *format; format++) {
                u32 width = 0;
                char pad = ' ';
                const char *text;
                int number;

                if (*format != '%') {
                        put(&sink, *format);
                        continue;
                }
                if (*++format == '0')
                        pad = '0';
                for (; *format >= '0' && *format <= '9'; format++)
                        width = width * 10 + *format - '0';
                while (*format == 'l')
                        format++;
                switch (*format) {
                case 'c':
                        put(&sink, __builtin_va_arg(arguments, int));
                        break;
                case 's':
                        for (text = __builtin_va_arg(arguments, const char *); *text; text++, width -= width > 0)
                                put(&sink, *text);
                        while (width--)
                                put(&sink, ' ');
                        break;
                case 'd':
                        number = __builtin_va_arg(arguments, int);
                        put_number(&sink, number < 0 ? -(u32)number : (u32)number, 10, width, pad, number < 0);
                        break;
                case 'u':
                        put_number(&sink, __builtin_va_arg(arguments, u32), 10, width, pad, false);
                        break;
                case 'x':
                        put_number(&sink, __builtin_va_arg(arguments, u32), 16, width, pad, false);
                        break;
                default:
                        put(&sink, *format);
                }
        }
        *sink.at = 0;
        return sink.at - to;
}
