/* Loads a bzImage for kexec as kexec-tools did: boot_params, command line, purgatory, protected-mode part; for a jump, for a
 * crash, or to be kept. The layout of all three is the same, in low memory or in the crash reserve.
 * Documents: boot.rst; docs/facts.md A1, A6, A7. */
#include "kexec.h"
#include "init.h"
#include "../purgatory/purgatory.h"

/* Offsets from 90000h, or from the crash reserve's beginning. */
#define BOOT_PARAMS_OFFSET 0
#define COMMAND_LINE_OFFSET 0x1000
#define PURGATORY_OFFSET 0x2000

#define LOW_BASE 0x90000u
#define KERNEL_AT 0x100000u

/* In the crash reserve. */
#define BACKUP_OFFSET 0x10000u
#define BACKUP_BYTES 0xa0000u /* the first 640 KB, which the crash kernel gets too */
#define CRASH_KERNEL_OFFSET 0x100000u
#define CRASH_KERNEL_NEEDS 0x100000u /* page tables and processes, besides the image */

#define KEXEC_ON_CRASH 1
#define SETUP_MAX COMMAND_LINE_OFFSET
#define ROUND_UP(bytes) (((bytes) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))

extern u8 purgatory_image[];
extern const u8 purgatory_image_end[];

struct bzimage {
        const u8 *file;
        u32 setup_bytes;
        const u8 *kernel; /* protected-mode part */
        u32 kernel_bytes;
};

struct reserve {
        u32 start, end;
};

static u8 boot_params[PAGE_SIZE];
static char crash_line[COMMAND_LINE_BYTES];

static struct purgatory_data *purgatory_data(void)
{
        return (struct purgatory_data *)purgatory_image;
}

static int open_image(const char *path, struct bzimage *image)
{
        u32 bytes;
        const u8 *file = map_file(path, &bytes);

        if (!file)
                return -ENOENT;
        if (bytes <= 0x300 || read16(file + HDR_BOOT_FLAG) != 0xaa55 ||
            read32(file + HDR_MAGIC) != 0x53726448 /* "HdrS" */ || read16(file + HDR_VERSION) < OLDEST_VERSION)
                return -EINVAL;
        image->file = file;
        image->setup_bytes = (file[HDR_SETUP_SECTS] + 1) * 512u;
        if (bytes <= image->setup_bytes)
                return -EINVAL;
        image->kernel = file + image->setup_bytes;
        image->kernel_bytes = bytes - image->setup_bytes;
        return 0;
}

static void begin_purgatory(u32 base, u32 kernel_entry, u32 boot_params_at)
{
        struct purgatory_data *data = purgatory_data();

        write32(purgatory_image + PURGATORY_BASE, base + PURGATORY_OFFSET);
        data->kernel_entry = kernel_entry;
        data->boot_params = boot_params_at;
        data->region_count = data->flags = data->move_count = 0;
}

static void add_move(u32 from, u32 to, u32 bytes)
{
        struct purgatory_data *data = purgatory_data();

        data->moves[data->move_count++] = (struct purgatory_move){from, to, (bytes + 3) / 4};
}

/* The digest of all segments but the purgatory's own, which lies at `base`. */
static void add_digest(const struct kexec_segment *segments, u32 count, u32 base)
{
        struct purgatory_data *data = purgatory_data();
        struct sha256 hash;
        u32 i;

        sha256_begin(&hash);
        for (i = 0; i < count; i++) {
                if (segments[i].mem == base + PURGATORY_OFFSET || !segments[i].bufsz)
                        continue;
                data->regions[data->region_count].address = segments[i].mem;
                data->regions[data->region_count++].bytes = segments[i].bufsz;
                sha256_add(&hash, segments[i].buf, segments[i].bufsz);
        }
        sha256_end(&hash, data->digest);
}

static int finish(struct kexec_segment *segments, u32 count, u32 base, u32 flags)
{
        u32 entry = base + PURGATORY_OFFSET + PURGATORY_ENTRY_OFFSET;

        if (option_is("lab.hash", "on"))
                add_digest(segments, count, base);
        if (option_is("lab.era", "2.5.44"))
                return sys_kexec(entry, count, segments);
        return sys_kexec_load(entry, count, segments, flags);
}

static struct kexec_segment purgatory_segment(u32 base)
{
        return (struct kexec_segment){purgatory_image, purgatory_image_end - purgatory_image, base + PURGATORY_OFFSET,
                                      PURGATORY_BYTES};
}

static struct kexec_segment line_segment(const char *command_line, u32 base)
{
        return (struct kexec_segment){command_line, text_length(command_line) + 1, base + COMMAND_LINE_OFFSET, PAGE_SIZE};
}

/* Real mode: set-up code and BIOS find out by themselves what the machine is like. */
static int prepare_16_bit_entry(const struct bzimage *image)
{
        struct purgatory_data *data = purgatory_data();

        if (image->setup_bytes > SETUP_MAX)
                return -EINVAL;
        memcpy(boot_params, image->file, image->setup_bytes);
        boot_params[HDR_TYPE_OF_LOADER] = LOADER_UNDEFINED;
        write32(boot_params + HDR_CMD_LINE_PTR, LOW_BASE + COMMAND_LINE_OFFSET);
        data->setup_segment = LOW_BASE >> 4;
        data->flags = PURGATORY_ENTRY_16;
        if (!option_is("lab.picreset", "off"))
                data->flags |= PURGATORY_RESET_PIC;
        if (option_is("lab.biostest", "1"))
                data->flags |= PURGATORY_TEST_TICK;
        return 0;
}

