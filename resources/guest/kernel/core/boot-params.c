/* The copy of boot_params, the memory map's fallbacks and the command line. memmap= as in Linux 2.5 and later
 * (Documentation/kernel-parameters.txt): exactmap, and SIZE@ADDRESS of usable memory. */
#include "boot-params.h"
#include "memory.h"
#include "string.h"

#define LOW_RAM_END 0x9f000 /* without E820: 640 KiB less an EBDA */
#define REST_OPTION "lab.append="

struct boot_params boot_params;
char command_line[COMMAND_LINE_BYTES];
static bool is_exact_map;

void boot_params_copy(u32 boot_params_phys)
{
        memcpy(&boot_params, phys_to_virt(boot_params_phys), sizeof boot_params);
        if (boot_params.cmd_line_ptr && boot_params.cmd_line_ptr < boot_map_end - COMMAND_LINE_BYTES)
                strlcpy(command_line, phys_to_virt(boot_params.cmd_line_ptr), sizeof command_line);
}

static void apply_memmap(void)
{
        char value[32];
        u32 i;

        for (i = 0; command_line_nth("memmap", i, value, sizeof value); i++) {
                const char *text = value;
                u32 size;

                if (strcmp(value, "exactmap") == 0) {
                        boot_params.e820_entries = 0;
                        is_exact_map = true;
                        continue;
                }
                size = parse_size(&text);
                if (*text++ != '@' || boot_params.e820_entries == E820_MAX)
                        continue;
                boot_params.e820_map[boot_params.e820_entries++] =
                        (struct e820_entry){parse_size(&text), size, E820_RAM};
        }
}

void memory_map_complete(void)
{
        u32 high_k = boot_params.alt_mem_k ? boot_params.alt_mem_k : boot_params.ext_mem_k;

        if (boot_params.e820_entries > E820_MAX)
                boot_params.e820_entries = E820_MAX;
        if (!boot_params.e820_entries) {
                boot_params.e820_map[0] = (struct e820_entry){0, LOW_RAM_END, E820_RAM};
                boot_params.e820_map[1] = (struct e820_entry){MIB, (u64)high_k * KIB, E820_RAM};
                boot_params.e820_entries = 2;
        }
        apply_memmap();
}

bool memory_map_is_from_user(void)
{
        return is_exact_map;
}

/* The value of the option at `text`, or NULL when another option stands there. */
static const char *option_value(const char *text, const char *name)
{
        u32 length = strlen(name);

        return strncmp(text, name, length) == 0 && text[length] == '=' ? text + length + 1 : NULL;
}

static const char *next_option(const char *text)
{
        while (*text && *text != ' ')
                text++;
        while (*text == ' ')
                text++;
        return text;
}

static void copy_value(char *to, u32 bytes, const char *from, bool rest)
{
        u32 length = 0;

        while (from[length] && (rest || from[length] != ' '))
                length++;
        strlcpy(to, from, length + 1 < bytes ? length + 1 : bytes);
}

static const char *find_option(const char *name, u32 index)
{
        const char *text = command_line;
        bool is_rest = false;

        while (*text == ' ')
                text++;
        for (; *text && !is_rest; text = next_option(text)) {
                const char *value = option_value(text, name);

                if (value && !index--)
                        return value;
                is_rest = strncmp(text, REST_OPTION, strlen(REST_OPTION)) == 0;
        }
        return NULL;
}

bool command_line_nth(const char *name, u32 index, char *value, u32 value_bytes)
{
        const char *found = find_option(name, index);

        if (found)
                copy_value(value, value_bytes, found, false);
        return found != NULL;
}

bool command_line_value(const char *name, char *value, u32 value_bytes, bool rest)
{
        const char *found = find_option(name, 0);

        if (found)
                copy_value(value, value_bytes, found, rest);
        return found != NULL;
}
