/* kexec_load: checks in the order of the merged kernel (docs/facts.md A2), then control page, segments, exchange of images.
 * sys_kexec is the one call of 2.5.44, which loads and jumps; its order and its missing checks are that patch's (A1). */
#include "drivers.h"
#include "errno.h"
#include "kexec.h"
#include "marks.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"
#include "syscall.h"

static struct kexec_image slots[3]; /* the two loaded images and the one being loaded */
static struct kexec_image *loaded;
static struct kexec_image *loaded_for_crash;
static bool is_loading; /* the kexec mutex: tried, never waited for */

static struct kexec_image *free_slot(void)
{
        struct kexec_image *slot = slots;

        while (slot == loaded || slot == loaded_for_crash)
                slot++;
        return slot;
}

static int check_segments(const struct kexec_image *image)
{
        u32 i, j;

        for (i = 0; i < image->segment_count; i++) {
                u32 start = image->segments[i].mem;
                u32 end = start + image->segments[i].memsz;

                if (start & ~PAGE_MASK || end & ~PAGE_MASK || end < start || end >= KEXEC_DESTINATION_LIMIT)
                        return -EADDRNOTAVAIL;
        }
        for (i = 0; i < image->segment_count; i++) {
                u32 start = image->segments[i].mem;
                u32 end = start + image->segments[i].memsz;

                for (j = 0; j < i; j++)
                        if (end > image->segments[j].mem &&
                            start < image->segments[j].mem + image->segments[j].memsz)
                                return -EINVAL;
        }
        for (i = 0; i < image->segment_count; i++)
                if (image->segments[i].bufsz > image->segments[i].memsz)
                        return -EINVAL;
        return 0;
}

static void free_image(struct kexec_image *image)
{
        if (!image)
                return;
        if (!image->is_for_crash) {
                page_list_free(image);
                if (image->control_page)
                        page_free(image->control_page);
                if (image->swap_page)
                        page_free(image->swap_page);
        }
        if (image->identity_table)
                page_free(image->identity_table);
        memset(image, 0, sizeof *image);
}

static int read_segments(struct kexec_image *image, u32 entry, u32 segment_count, u32 segments_user)
{
        memset(image, 0, sizeof *image);
        image->start = entry;
        image->segment_count = segment_count;
        image->entry = image->last_entry = &image->head;
        return copy_from_user(image->segments, segments_user, segment_count * sizeof image->segments[0]);
}

/* False when there is no memory for what the stub needs. */
static bool add_control_pages(struct kexec_image *image)
{
        image->control_page = page_list_alloc_control(image);
        if (kexec_options.is_swapping)
                image->swap_page = page_list_alloc_control(image);
        image->identity_table = page_alloc_zeroed();
        return image->control_page && image->identity_table && (image->swap_page || !kexec_options.is_swapping);
}

static int add_segments(struct kexec_image *image)
{
        u32 i;

        for (i = 0; i < image->segment_count; i++) {
                int error = page_list_add_segment(image, &image->segments[i]);

                if (error)
                        return error;
                schedule();
        }
        return page_list_terminate(image);
}

static int fill_image(struct kexec_image *image, u32 entry, u32 segment_count, u32 segments_user)
{
        int error = read_segments(image, entry, segment_count, segments_user);

        if (!error)
                error = check_segments(image);
        if (!error && !add_control_pages(image))
                error = -ENOMEM;
        return error ? error : add_segments(image);
}

static int fill_crash_image(struct kexec_image *image, u32 entry, u32 segment_count, u32 segments_user)
{
        int error = crash_image_check_entry(entry);

        if (!error)
                error = read_segments(image, entry, segment_count, segments_user);
        image->is_for_crash = true;
        if (!error)
                error = check_segments(image);
        if (!error)
                error = crash_image_check_segments(image);
        return error ? error : crash_image_fill(image);
}

/* What the copy loop will find: all pages, and those that already lie where they belong. */
static void print_loaded(const struct kexec_image *image)
{
        const u32 *word = &image->head;
        u32 at = 0, in_place = 0, pages = 0;

        while (!(*word & IND_DONE)) {
                u32 value = *word++;

                if (value & IND_INDIRECTION) {
                        word = phys_to_virt(value & PAGE_MASK);
                } else if (value & IND_DESTINATION) {
                        at = value & PAGE_MASK;
                } else if (value & IND_SOURCE) {
                        in_place += (value & PAGE_MASK) == at;
                        at += PAGE_SIZE;
                        pages++;
                }
        }
        printk("kexec: %u pages loaded, %u already in place, %u exchanged, %u parked\n", pages, in_place,
               image->exchanged_pages, image->parked_pages);
        printk("kexec: control page at %08x, entry %08x\n", image->control_page, image->start);
}

static void unload(struct kexec_image **place)
{
        struct kexec_image *image = *place;

        *place = NULL;
        free_image(image);
}

