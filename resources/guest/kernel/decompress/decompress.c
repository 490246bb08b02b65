/* Moves the packed kernel above the place it unpacks to, inflates it to where it was loaded, checks CRC32 and ISIZE, and
 * moves its addresses when that is not 100000h, for which it is linked.
 * Documents: RFC 1952; boot.rst (payload_offset, payload_length, relocatable_kernel); zero-page.rst. */
#include "inflate.h"

#define LINKED_AT 0x100000u
#define MIB 0x100000u
#define MOVE_ALIGN 0x1000u
#define LARGEST_IMAGE 0x3f000000u /* keeps the sums below from wrapping */

#define BP_EXT_MEM_K 0x002
#define BP_ALT_MEM_K 0x1e0
#define BP_E820_ENTRIES 0x1e8
#define BP_PAYLOAD_OFFSET 0x248
#define BP_PAYLOAD_LENGTH 0x24c
#define BP_E820_MAP 0x2d0
#define E820_RAM 1

#define GZIP_HEADER_BYTES 10
#define GZIP_TRAILER_BYTES 8
#define GZIP_SMALLEST (GZIP_HEADER_BYTES + 5 + GZIP_TRAILER_BYTES)

#define VGA_TEXT ((volatile u16 *)0xb8000)
#define VGA_COLUMNS 80
#define VGA_ROWS 25
#define VGA_ATTRIBUTE 0x0700
#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CRTC_CURSOR_HIGH 0x0e
#define CRTC_CURSOR_LOW 0x0f

struct e820_entry {
        u32 base_low, base_high, size_low, size_high, type;
} __attribute__((packed));

void decompress_error(void) __attribute__((noreturn));
u32 decompress_kernel(const u8 *boot_params, u8 *kernel_at);

extern const u32 relocations[], relocations_end[]; /* offsets of 32-bit addresses in the unpacked image */

static inline void out8(u16 port, u8 value)
{
        asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 in8(u16 port)
{
        u8 value;

        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static u32 read32(const u8 *at)
{
        return *(const u32 *)at;
}

static u32 cursor_read(void)
{
        u32 high;

        out8(CRTC_INDEX, CRTC_CURSOR_HIGH);
        high = in8(CRTC_DATA);
        out8(CRTC_INDEX, CRTC_CURSOR_LOW);
        return high << 8 | in8(CRTC_DATA);
}

static void cursor_write(u32 cell)
{
        out8(CRTC_INDEX, CRTC_CURSOR_HIGH);
        out8(CRTC_DATA, cell >> 8);
        out8(CRTC_INDEX, CRTC_CURSOR_LOW);
        out8(CRTC_DATA, cell);
}

static void print(const char *text)
{
        u32 cell = cursor_read();
        u32 i;

        if (cell >= VGA_COLUMNS * VGA_ROWS)
                cell = 0;
        for (; *text; text++) {
                if (*text == '\n')
                        cell += VGA_COLUMNS - cell % VGA_COLUMNS;
                else
                        VGA_TEXT[cell++] = VGA_ATTRIBUTE | (u8)*text;
                if (cell < VGA_COLUMNS * VGA_ROWS)
                        continue;
                for (i = 0; i < VGA_COLUMNS * (VGA_ROWS - 1); i++)
                        VGA_TEXT[i] = VGA_TEXT[i + VGA_COLUMNS];
                for (; i < VGA_COLUMNS * VGA_ROWS; i++)
                        VGA_TEXT[i] = VGA_ATTRIBUTE | ' ';
                cell -= VGA_COLUMNS;
        }
        cursor_write(cell);
}

static void __attribute__((noreturn)) fail(const char *reason)
{
        print("\n\n");
        print(reason);
        print("\n\n -- System halted");
        decompress_error();
}

/* End of the RAM around `place`; the three BIOS answers in order of trust. */
static u32 memory_end(const u8 *boot_params, u32 place)
{
        const struct e820_entry *entry = (const struct e820_entry *)(boot_params + BP_E820_MAP);
        u32 i;

        for (i = 0; i < boot_params[BP_E820_ENTRIES]; i++, entry++) {
                if (entry->type != E820_RAM || entry->base_high || entry->base_low > place)
                        continue;
                if (entry->size_high || entry->base_low + entry->size_low < entry->base_low)
                        return 0xfffff000;
                if (entry->base_low + entry->size_low > place)
                        return entry->base_low + entry->size_low;
        }
        if (read32(boot_params + BP_ALT_MEM_K))
                return MIB + read32(boot_params + BP_ALT_MEM_K) * 1024;
        return MIB + *(const u16 *)(boot_params + BP_EXT_MEM_K) * 1024;
}

/* Copies upwards in memory: `to` lies above `from`, the ranges may overlap. */
static void move_up(u8 *to, const u8 *from, u32 bytes)
{
        u32 dwords = bytes / 4;
        u32 tail = bytes & 3;

        to += bytes;
        from += bytes;
        while (tail--)
                *--to = *--from;
        to -= 4;
        from -= 4;
        asm volatile("std; rep movsl; cld" : "+S"(from), "+D"(to), "+c"(dwords) : : "memory");
}

/* Returns the size of the unpacked image in bytes; ends in decompress_error when anything is wrong. */
static void relocate(u8 *kernel_at)
{
        u32 distance = (u32)kernel_at - LINKED_AT;
        const u32 *offset;

        for (offset = relocations; distance && offset < relocations_end; offset++)
                *(u32 *)(kernel_at + *offset) += distance;
}

u32 decompress_kernel(const u8 *boot_params, u8 *kernel_at)
{
        const u8 *payload = kernel_at + read32(boot_params + BP_PAYLOAD_OFFSET);
        u32 payload_bytes = read32(boot_params + BP_PAYLOAD_LENGTH);
        const char *error;
        u32 image_bytes;
        u8 *high;

        print("Uncompressing the kernel... ");
        if (payload_bytes < GZIP_SMALLEST || payload[0] != 0x1f || payload[1] != 0x8b || payload[2] != 8 ||
            payload[3] != 0)
                fail("bad gzip magic numbers");
        image_bytes = read32(payload + payload_bytes - 4);
        high = (u8 *)(((u32)kernel_at + image_bytes + MOVE_ALIGN - 1) & ~(MOVE_ALIGN - 1));
        if (high < payload)
                high = (u8 *)payload;
        if (image_bytes > LARGEST_IMAGE || memory_end(boot_params, (u32)kernel_at) < (u32)high + payload_bytes)
                fail("out of memory");
        if (high != payload)
                move_up(high, payload, payload_bytes);

        error = inflate(high + GZIP_HEADER_BYTES, payload_bytes - GZIP_HEADER_BYTES - GZIP_TRAILER_BYTES,
                        kernel_at, image_bytes);
        if (error)
                fail(error);
        if (crc32(kernel_at, image_bytes) != read32(high + payload_bytes - GZIP_TRAILER_BYTES))
                fail("crc error");
        relocate(kernel_at);
        print("Ok, booting the kernel.\n");
        return image_bytes;
}
