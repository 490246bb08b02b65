/* /proc/cmdline (text), /proc/e820 (binary, 20 bytes an entry as in boot_params), /proc/screen_info (boot_params 00h-3Fh). */
#include "proc-files.h"
#include "boot-params.h"
#include "string.h"

static const char *const names[] = {"/proc/cmdline", "/proc/e820", "/proc/screen_info"};

int proc_find(const char *path)
{
        u32 i;

        for (i = 0; i < ARRAY_LENGTH(names); i++)
                if (strcmp(path, names[i]) == 0)
                        return i;
        return -1;
}

u32 proc_content(u32 index, const u8 **data)
{
        switch (index) {
        case 0:
                *data = (const u8 *)command_line;
                return strlen(command_line);
        case 1:
                *data = (const u8 *)boot_params.e820_map;
                return boot_params.e820_entries * sizeof boot_params.e820_map[0];
        default:
                *data = (const u8 *)&boot_params;
                return SCREEN_INFO_BYTES;
        }
}