static int load_normal(u32 entry, u32 segment_count, u32 segments_user)
{
        struct kexec_image *image = free_slot();
        int error = fill_image(image, entry, segment_count, segments_user);

        if (error) {
                free_image(image);
                return error;
        }
        unload(&loaded);
        loaded = image;
        print_loaded(image);
        return 0;
}

/* The reserve holds one image: the old one is gone before the new one is there, whatever becomes of it. */
static int load_for_crash(u32 entry, u32 segment_count, u32 segments_user)
{
        struct kexec_image *image;
        int error;

        unload(&loaded_for_crash);
        image = free_slot();
        error = fill_crash_image(image, entry, segment_count, segments_user);
        if (error) {
                free_image(image);
                return error;
        }
        loaded_for_crash = image;
        if (kexec_options.is_keeping)
                crash_image_keep(image);
        printk("kexec: crash image loaded, control page at %08x, entry %08x\n", image->control_page, image->start);
        return 0;
}

static int load(u32 entry, u32 segment_count, u32 segments_user, u32 flags)
{
        u32 known_flags = kexec_options.era >= KEXEC_2_6_13 ? KEXEC_ON_CRASH : 0;
        u32 arch = flags & KEXEC_ARCH_MASK;
        int error = 0;

        if (current->uid)
                return -EPERM;
        if (flags & ~KEXEC_ARCH_MASK & ~known_flags)
                return -EINVAL;
        if (arch != KEXEC_ARCH_DEFAULT && arch != KEXEC_ARCH_386)
                return -EINVAL;
        if (segment_count > KEXEC_SEGMENT_MAX)
                return -EINVAL;
        if (is_loading)
                return -EBUSY;
        is_loading = true;
        if (!segment_count)
                unload(flags & KEXEC_ON_CRASH ? &loaded_for_crash : &loaded);
        else if (flags & KEXEC_ON_CRASH)
                error = load_for_crash(entry, segment_count, segments_user);
        else
                error = load_normal(entry, segment_count, segments_user);
        is_loading = false;
        return error;
}

NOINLINE int sys_kexec_load(u32 entry, u32 segment_count, u32 segments_user, u32 flags)
{
        int error = load(entry, segment_count, segments_user, flags);

        sys_kexec_load_end();
        return error;
}

/* do_kexec of 2.5.44: no limit but memory (here: the slots), segments before the code buffer. What copy_from_user could not
 * copy of the list comes back as a count, of a segment as EIO. */
static int fill_single(struct kexec_image *image, u32 entry, u32 segment_count, u32 segments_user)
{
        int error;

        if (segment_count > KEXEC_SEGMENT_MAX)
                return -ENOMEM;
        if (read_segments(image, entry, segment_count, segments_user))
                return segment_count * sizeof image->segments[0];
        error = add_segments(image);
        if (error)
                return error == -EFAULT ? -EIO : error;
        return add_control_pages(image) ? 0 : -ENOSPC;
}

NOINLINE int sys_kexec(u32 entry, s32 segment_count, u32 segments_user)
{
        struct kexec_image *image = free_slot();
        int result;

        if (current->uid)
                return -EPERM;
        if (segment_count <= 0)
                return -EINVAL;
        while (is_loading) /* the big kernel lock: waited for */
                schedule();
        is_loading = true;
        result = fill_single(image, entry, segment_count, segments_user);
        if (result) {
                free_image(image);
                is_loading = false;
                return result;
        }
        print_loaded(image);
        device_shutdown();
        printk("kexecing image\n");
        machine_shutdown();
        machine_kexec(image);
}

bool kexec_is_loaded(void)
{
        return loaded != NULL;
}

bool kexec_crash_is_loaded(void)
{
        return loaded_for_crash != NULL;
}

bool kexec_is_busy(void)
{
        return is_loading;
}

bool kexec_is_kept(void)
{
        u32 start, control_page;

        return crash_image_find_kept(&start, &control_page);
}

/* An image that this kernel or an earlier one left in the reserve. */
static int take_kept_image(struct kexec_image **taken)
{
        struct kexec_image *image = free_slot();

        memset(image, 0, sizeof *image);
        if (!crash_image_find_kept(&image->start, &image->control_page))
                return -EINVAL;
        image->identity_table = page_alloc_zeroed();
        if (!image->identity_table)
                return -ENOMEM;
        image->head = IND_DONE;
        *taken = image;
        return 0;
}

int kexec_take_image(struct kexec_image **image)
{
        if (is_loading)
                return -EBUSY;
        if (!loaded)
                return take_kept_image(image);
        *image = loaded;
        loaded = NULL;
        return 0;
}

struct kexec_image *kexec_take_crash_image(void)
{
        return is_loading ? NULL : loaded_for_crash;
}