int kexec_load_kernel(const char *path, const char *command_line, u32 load_at)
{
        struct bzimage image;
        int error = open_image(path, &image);

        if (error)
                return error;
        if (!load_at)
                load_at = KERNEL_AT;
        if (load_at < KERNEL_AT)
                return -EINVAL;
        begin_purgatory(LOW_BASE, KERNEL_AT, LOW_BASE + BOOT_PARAMS_OFFSET);
        if (load_at != KERNEL_AT)
                add_move(load_at, KERNEL_AT, image.kernel_bytes);
        if (option_is("lab.entry", "16"))
                error = prepare_16_bit_entry(&image);
        else
                error = boot_params_fill(boot_params, image.file, LOW_BASE + COMMAND_LINE_OFFSET,
                                         !option_is("lab.e820", "off"));
        if (error)
                return error;
        {
                struct kexec_segment segments[] = {
                        {boot_params, PAGE_SIZE, LOW_BASE + BOOT_PARAMS_OFFSET, PAGE_SIZE},
                        line_segment(command_line, LOW_BASE),
                        purgatory_segment(LOW_BASE),
                        {image.kernel, image.kernel_bytes, load_at, ROUND_UP(image.kernel_bytes)},
                };

                return finish(segments, sizeof segments / sizeof segments[0], LOW_BASE, 0);
        }
}

/* An image in the reserve must leave room for unpacking and running there. */
static int find_reserve(const struct bzimage *image, int runs_there, struct reserve *reserve)
{
        u32 unpacked, payload_bytes, needed;

        if (option_is("lab.entry", "16")) {
                print("init: a kernel in the reserve has the 32-bit entry only\n");
                return -EINVAL;
        }
        if (read_file("/proc/crashkernel", reserve, sizeof *reserve) != sizeof *reserve || !reserve->end) {
                print("init: no memory is reserved (crashkernel=)\n");
                return -EADDRNOTAVAIL;
        }
        payload_bytes = read32(image->file + HDR_PAYLOAD_LENGTH);
        unpacked = read32(image->kernel + read32(image->file + HDR_PAYLOAD_OFFSET) + payload_bytes - 4);
        needed = CRASH_KERNEL_OFFSET;
        needed += runs_there ? unpacked + payload_bytes + CRASH_KERNEL_NEEDS : image->kernel_bytes + PAGE_SIZE;
        if (reserve->end - reserve->start >= needed)
                return 0;
        print("init: the reserve has %u KB, %u are needed\n", (reserve->end - reserve->start) / 1024, needed / 1024);
        return -ENOMEM;
}

int kexec_load_crash_kernel(const char *path, const char *command_line)
{
        struct bzimage image;
        struct reserve reserve;
        u32 base, kernel_at;
        int error = open_image(path, &image);

        if (!error && !image.file[HDR_RELOCATABLE])
                error = -EINVAL;
        if (!error)
                error = find_reserve(&image, 1, &reserve);
        if (error)
                return error;
        base = reserve.start;
        kernel_at = base + CRASH_KERNEL_OFFSET;
        format(crash_line, sizeof crash_line, "%s memmap=exactmap memmap=%uK@0K memmap=%uK@%uK", command_line,
               BACKUP_BYTES / 1024, (reserve.end - kernel_at) / 1024, kernel_at / 1024);
        begin_purgatory(base, kernel_at, base + BOOT_PARAMS_OFFSET);
        add_move(0, base + BACKUP_OFFSET, BACKUP_BYTES);
        error = boot_params_fill(boot_params, image.file, base + COMMAND_LINE_OFFSET, 1);
        if (error)
                return error;
        {
                struct kexec_segment segments[] = {
                        {boot_params, PAGE_SIZE, base + BOOT_PARAMS_OFFSET, PAGE_SIZE},
                        line_segment(crash_line, base),
                        purgatory_segment(base),
                        {NULL, 0, base + BACKUP_OFFSET, BACKUP_BYTES},
                        {image.kernel, image.kernel_bytes, kernel_at, ROUND_UP(image.kernel_bytes)},
                };

                return finish(segments, sizeof segments / sizeof segments[0], base, KEXEC_ON_CRASH);
        }
}

/* The copy in the reserve is never run in: the purgatory copies it to where it belongs, each time. */
int kexec_load_kept_kernel(const char *path, const char *command_line)
{
        struct bzimage image;
        struct reserve reserve;
        u32 base, kernel_at;
        int error = open_image(path, &image);

        if (!error)
                error = find_reserve(&image, 0, &reserve);
        if (error)
                return error;
        base = reserve.start;
        kernel_at = base + CRASH_KERNEL_OFFSET;
        begin_purgatory(base, KERNEL_AT, LOW_BASE + BOOT_PARAMS_OFFSET);
        add_move(base, LOW_BASE, 2 * PAGE_SIZE);
        add_move(kernel_at, KERNEL_AT, image.kernel_bytes);
        error = boot_params_fill(boot_params, image.file, LOW_BASE + COMMAND_LINE_OFFSET, 1);
        if (error)
                return error;
        {
                struct kexec_segment segments[] = {
                        {boot_params, PAGE_SIZE, base + BOOT_PARAMS_OFFSET, PAGE_SIZE},
                        line_segment(command_line, base),
                        purgatory_segment(base),
                        {image.kernel, image.kernel_bytes, kernel_at, ROUND_UP(image.kernel_bytes)},
                };

                return finish(segments, sizeof segments / sizeof segments[0], base, KEXEC_ON_CRASH);
        }
}
