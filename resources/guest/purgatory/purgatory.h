/* What whoever loads a kernel writes into the purgatory before it hands it to kexec_load. One page after another from
 * PURGATORY_AT on; the data begin at PURGATORY_DATA. */
#ifndef PURGATORY_H
#define PURGATORY_H

#define PURGATORY_AT 0x92000
#define PURGATORY_BYTES 0x4000 /* code, data and stack */
#define PURGATORY_DATA 0x10    /* offset of struct purgatory_data */
#define PURGATORY_MAGIC 0x47525550 /* "PURG" */
#define PURGATORY_REGIONS 16   /* as many segments as kexec_load takes */

/* Offsets of the fields that entry.S reads. */
#define PURGATORY_KERNEL_ENTRY 0x14
#define PURGATORY_BOOT_PARAMS 0x18

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
