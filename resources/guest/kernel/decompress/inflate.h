/* Inflate (RFC 1951) and CRC-32 (RFC 1952) for the unpacking code. */
#ifndef DECOMPRESS_INFLATE_H
#define DECOMPRESS_INFLATE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

/* Inflates `input` into `output`. Returns 0 when the final block ended exactly at `outputBytes`
 * and inside the input, otherwise the text of what is wrong. */
const char *inflate(const u8 *input, u32 inputBytes, u8 *output, u32 outputBytes);

/* CRC-32 as in RFC 1952 section 8. */
u32 crc32(const u8 *data, u32 bytes);

#endif
