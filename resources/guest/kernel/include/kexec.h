/* kexec of four eras (docs/facts.md A1-A5, A7): the single call of 2.5.44, load and reboot of 2.5.47, crash kernels of 2.6.13,
 * and the page exchange of 2.6.27 as a choice of the stub. */
#ifndef KEXEC_H
#define KEXEC_H

#include "types.h"

#define KEXEC_SEGMENT_MAX 16
#define KEXEC_ON_CRASH 1 /* 2.6.13 */
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

enum kexec_era { KEXEC_2_5_44, KEXEC_2_5_47, KEXEC_2_6_13 };

/* What the command line chose (options.c). */
struct kexec_options {
        enum kexec_era era;    /* lab.era=2.5.44|2.5.47|2.6.13 */
        bool is_swapping;      /* lab.stub=three: the stub makes pages change places */
        bool ignores_conflict; /* lab.invariant=off: a source may be somebody's destination */
        bool is_keeping;       /* lab.keep=1: an image in the crash reserve can be jumped to again and again */
};

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
        u32 swap_page;        /* of the three-copy stub, or 0 */
        u32 destination;      /* of the next page */
        u32 parked;           /* destination pages without a source yet, linked through their first word */
        u32 exchanged_pages;  /* sources that changed places, and pages that were ever parked: for the message */
        u32 parked_pages;
        bool is_for_crash;    /* lies in the crash reserve, nothing is copied */
        u32 segment_count;
        struct kexec_segment segments[KEXEC_SEGMENT_MAX];
};

extern struct kexec_options kexec_options;
void kexec_options_init(void);

/* Page list (page-list.c). Each returns 0 or a negative errno. */
int page_list_add_segment(struct kexec_image *image, const struct kexec_segment *segment);
int page_list_terminate(struct kexec_image *image);
/* A page frame that no segment will be copied over; 0 when there is none. */
u32 page_list_alloc_control(struct kexec_image *image);
/* Gives back every page of the image. */
void page_list_free(struct kexec_image *image);

/* Images in the crash reserve (crash-image.c). 0 or a negative errno. */
int crash_image_check_entry(u32 entry);
int crash_image_check_segments(const struct kexec_image *image);
int crash_image_fill(struct kexec_image *image);
/* Notes where the image lies, for a kernel that finds it there. */
void crash_image_keep(const struct kexec_image *image);
/* The entry and control page of an image that another kernel left in the reserve; false when there is none. */
bool crash_image_find_kept(u32 *start, u32 *control_page);

bool kexec_is_loaded(void);
bool kexec_crash_is_loaded(void);
/* A load is under way. */
bool kexec_is_busy(void);
/* True when reboot(KEXEC) needs no load: an image lies in the reserve (lab.keep=1). */
bool kexec_is_kept(void);
/* Hands over the loaded image; -EINVAL when there is none, -EBUSY during a load. */
int kexec_take_image(struct kexec_image **image);
/* The crash image, or NULL when there is none or a load is under way: tried, never waited for. */
struct kexec_image *kexec_take_crash_image(void);
/* Called by panic: enters the crash kernel, or says why not and returns. */
void crash_kexec(void);
/* Replaces the running kernel. Interrupts are off, devices quiet. Allocates nothing. */
void machine_kexec(struct kexec_image *image) NORETURN;

#endif
