/* kexec as in the split patches of 2.5.47 and the kernel merged later (docs/facts.md A2-A5). */
#ifndef KEXEC_H
#define KEXEC_H

#include "types.h"

#define KEXEC_SEGMENT_MAX 16
#define KEXEC_ARCH_MASK 0xffff0000
#define KEXEC_ARCH_DEFAULT 0
#define KEXEC_ARCH_386 (3 << 16)
#define KEXEC_DESTINATION_LIMIT 0xffffffff
#define KEXEC_NO_DESTINATION 0xffffffff

/* Tags of a word of the page list; the page address is in bits 31..12. */
#define IND_DESTINATION 1
#define IND_INDIRECTION 2
#define IND_DONE 4
#define IND_SOURCE 8
#define IND_WORDS 1023 /* usable in an indirection page: the last word is the link */

struct kexec_segment {
        u32 buf;   /* user address */
        u32 bufsz;
        u32 mem;   /* physical destination */
        u32 memsz;
};

struct kexec_image {
        u32 head;             /* first word of the page list */
        u32 *entry;           /* where the next word goes */
        u32 *last_entry;      /* the link word of the current page */
        u32 start;
        u32 control_page;     /* "reboot code buffer" */
        u32 identity_table;   /* page table that maps the control page at its physical address */
        u32 destination;      /* of the next page */
        u32 parked;           /* destination pages without a source yet, linked through their first word */
        u32 exchanged_pages;  /* sources that changed places, and pages that were ever parked: for the message */
        u32 parked_pages;
        u32 segment_count;
        struct kexec_segment segments[KEXEC_SEGMENT_MAX];
};

/* Page list (page-list.c). Each returns 0 or a negative errno. */
int page_list_add_segment(struct kexec_image *image, const struct kexec_segment *segment);
int page_list_terminate(struct kexec_image *image);
/* A page frame that no segment will be copied over; 0 when there is none. */
u32 page_list_alloc_control(struct kexec_image *image);
/* Gives back every page of the image. */
void page_list_free(struct kexec_image *image);

bool kexec_is_loaded(void);
/* Hands over the loaded image; -EINVAL when there is none, -EBUSY during a load. */
int kexec_take_image(struct kexec_image **image);
/* Replaces the running kernel. Interrupts are off, devices quiet. Allocates nothing. */
void machine_kexec(struct kexec_image *image) NORETURN;

#endif
