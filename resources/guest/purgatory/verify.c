/* Compares the segments with the digest taken when they were loaded, against devices whose DMA nobody stopped. */
#include "print.h"
#include "purgatory.h"

extern const struct purgatory_data purgatory_data __attribute__((visibility("hidden")));

static int is_same(const u8 *a, const u8 *b, u32 bytes)
{
        while (bytes--)
                if (*a++ != *b++)
                        return 0;
        return 1;
}

static char *add_text(char *to, const char *text)
{
        while (*text)
                *to++ = *text++;
        return to;
}

static char *add_digest(char *to, const char *name, const u8 *digest)
{
        static const char digits[] = "0123456789abcdef";
        u32 i;

        to = add_text(to, name);
        for (i = 0; i < SHA256_BYTES; i++) {
                *to++ = digits[digest[i] >> 4];
                *to++ = digits[digest[i] & 15];
        }
        *to++ = '\n';
        return to;
}

/* On the screen first: the serial line may be slow, or its port never have been programmed. */
static void report(const u8 *found, const u8 *wanted)
{
        static char text[256];
        char *end = add_text(text, "purgatory: the loaded segments have changed\n");

        end = add_digest(end, "sha256 found  ", found);
        add_digest(end, "sha256 wanted ", wanted);
        show_on_screen(text);
        send_on_serial_line(text);
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
        report(digest, purgatory_data.digest);
        return 0;
}
