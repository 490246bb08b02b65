/* Pseudo files: /proc/cmdline (text), /proc/e820 (binary, 20 bytes an entry as in boot_params), /proc/screen_info
 * (boot_params 00h-3Fh), /proc/crashkernel (binary, first address and the one behind it), /proc/sysrq-trigger (c crashes),
 * /sys/kernel/kexec_loaded, kexec_crash_loaded (as in later Linux) and kexec_kept (ours): "0" or "1" and a newline. */
#include "proc-files.h"
#include "boot-params.h"
#include "errno.h"
#include "kexec.h"
#include "memory.h"
#include "process.h"
#include "string.h"
#include "traps.h"

enum { CMDLINE, E820, SCREEN_INFO, CRASHKERNEL, SYSRQ_TRIGGER, KEXEC_LOADED, KEXEC_CRASH_LOADED, KEXEC_KEPT };

static const char *const names[] = {
        "/proc/cmdline",       "/proc/e820",           "/proc/screen_info",
        "/proc/crashkernel",   "/proc/sysrq-trigger",  "/sys/kernel/kexec_loaded",
        "/sys/kernel/kexec_crash_loaded",              "/sys/kernel/kexec_kept"};

static u32 flag_text(bool is_set, const u8 **data)
{
        *data = (const u8 *)(is_set ? "1\n" : "0\n");
        return 2;
}

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
        case CMDLINE:
                *data = (const u8 *)command_line;
                return strlen(command_line);
        case E820:
                *data = (const u8 *)boot_params.e820_map;
                return boot_params.e820_entries * sizeof boot_params.e820_map[0];
        case SCREEN_INFO:
                *data = (const u8 *)&boot_params;
                return SCREEN_INFO_BYTES;
        case CRASHKERNEL:
                *data = (const u8 *)&crash_reserve;
                return sizeof crash_reserve;
        case KEXEC_LOADED:
                return flag_text(kexec_is_loaded(), data);
        case KEXEC_CRASH_LOADED:
                return flag_text(kexec_crash_is_loaded(), data);
        case KEXEC_KEPT:
                return flag_text(kexec_is_kept(), data);
        default:
                *data = NULL;
                return 0;
        }
}

int proc_write(u32 index, char first, u32 bytes)
{
        if (index != SYSRQ_TRIGGER)
                return -EBADF;
        if (current->uid)
                return -EPERM;
        if (bytes && first == 'c')
                panic(NULL, "SysRq : Trigger a crashdump");
        return bytes;
}
