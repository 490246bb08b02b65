/* Images that lie in the crash reserve from the beginning (2.6.13): written straight to their places, nothing is copied at
 * the end. Document: docs/facts.md A2 (errno), A7. A kept image (lab.keep=1, ours) leaves a note at the reserve's end. */
#include "errno.h"
#include "kexec.h"
#include "memory.h"
#include "process.h"
#include "string.h"

#define KEPT_MAGIC 0x5450454b /* "KEPT" */

struct kept_note {
        u32 magic, start, control_page;
        u32 sum; /* makes the sum of all words 0 */
};

static struct kept_note *note_place(void)
{
        return phys_to_virt(crash_reserve.end - PAGE_SIZE);
}

/* The last page is the note's. */
static u32 usable_end(void)
{
        return kexec_options.is_keeping ? crash_reserve.end - PAGE_SIZE : crash_reserve.end;
}

int crash_image_check_entry(u32 entry)
{
        return entry < crash_reserve.start || entry >= crash_reserve.end ? -EADDRNOTAVAIL : 0;
}

int crash_image_check_segments(const struct kexec_image *image)
{
        u32 i;

        for (i = 0; i < image->segment_count; i++) {
                const struct kexec_segment *segment = &image->segments[i];

                if (segment->mem < crash_reserve.start || segment->mem + segment->memsz > usable_end())
                        return -EADDRNOTAVAIL;
        }
        return 0;
}

/* The lowest page of the reserve that no segment covers; 0 when there is none. */
static u32 find_hole(const struct kexec_image *image)
{
        u32 page = crash_reserve.start;
        u32 i = 0;

        while (i < image->segment_count) {
                const struct kexec_segment *segment = &image->segments[i++];

                if (page < segment->mem || page >= segment->mem + segment->memsz)
                        continue;
                page = segment->mem + segment->memsz;
                i = 0;
        }
        return page < usable_end() ? page : 0;
}

int crash_image_fill(struct kexec_image *image)
{
        u32 i;

        image->control_page = find_hole(image);
        image->identity_table = image->control_page ? page_alloc_zeroed() : 0;
        if (!image->identity_table)
                return -ENOMEM;
        for (i = 0; i < image->segment_count; i++) {
                const struct kexec_segment *segment = &image->segments[i];
                u8 *to = phys_to_virt(segment->mem);

                if (copy_from_user(to, segment->buf, segment->bufsz))
                        return -EFAULT;
                memset(to + segment->bufsz, 0, segment->memsz - segment->bufsz);
                schedule();
        }
        image->head = IND_DONE;
        return 0;
}

void crash_image_keep(const struct kexec_image *image)
{
        struct kept_note *note = note_place();

        *note = (struct kept_note){KEPT_MAGIC, image->start, image->control_page, 0};
        note->sum = -(note->magic + note->start + note->control_page);
}

bool crash_image_find_kept(u32 *start, u32 *control_page)
{
        const struct kept_note *note;

        if (!kexec_options.is_keeping || !crash_reserve.end)
                return false;
        note = note_place();
        if (note->magic != KEPT_MAGIC || note->magic + note->start + note->control_page + note->sum)
                return false;
        *start = note->start;
        *control_page = note->control_page;
        return true;
}
