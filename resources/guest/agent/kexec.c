/* Loads a bzImage for kexec as kexec-tools does: purgatory, boot_params with the command line, kernel, RAM disk; 32-bit entry.
 * Documents: boot.rst; docs/facts.md A1, A6. */
#include "agent.h"
#include "../purgatory/purgatory.h"

#define BOOT_PARAMS_AT 0x90000u
#define COMMAND_LINE_AT (BOOT_PARAMS_AT + PAGE_SIZE)
#define MAX_NEXT_LINE (PURGATORY_AT - COMMAND_LINE_AT)
#define KERNEL_AT 0x100000u

#define HDR_SETUP_SECTS 0x1f1
#define HDR_BOOT_FLAG 0x1fe
#define HDR_MAGIC 0x202
#define HDR_VERSION 0x206
#define HDR_LOADFLAGS 0x211
#define HDR_RAMDISK_IMAGE 0x218
#define HDR_RAMDISK_SIZE 0x21c
#define HDR_INITRD_ADDR_MAX 0x22c
#define HDR_KERNEL_ALIGNMENT 0x230
#define HDR_RELOCATABLE 0x234
#define HDR_CMDLINE_SIZE 0x238
#define HDR_PREF_ADDRESS 0x258
#define HDR_INIT_SIZE 0x260
#define LOADED_HIGH 0x01
#define OLD_CMDLINE_SIZE 255
#define SHORTEST_FILE 0x400

extern u8 purgatory_image[];
extern const u8 purgatory_image_end[];

static u8 boot_params[2 * PAGE_SIZE]; /* the command line is in the second page */

static u32 field16(const u8 *at)
{
        return *(const u16 *)at;
}

static u32 field32(const u8 *at)
{
        return *(const u32 *)at;
}

static u32 align_up(u32 value, u32 step)
{
        return (value + step - 1) / step * step;
}

/* 32-bit entry: a bzImage of protocol 2.03 or later, which says how high a RAM disk may lie. */
static int is_loadable(struct mapped_file kernel)
{
        const u8 *image = kernel.bytes;

        return kernel.size > SHORTEST_FILE && field16(image + HDR_BOOT_FLAG) == 0xaa55 &&
               field32(image + HDR_MAGIC) == 0x53726448 /* "HdrS" */ && field16(image + HDR_VERSION) >= 0x0203 &&
               (image[HDR_LOADFLAGS] & LOADED_HIGH);
}

static u32 longest_command_line(const u8 *image)
{
        u32 longest = field16(image + HDR_VERSION) >= 0x0206 ? field32(image + HDR_CMDLINE_SIZE) : OLD_CMDLINE_SIZE;

        return longest < MAX_NEXT_LINE ? longest : MAX_NEXT_LINE - 1;
}

/* First address that the kernel does not use while it unpacks itself. */
static u32 needed_end(const u8 *image, u32 kernel_bytes)
{
        u32 loaded_end = KERNEL_AT + kernel_bytes;
        u32 start, end;

        if (field16(image + HDR_VERSION) < 0x020a)
                return loaded_end;
        start = field32(image + HDR_PREF_ADDRESS);
        if (image[HDR_RELOCATABLE]) {
                u32 moved = align_up(KERNEL_AT, field32(image + HDR_KERNEL_ALIGNMENT));

                start = moved > start ? moved : start;
        }
        end = start + field32(image + HDR_INIT_SIZE);
        return end > loaded_end ? end : loaded_end;
}

/* The highest page for a RAM disk of `bytes`; 0 when it does not fit. */
static u32 choose_initrd_address(const u8 *image, u32 kernel_bytes, u32 bytes)
{
        u32 end = ram_end(boot_params);
        u32 highest = field32(image + HDR_INITRD_ADDR_MAX);
        u32 address;

        if (end > highest)
                end = highest + 1;
        if (bytes > end)
                return 0;
        address = (end - bytes) & ~(PAGE_SIZE - 1);
        return address < needed_end(image, kernel_bytes) ? 0 : address;
}

static void fill_purgatory(const struct kexec_segment *segments, u32 count, int is_hashed)
{
        struct purgatory_data *data = (struct purgatory_data *)purgatory_image;
        struct sha256 hash;
        u32 i;

        data->kernel_entry = KERNEL_AT;
        data->boot_params = BOOT_PARAMS_AT;
        data->region_count = is_hashed ? count : 0;
        if (!is_hashed)
                return;
        sha256_begin(&hash);
        for (i = 0; i < count; i++) {
                data->regions[i].address = segments[i].mem;
                data->regions[i].bytes = segments[i].bufsz;
                sha256_add(&hash, segments[i].buf, segments[i].bufsz);
        }
        sha256_end(&hash, data->digest);
}

int load_kernel(struct mapped_file kernel, struct mapped_file initrd, const char *command_line, int is_hashed)
{
        const u8 *image = kernel.bytes;
        u32 line_bytes = text_length(command_line) + 1;
        u32 setup_bytes, kernel_bytes, initrd_at;
        int error;

        if (!is_loadable(kernel) || line_bytes - 1 > longest_command_line(image))
                return -EINVAL;
        setup_bytes = ((image[HDR_SETUP_SECTS] ? image[HDR_SETUP_SECTS] : 4) + 1) * 512;
        if (kernel.size <= setup_bytes)
                return -EINVAL;
        kernel_bytes = kernel.size - setup_bytes;
        error = fill_boot_params(boot_params, image, COMMAND_LINE_AT);
        if (error)
                return error;
        initrd_at = choose_initrd_address(image, kernel_bytes, initrd.size);
        if (!initrd_at)
                return -EINVAL;
        *(u32 *)(boot_params + HDR_RAMDISK_IMAGE) = initrd_at;
        *(u32 *)(boot_params + HDR_RAMDISK_SIZE) = initrd.size;
        memcpy(boot_params + PAGE_SIZE, command_line, line_bytes);
        {
                struct kexec_segment segments[] = {
                        {purgatory_image, purgatory_image_end - purgatory_image, PURGATORY_AT, PURGATORY_BYTES},
                        {boot_params, PAGE_SIZE + line_bytes, BOOT_PARAMS_AT, 2 * PAGE_SIZE},
                        {image + setup_bytes, kernel_bytes, KERNEL_AT, align_up(kernel_bytes, PAGE_SIZE)},
                        {initrd.bytes, initrd.size, initrd_at, align_up(initrd.size, PAGE_SIZE)},
                };
                u32 count = sizeof segments / sizeof segments[0];

                fill_purgatory(segments + 1, count - 1, is_hashed);
                return sys_kexec_load(PURGATORY_ENTRY, count, segments);
        }
}
