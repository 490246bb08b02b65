/* boot_params of the next kernel: header from its file, the rest as the running kernel got it (/sys/kernel/boot_params, from
 * 3.14 on), or its RAM as /proc/iomem shows it. Documents: boot.rst, zero-page.rst. */
#include "agent.h"

#define BP_EXT_MEM_K 0x002
#define BP_SCREEN_INFO_BYTES 0x40
#define BP_ACPI_RSDP_ADDR 0x070
#define BP_ALT_MEM_K 0x1e0
#define BP_E820_ENTRIES 0x1e8
#define BP_SETUP_SECTS 0x1f1
#define BP_JUMP_LENGTH 0x201
#define BP_HEADER 0x202
#define BP_TYPE_OF_LOADER 0x210
#define BP_CMD_LINE_PTR 0x228
#define BP_HEADER_LIMIT 0x290
#define BP_E820_TABLE 0x2d0
#define E820_ENTRY_BYTES 20
#define E820_MAX 128
#define E820_RAM 1
#define E820_RESERVED 2
#define LOADER_UNDEFINED 0xff
#define HIGH_RAM 0x100000u
#define HIGHEST_END 0xfffff000u
/* screen_info of an 80 by 25 text mode */
#define TEXT_MODE 0x06
#define TEXT_COLUMNS 0x07
#define TEXT_LINES 0x0e
#define TEXT_IS_VGA 0x0f
#define TEXT_POINTS 0x10

struct e820_entry {
        u64 base;
        u64 bytes;
        u32 type;
} __attribute__((packed));

static struct e820_entry *e820_table(u8 *boot_params)
{
        return (struct e820_entry *)(boot_params + BP_E820_TABLE);
}

/* One line without a blank before it: "00100000-0fffffff : System RAM". */
static void add_region(u8 *boot_params, const char *line)
{
        struct e820_entry *entry = e820_table(boot_params) + boot_params[BP_E820_ENTRIES];
        u64 begin, last;
        const char *at = parse_hex(line, &begin);

        if (*at != '-' || boot_params[BP_E820_ENTRIES] == E820_MAX)
                return;
        at = parse_hex(at + 1, &last);
        if (text_begins(at, " : System RAM"))
                entry->type = E820_RAM;
        else if (text_begins(at, " : Reserved") || text_begins(at, " : reserved") || text_begins(at, " : ACPI"))
                entry->type = E820_RESERVED;
        else
                return;
        entry->base = begin;
        entry->bytes = last + 1 - begin;
        boot_params[BP_E820_ENTRIES]++;
}

static int read_iomem(u8 *boot_params)
{
        static char text[32768];
        char *line = text;
        int length = read_text_file("/proc/iomem", text, sizeof text);

        if (length < 0)
                return length;
        while (*line) {
                if (*line != ' ')
                        add_region(boot_params, line);
                while (*line && *line++ != '\n')
                        ;
        }
        boot_params[TEXT_MODE] = 3;
        boot_params[TEXT_COLUMNS] = 80;
        boot_params[TEXT_LINES] = 25;
        boot_params[TEXT_IS_VGA] = 1;
        boot_params[TEXT_POINTS] = 16;
        return boot_params[BP_E820_ENTRIES] ? 0 : -ENOENT;
}

static int read_running(u8 *boot_params)
{
        static u8 running[PAGE_SIZE];
        int fd = sys_open("/sys/kernel/boot_params/data", O_RDONLY);
        int count;

        if (fd < 0)
                return fd;
        count = sys_read(fd, running, PAGE_SIZE);
        sys_close(fd);
        if (count != PAGE_SIZE || !running[BP_E820_ENTRIES])
                return -ENOENT;
        memcpy(boot_params, running, BP_SCREEN_INFO_BYTES);
        memcpy(boot_params + BP_ACPI_RSDP_ADDR, running + BP_ACPI_RSDP_ADDR, 8);
        boot_params[BP_E820_ENTRIES] = running[BP_E820_ENTRIES];
        memcpy(boot_params + BP_E820_TABLE, running + BP_E820_TABLE, E820_MAX * E820_ENTRY_BYTES);
        return 0;
}

u32 ram_end(const u8 *boot_params)
{
        struct e820_entry *entry = e820_table((u8 *)boot_params);
        u32 i;

        for (i = 0; i < boot_params[BP_E820_ENTRIES]; i++, entry++) {
                u64 end = entry->base + entry->bytes;

                if (entry->type == E820_RAM && entry->base <= HIGH_RAM && end > HIGH_RAM)
                        return end > HIGHEST_END ? HIGHEST_END : (u32)end;
        }
        return 0;
}

int fill_boot_params(u8 *boot_params, const u8 *image, u32 command_line_at)
{
        u32 header_end = BP_HEADER + image[BP_JUMP_LENGTH];
        u32 extended_kib;

        memset(boot_params, 0, PAGE_SIZE);
        if (read_running(boot_params) < 0 && read_iomem(boot_params) < 0)
                return -ENOENT;
        if (header_end > BP_HEADER_LIMIT)
                header_end = BP_HEADER_LIMIT;
        memcpy(boot_params + BP_SETUP_SECTS, image + BP_SETUP_SECTS, header_end - BP_SETUP_SECTS);
        if (!ram_end(boot_params))
                return -ENOENT;
        extended_kib = (ram_end(boot_params) - HIGH_RAM) / 1024;
        *(u32 *)(boot_params + BP_ALT_MEM_K) = extended_kib;
        *(u16 *)(boot_params + BP_EXT_MEM_K) = extended_kib > 0xfc00 ? 0xfc00 : extended_kib;
        boot_params[BP_TYPE_OF_LOADER] = LOADER_UNDEFINED;
        *(u32 *)(boot_params + BP_CMD_LINE_PTR) = command_line_at;
        return 0;
}
