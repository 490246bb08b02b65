/* What whoever loads a kernel writes into the purgatory before it hands it to kexec_load: struct purgatory_data, at its
 * beginning. The entry lies behind it, so that nobody takes the purgatory for a kernel, which is entered where it begins.
 * It runs at any page: the page's address goes into the operand of its first instruction, at PURGATORY_BASE. */
#ifndef PURGATORY_H
#define PURGATORY_H

#define PURGATORY_AT 0x92000   /* where it is linked, and belongs unless it says otherwise */
#define PURGATORY_BYTES 0x4000 /* code, data and stack */
#define PURGATORY_ENTRY_OFFSET 0x100
#define PURGATORY_ENTRY (PURGATORY_AT + PURGATORY_ENTRY_OFFSET)
#define PURGATORY_BASE (PURGATORY_ENTRY_OFFSET + 1)
#define PURGATORY_MAGIC 0x47525550 /* "PURG" */
#define PURGATORY_REGIONS 16   /* as many segments as kexec_load takes */
#define PURGATORY_MOVES 3

/* Offsets of the fields that entry.S reads. */
#define PURGATORY_KERNEL_ENTRY 0x4
#define PURGATORY_BOOT_PARAMS 0x8
#define PURGATORY_REGION_COUNT 0xc
#define PURGATORY_FLAGS 0xb0
#define PURGATORY_SETUP_SEGMENT 0xb4
#define PURGATORY_MOVE_COUNT 0xb8
#define PURGATORY_MOVE_LIST 0xbc
#define PURGATORY_DATA_BYTES 0xe0

/* Flags. */
#define PURGATORY_ENTRY_16 1  /* enter the set-up code in real mode, with the BIOS's vectors; the purgatory lies below 1 MiB */
#define PURGATORY_RESET_PIC 2 /* before that: interrupts at 08h and 70h again */
#define PURGATORY_TEST_TICK 4 /* before that: wait until the BIOS counts a timer tick */

#ifndef __ASSEMBLER__
#include "sha256.h"

struct purgatory_region {
        u32 address;
        u32 bytes;
};

struct purgatory_move {
        u32 from, to;
        u32 dwords;
};

struct purgatory_data {
        u32 magic;
        u32 kernel_entry; /* 32-bit entry point */
        u32 boot_params;
        u32 region_count;        /* 0: nothing is checked */
        u8 digest[SHA256_BYTES]; /* of all regions, one behind the other */
        struct purgatory_region regions[PURGATORY_REGIONS];
        u32 flags;
        u32 setup_segment; /* PURGATORY_ENTRY_16: of the boot sector; the set-up code begins at offset 0 of the one 20h further */
        u32 move_count;    /* done in their order, upwards, when all has been checked */
        struct purgatory_move moves[PURGATORY_MOVES];
};

_Static_assert(__builtin_offsetof(struct purgatory_data, flags) == PURGATORY_FLAGS, "flags");
_Static_assert(__builtin_offsetof(struct purgatory_data, move_count) == PURGATORY_MOVE_COUNT, "moves");
_Static_assert(sizeof(struct purgatory_data) == PURGATORY_DATA_BYTES, "size");
#endif
#endif
