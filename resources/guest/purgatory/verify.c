/* Compares the segments with the digest taken when they were loaded, against devices whose DMA nobody stopped. */
#include "print.h"
#include "purgatory.h"

extern const struct purgatory_data purgatory_data;

static int is_same(const u8 *a, const u8 *b, u32 bytes)
{
        while (bytes--)
                if (*a++ != *b++)
                        return 0;
        return 1;
}

static void print_digest(const char *name, const u8 *digest)
{
        u32 i;

        print(name);
        for (i = 0; i < SHA256_BYTES; i++)
                print_hex_byte(digest[i]);
        print("\n");
}

/* 1 when all is as it was loaded, or when nothing is to be checked. */
int verify_regions(void)
{
        struct sha256 hash;
        u8 digest[SHA256_BYTES];
        u32 i;

        if (!purgatory_data.region_count)
                return 1;
        sha256_begin(&hash);
        for (i = 0; i < purgatory_data.region_count; i++)
                sha256_add(&hash, (const u8 *)purgatory_data.regions[i].address, purgatory_data.regions[i].bytes);
        sha256_end(&hash, digest);
        if (is_same(digest, purgatory_data.digest, SHA256_BYTES))
                return 1;
        print("purgatory: the loaded segments have changed\n");
        print_digest("  found  sha256 ", digest);
        print_digest("  wanted sha256 ", purgatory_data.digest);
        return 0;
}
