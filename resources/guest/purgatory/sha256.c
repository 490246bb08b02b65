/* SHA-256. Document: FIPS 180-4, sections 4.1.2 (functions), 4.2.2 (constants), 5.1.1 (padding), 6.2.2 (computation). */
#include "sha256.h"

static const u32 K[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static u32 rotate(u32 value, u32 bits)
{
        return value >> bits | value << (32 - bits);
}

static u32 read_big_endian(const u8 *at)
{
        return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

static void write_big_endian(u8 *at, u32 value)
{
        at[0] = value >> 24;
        at[1] = value >> 16;
        at[2] = value >> 8;
        at[3] = value;
}

static void add_block(u32 state[8], const u8 *block)
{
        u32 w[64];
        u32 a = state[0], b = state[1], c = state[2], d = state[3];
        u32 e = state[4], f = state[5], g = state[6], h = state[7];
        u32 t;

        for (t = 0; t < 16; t++)
                w[t] = read_big_endian(block + 4 * t);
        for (; t < 64; t++) {
                u32 s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
                u32 s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;

                w[t] = s1 + w[t - 7] + s0 + w[t - 16];
        }
        for (t = 0; t < 64; t++) {
                u32 t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t];
                u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));

                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
}

void sha256_begin(struct sha256 *hash)
{
        static const u32 initial[8] = {
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
        };
        u32 i;

        for (i = 0; i < 8; i++)
                hash->state[i] = initial[i];
        hash->bytes = 0;
}

void sha256_add(struct sha256 *hash, const u8 *from, u32 bytes)
{
        u32 filled = hash->bytes % SHA256_BLOCK;

        hash->bytes += bytes;
        while (bytes) {
                if (!filled && bytes >= SHA256_BLOCK) {
                        add_block(hash->state, from);
                        from += SHA256_BLOCK;
                        bytes -= SHA256_BLOCK;
                        continue;
                }
                hash->block[filled++] = *from++;
                bytes--;
                if (filled == SHA256_BLOCK) {
                        add_block(hash->state, hash->block);
                        filled = 0;
                }
        }
}

void sha256_end(struct sha256 *hash, u8 digest[SHA256_BYTES])
{
        u32 bits_high = hash->bytes >> 29;
        u32 bits_low = hash->bytes << 3;
        u8 length[8];
        u32 i;

        sha256_add(hash, (const u8 *)"\x80", 1);
        while (hash->bytes % SHA256_BLOCK != SHA256_BLOCK - sizeof length)
                sha256_add(hash, (const u8 *)"", 1);
        write_big_endian(length, bits_high);
        write_big_endian(length + 4, bits_low);
        sha256_add(hash, length, sizeof length);
        for (i = 0; i < 8; i++)
                write_big_endian(digest + 4 * i, hash->state[i]);
}
