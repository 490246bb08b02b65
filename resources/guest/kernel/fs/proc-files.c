/* Pseudo files: /proc/cmdline (text), /proc/e820 (binary, 20 bytes an entry as in boot_params), /proc/screen_info
 * (boot_params 00h-3Fh), /sys/kernel/kexec_loaded ("0" or "1" and a newline, as in later Linux). */
#include "proc-files.h"
#include "boot-params.h"
#include "kexec.h"
#include "string.h"

static const char *const names[] = {"/proc/cmdline", "/proc/e820", "/proc/screen_info",
                                    "/sys/kernel/kexec_loaded"};

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
        case 2:
                *data = (const u8 *)&boot_params;
                return SCREEN_INFO_BYTES;
        default:
                *data = (const u8 *)(kexec_is_loaded() ? "1\n" : "0\n");
                return 2;
        }
}
