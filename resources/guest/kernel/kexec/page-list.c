/* The list of pages to copy. Invariant (docs/facts.md A3): every source page is its own destination or nobody's destination,
 * so the order of copying does not matter. A page that is the destination of a page already placed changes places
 * with it; one that is the destination of a page still to come is parked until that page asks for it.
 * lab.invariant=off takes sources as they come: what is copied then depends on the order. */
#include "errno.h"
#include "kexec.h"
#include "memory.h"
#include "process.h"
#include "string.h"

static u32 *words_of(u32 page)
{
        return phys_to_virt(page & PAGE_MASK);
}

static bool is_destination(const struct kexec_image *image, u32 page)
{
        u32 i;

        for (i = 0; i < image->segment_count; i++) {
                const struct kexec_segment *segment = &image->segments[i];

                if (page >= segment->mem && page - segment->mem < segment->memsz)
                        return true;
        }
        return false;
}

/* The word after `word` in the list, through the indirection pages; NULL at the end. */
static u32 *next_word(u32 *word)
{
        if (!*word || *word & IND_DONE)
                return NULL;
        return *word & IND_INDIRECTION ? words_of(*word) : word + 1;
}

/* The source word whose page will be copied to `destination`; NULL when there is none yet. */
static u32 *find_source_for(struct kexec_image *image, u32 destination)
{
        u32 at = 0;
        u32 *word;

        for (word = &image->head; word && *word; word = next_word(word)) {
                if (*word & IND_DESTINATION) {
                        at = *word & PAGE_MASK;
                } else if (*word & IND_SOURCE) {
                        if (at == destination)
                                return word;
                        at += PAGE_SIZE;
                }
        }
        return NULL;
}

static u32 take_parked(struct kexec_image *image, u32 destination)
{
        u32 *link = &image->parked;

        for (; *link; link = words_of(*link)) {
                u32 page = *link;

                if (page != destination)
                        continue;
                *link = *words_of(page);
                return page;
        }
        return 0;
}

static void park(struct kexec_image *image, u32 page)
{
        *words_of(page) = image->parked;
        image->parked = page;
        image->parked_pages++;
}

static u32 alloc_source(struct kexec_image *image, u32 destination)
{
        u32 page = take_parked(image, destination);

        while (!page) {
                u32 *source;

                page = page_alloc();
                if (kexec_options.ignores_conflict && destination != KEXEC_NO_DESTINATION)
                        return page;
                if (!page || page == destination || !is_destination(image, page))
                        return page;
                source = find_source_for(image, page);
                if (source) {
                        u32 old = *source & PAGE_MASK;

                        memcpy(phys_to_virt(page), phys_to_virt(old), PAGE_SIZE);
                        *source = page | (*source & ~PAGE_MASK);
                        image->exchanged_pages++;
                        return old; /* was a good source before, so it is nobody's destination */
                }
                park(image, page);
                page = 0;
        }
        return page;
}

static int add_word(struct kexec_image *image, u32 word)
{
        if (image->entry == image->last_entry) {
                u32 page = alloc_source(image, KEXEC_NO_DESTINATION);

                if (!page)
                        return -ENOMEM;
                *image->entry = page | IND_INDIRECTION;
                image->entry = words_of(page);
                image->last_entry = image->entry + IND_WORDS;
        }
        *image->entry++ = word;
        *image->entry = 0;
        return 0;
}

static int add_page(struct kexec_image *image, u32 *page)
{
        int error;

        *page = alloc_source(image, image->destination);
        if (!*page)
                return -ENOMEM;
        error = add_word(image, *page | IND_SOURCE);
        if (error)
                page_free(*page);
        image->destination += PAGE_SIZE;
        return error;
}

int page_list_add_segment(struct kexec_image *image, const struct kexec_segment *segment)
{
        u32 leader = segment->mem & ~PAGE_MASK; /* 2.5.44 took any address; zero before it */
        u32 left = segment->bufsz < segment->memsz ? segment->bufsz : segment->memsz;
        u32 from = segment->buf;
        u32 done;
        u32 room = PAGE_SIZE - leader;
        u32 bytes = leader + segment->memsz;
        int error = add_word(image, (segment->mem & PAGE_MASK) | IND_DESTINATION);

        image->destination = segment->mem & PAGE_MASK;
        for (done = 0; done < bytes && !error; done += PAGE_SIZE) {
                u32 part = left < room ? left : room;
                u8 *to;
                u32 page;

                error = add_page(image, &page);
                if (error)
                        break;
                to = phys_to_virt(page);
                memset(to, 0, leader);
                error = copy_from_user(to + leader, from, part);
                memset(to + leader + part, 0, room - part);
                leader = 0;
                room = PAGE_SIZE;
                from += part;
                left -= part;
        }
        return error;
}

int page_list_terminate(struct kexec_image *image)
{
        return add_word(image, IND_DONE);
}

u32 page_list_alloc_control(struct kexec_image *image)
{
        u32 page;

        for (page = page_alloc(); page && is_destination(image, page); page = page_alloc())
                park(image, page);
        return page;
}

void page_list_free(struct kexec_image *image)
{
        u32 indirection = 0;
        u32 *word;

        for (word = &image->head; word && *word;) {
                u32 value = *word;
                u32 *next = next_word(word);

                if (value & IND_INDIRECTION) {
                        if (indirection)
                                page_free(indirection);
                        indirection = value & PAGE_MASK;
                } else if (value & IND_SOURCE) {
                        page_free(value & PAGE_MASK);
                }
                word = next;
        }
        if (indirection)
                page_free(indirection);
        while (image->parked) {
                u32 page = image->parked;

                image->parked = *words_of(page);
                page_free(page);
        }
}
