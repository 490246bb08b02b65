/* boot_params ("zero page") as far as it is used. Document: Linux Documentation/arch/x86/zero-page.rst. */
#ifndef BOOT_PARAMS_H
#define BOOT_PARAMS_H

#include "types.h"

#define E820_RAM 1
#define E820_MAX 32
#define COMMAND_LINE_BYTES 512
#define SCREEN_INFO_BYTES 64

struct e820_entry {
        u64 base;
        u64 size;
        u32 type;
} PACKED;

struct boot_params {
        u8 orig_x; /* screen_info, 00h..3Fh */
        u8 orig_y;
        u16 ext_mem_k;
        u16 orig_video_page;
        u8 orig_video_mode;
        u8 orig_video_cols;
        u8 reserved_08[6];
        u8 orig_video_lines;
        u8 orig_video_isvga;
        u16 orig_video_points;
        u8 reserved_12[0x1e0 - 0x12];
        u32 alt_mem_k; /* 1E0 */
        u8 reserved_1e4[4];
        u8 e820_entries; /* 1E8 */
        u8 reserved_1e9[0x210 - 0x1e9];
        u8 type_of_loader; /* 210 */
        u8 reserved_211[0x228 - 0x211];
        u32 cmd_line_ptr; /* 228 */
        u8 reserved_22c[0x2d0 - 0x22c];
        struct e820_entry e820_map[E820_MAX]; /* 2D0 */
        u8 reserved_550[0x1000 - 0x550];
} PACKED;

/* Copies taken at the very start: the originals lie in memory that is given to the page allocator. */
extern struct boot_params boot_params;
extern char command_line[COMMAND_LINE_BYTES];

/* Copies the parameters and the command line from physical memory. */
void boot_params_copy(u32 boot_params_phys);

/* Makes sure that there is a memory map: from E801 or 88h when the BIOS had no E820, or as memmap= says. */
void memory_map_complete(void);

/* True when memmap=exactmap has replaced the BIOS's map. */
bool memory_map_is_from_user(void);

/* Finds `name=` and copies its value up to the next blank (or the end of the line when `rest`). */
bool command_line_value(const char *name, char *value, u32 value_bytes, bool rest);

/* The index-th `name=`, counted from 0; stops at lab.append=, whose value belongs to the next kernel. */
bool command_line_nth(const char *name, u32 index, char *value, u32 value_bytes);

#endif
