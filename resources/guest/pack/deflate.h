/* Deterministic deflate for the host tool: bit writer, code lengths, compressor (RFC 1951). */
#ifndef PACK_DEFLATE_H
#define PACK_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

struct byte_buffer {
        uint8_t *bytes;
        size_t length;
        size_t capacity;
        uint32_t bits;      /* not yet written, lowest first */
        unsigned bit_count;
};

void put_byte(struct byte_buffer *out, uint8_t byte);
void put_bits(struct byte_buffer *out, uint32_t value, unsigned count);

/* Lengths (at most `limit` bits) of a prefix code for `frequencies`; symbols that do not occur get 0. */
void code_lengths(const uint32_t *frequencies, int symbols, int limit, uint8_t *lengths);

/* Canonical codes for `lengths`, bit-reversed for put_bits. */
void canonical_codes(const uint8_t *lengths, int symbols, uint16_t *codes);

/* Appends non-final dynamic blocks that hold `data`, then an empty stored block up to a byte boundary. */
void deflate_open(struct byte_buffer *out, const uint8_t *data, size_t length);

#endif
