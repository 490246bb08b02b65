/* kexec_load: checks in the order of the merged kernel (docs/facts.md A2), then control page, segments, exchange of images. */
#include "errno.h"
#include "kexec.h"
#include "marks.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"
#include "syscall.h"

static struct kexec_image slots[2]; /* the loaded image and the one being loaded */
static struct kexec_image *loaded;
static bool is_loading; /* the kexec mutex: tried, never waited for */

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
        page_list_free(image);
        if (image->control_page)
                page_free(image->control_page);
        if (image->identity_table)
                page_free(image->identity_table);
        memset(image, 0, sizeof *image);
}

static int fill_image(struct kexec_image *image, u32 entry, u32 segment_count, u32 segments_user)
{
        u32 i;
        int error;

        memset(image, 0, sizeof *image);
        image->start = entry;
        image->segment_count = segment_count;
        image->entry = image->last_entry = &image->head;
        if (copy_from_user(image->segments, segments_user, segment_count * sizeof image->segments[0]))
                return -EFAULT;
        error = check_segments(image);
        if (error)
                return error;
        image->control_page = page_list_alloc_control(image);
        image->identity_table = image->control_page ? page_alloc_zeroed() : 0;
        if (!image->identity_table)
                return -ENOMEM;
        for (i = 0; i < segment_count; i++) {
                error = page_list_add_segment(image, &image->segments[i]);
                if (error)
                        return error;
                schedule();
        }
        return page_list_terminate(image);
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

static int load(u32 entry, u32 segment_count, u32 segments_user, u32 flags)
{
        struct kexec_image *image = loaded == &slots[0] ? &slots[1] : &slots[0];
        u32 arch = flags & KEXEC_ARCH_MASK;
        int error;

        if (current->uid)
                return -EPERM;
        if (flags & ~KEXEC_ARCH_MASK) /* no flag exists in this era: KEXEC_ON_CRASH came with 2.6.13 */
                return -EINVAL;
        if (arch != KEXEC_ARCH_DEFAULT && arch != KEXEC_ARCH_386)
                return -EINVAL;
        if (segment_count > KEXEC_SEGMENT_MAX)
                return -EINVAL;
        if (is_loading)
                return -EBUSY;
        is_loading = true;
        if (!segment_count) {
                free_image(loaded);
                loaded = NULL;
                is_loading = false;
                return 0;
        }
        error = fill_image(image, entry, segment_count, segments_user);
        if (error) {
                free_image(image);
        } else {
                free_image(loaded);
                loaded = image;
                print_loaded(image);
        }
        is_loading = false;
        return error;
}

NOINLINE int sys_kexec_load(u32 entry, u32 segment_count, u32 segments_user, u32 flags)
{
        int error = load(entry, segment_count, segments_user, flags);

        sys_kexec_load_end();
        return error;
}

bool kexec_is_loaded(void)
{
        return loaded != NULL;
}

int kexec_take_image(struct kexec_image **image)
{
        if (is_loading)
                return -EBUSY;
        if (!loaded)
                return -EINVAL;
        *image = loaded;
        loaded = NULL;
        return 0;
}
