/* SHA-256 (FIPS 180-4), for purgatory and agent alike. */
#ifndef SHA256_H
#define SHA256_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SHA256_BYTES 32
#define SHA256_BLOCK 64

struct sha256 {
        u32 state[8];
        u64 bytes;
        u8 block[SHA256_BLOCK]; /* what does not fill a block yet */
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const u8 *from, u32 bytes);
void sha256_end(struct sha256 *hash, u8 digest[SHA256_BYTES]);

#endif
