/* What whoever loads a kernel writes into the purgatory before it hands it to kexec_load: struct purgatory_data, at
 * PURGATORY_AT. The entry lies behind it, so that nobody takes the purgatory for a kernel, which is entered where it begins. */
#ifndef PURGATORY_H
#define PURGATORY_H

#define PURGATORY_AT 0x92000
#define PURGATORY_BYTES 0x4000 /* code, data and stack */
#define PURGATORY_ENTRY (PURGATORY_AT + 0x100)
#define PURGATORY_MAGIC 0x47525550 /* "PURG" */
#define PURGATORY_REGIONS 16   /* as many segments as kexec_load takes */

/* Offsets of the fields that entry.S reads. */
#define PURGATORY_KERNEL_ENTRY 0x4
#define PURGATORY_BOOT_PARAMS 0x8

#ifndef __ASSEMBLER__
#include "sha256.h"

struct purgatory_region {
        u32 address;
        u32 bytes;
};

struct purgatory_data {
        u32 magic;
        u32 kernel_entry; /* 32-bit entry point */
        u32 boot_params;
        u32 region_count; /* 0: nothing is checked */
        u8 digest[SHA256_BYTES]; /* of all regions, one behind the other */
        struct purgatory_region regions[PURGATORY_REGIONS];
};
#endif
#endif
