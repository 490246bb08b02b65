/* Printing, text and memory. */
#include "init.h"

#define LINE_BYTES 256
#define REST_OPTION "lab.append="

u32 text_length(const char *text)
{
        u32 length = 0;

        while (text[length])
                length++;
        return length;
}

int text_equal(const char *left, const char *right)
{
        while (*left && *left == *right)
                left++, right++;
        return *left == *right;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
        void *di = to;

        asm volatile("rep movsb" : "+D"(di), "+S"(from), "+c"(bytes) : : "memory");
        return to;
}

void *memset(void *to, int value, size_t bytes)
{
        void *di = to;

        asm volatile("rep stosb" : "+D"(di), "+c"(bytes) : "a"(value) : "memory");
        return to;
}

static char *put_number(char *to, u32 value, u32 radix, u32 width)
{
        char digits[12];
        u32 count = 0;

        do {
                digits[count++] = "0123456789abcdef"[value % radix];
                value /= radix;
        } while (value || count < width);
        while (count)
                *to++ = digits[--count];
        return to;
}

static u32 format_arguments(char *line, u32 bytes, const char *format, __builtin_va_list arguments)
{
        char *to = line;
        char *end = line + bytes - 16; /* room for a number and the NUL */

        for (; *format && to < end; format++) {
                const char *text;
                int number;

                if (*format != '%') {
                        *to++ = *format;
                        continue;
                }
                switch (*++format) {
                case 's':
                        for (text = __builtin_va_arg(arguments, const char *); *text && to < end; text++)
                                *to++ = *text;
                        break;
                case 'd':
                        number = __builtin_va_arg(arguments, int);
                        if (number < 0)
                                *to++ = '-';
                        to = put_number(to, number < 0 ? -(u32)number : (u32)number, 10, 1);
                        break;
                case 'u':
                        to = put_number(to, __builtin_va_arg(arguments, u32), 10, 1);
                        break;
                case 'x':
                        to = put_number(to, __builtin_va_arg(arguments, u32), 16, 1);
                        break;
                case 'X':
                        to = put_number(to, __builtin_va_arg(arguments, u32), 16, 8);
                        break;
                }
        }
        *to = 0;
        return to - line;
}

void print(const char *format, ...)
{
        char line[LINE_BYTES];
        __builtin_va_list arguments;
        u32 length;

        __builtin_va_start(arguments, format);
        length = format_arguments(line, sizeof line, format, arguments);
        __builtin_va_end(arguments);
        sys_write(1, line, length);
}

void format(char *to, u32 bytes, const char *format, ...)
{
        __builtin_va_list arguments;

        __builtin_va_start(arguments, format);
        format_arguments(to, bytes, format, arguments);
        __builtin_va_end(arguments);
}

int read_file(const char *path, void *to, u32 bytes)
{
        int fd = sys_open(path);
        int count;

        if (fd < 0)
                return fd;
        count = sys_read(fd, to, bytes);
        sys_close(fd);
        return count;
}

static int has_prefix(const char *text, const char *prefix)
{
        while (*prefix && *text == *prefix)
                text++, prefix++;
        return !*prefix;
}

void read_option(const char *name, char *value, u32 bytes)
{
        char line[COMMAND_LINE_BYTES + 1];
        int length = read_file("/proc/cmdline", line, COMMAND_LINE_BYTES);
        const char *text = line;
        u32 i = 0;

        value[0] = 0;
        line[length > 0 ? length : 0] = 0;
        for (;;) {
                int is_rest;

                while (*text == ' ')
                        text++;
                if (!*text)
                        return;
                is_rest = has_prefix(text, REST_OPTION);
                if (has_prefix(text, name) && text[text_length(name)] == '=') {
                        text += text_length(name) + 1;
                        while (text[i] && (is_rest || text[i] != ' ') && i + 1 < bytes) {
                                value[i] = text[i];
                                i++;
                        }
                        value[i] = 0;
                        return;
                }
                if (is_rest)
                        return;
                while (*text && *text != ' ')
                        text++;
        }
}

u32 read_hex_option(const char *name)
{
        char text[16];
        const char *digit = text;
        u32 value = 0;

        read_option(name, text, sizeof text);
        if (digit[0] == '0' && digit[1] == 'x')
                digit += 2;
        for (; (*digit >= '0' && *digit <= '9') || (*digit >= 'a' && *digit <= 'f'); digit++)
                value = value << 4 | (*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
        return value;
}

int option_is(const char *name, const char *wanted)
{
        char value[16];

        read_option(name, value, sizeof value);
        return text_equal(value, wanted);
}
