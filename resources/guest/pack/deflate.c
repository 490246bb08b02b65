/* LZ77 with hash chains and lazy matching, written as dynamic blocks.
 * Document: RFC 1951. Same input, same bytes, on any host. */
#include <stdlib.h>
#include <string.h>

#include "deflate.h"

#define WINDOW_BYTES 32768
#define MIN_MATCH 3
#define MAX_MATCH 258
#define HASH_BITS 15
#define CHAIN_LIMIT 1024
#define BLOCK_SYMBOLS 16384
#define LITERALS 286
#define DISTANCES 30
#define LENGTH_CODES 19
#define END_OF_BLOCK 256

struct symbol {
        uint16_t length; /* 0: literal */
        uint16_t value;  /* literal byte or distance */
};

static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[DISTANCES] = {
        1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
        193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[DISTANCES] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                                  6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

void put_byte(struct byte_buffer *out, uint8_t byte)
{
        if (out->length == out->capacity) {
                out->capacity = out->capacity ? out->capacity * 2 : 65536;
                out->bytes = realloc(out->bytes, out->capacity);
                if (!out->bytes)
                        abort();
        }
        out->bytes[out->length++] = byte;
}

void put_bits(struct byte_buffer *out, uint32_t value, unsigned count)
{
        out->bits |= value << out->bit_count;
        out->bit_count += count;
        while (out->bit_count >= 8) {
                put_byte(out, out->bits & 0xff);
                out->bits >>= 8;
                out->bit_count -= 8;
        }
}

static int code_of(const uint16_t *base, int codes, unsigned value)
{
        int code = codes - 1;

        while (base[code] > value)
                code--;
        return code;
}

/* Run-length codes of the two tables of code lengths (RFC 1951 3.2.7); returns how many symbols. */
static int run_lengths(const uint8_t *lengths, int count, uint8_t *symbols, uint8_t *extras)
{
        int n = 0;

        for (int i = 0; i < count;) {
                int run = 1;

                while (i + run < count && lengths[i + run] == lengths[i])
                        run++;
                if (lengths[i] == 0 && run >= 3) {
                        run = run > 138 ? 138 : run;
                        symbols[n] = run < 11 ? 17 : 18;
                        extras[n++] = run < 11 ? run - 3 : run - 11;
                } else if (i > 0 && lengths[i] == lengths[i - 1] && run >= 3) {
                        run = run > 6 ? 6 : run;
                        symbols[n] = 16;
                        extras[n++] = run - 3;
                } else {
                        run = 1;
                        extras[n] = 0;
                        symbols[n++] = lengths[i];
                }
                i += run;
        }
        return n;
}

static void write_block(struct byte_buffer *out, const struct symbol *symbols, int count)
{
        static const uint8_t order[LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
        uint32_t literal_freq[LITERALS] = {0}, distance_freq[DISTANCES] = {0}, length_freq[LENGTH_CODES] = {0};
        uint8_t lengths[LITERALS + DISTANCES], length_lengths[LENGTH_CODES];
        uint16_t literal_codes[LITERALS], distance_codes[DISTANCES], length_codes[LENGTH_CODES];
        uint8_t runs[LITERALS + DISTANCES], extras[LITERALS + DISTANCES];
        int run_count, sent = LENGTH_CODES;

        for (int i = 0; i < count; i++) {
                if (!symbols[i].length) {
                        literal_freq[symbols[i].value]++;
                        continue;
                }
                literal_freq[257 + code_of(length_base, 29, symbols[i].length)]++;
                distance_freq[code_of(distance_base, DISTANCES, symbols[i].value)]++;
        }
        literal_freq[END_OF_BLOCK] = 1;
        code_lengths(literal_freq, LITERALS, 15, lengths);
        code_lengths(distance_freq, DISTANCES, 15, lengths + LITERALS);
        canonical_codes(lengths, LITERALS, literal_codes);
        canonical_codes(lengths + LITERALS, DISTANCES, distance_codes);

        run_count = run_lengths(lengths, LITERALS + DISTANCES, runs, extras);
        for (int i = 0; i < run_count; i++)
                length_freq[runs[i]]++;
        code_lengths(length_freq, LENGTH_CODES, 7, length_lengths);
        canonical_codes(length_lengths, LENGTH_CODES, length_codes);
        while (sent > 4 && !length_lengths[order[sent - 1]])
                sent--;

        put_bits(out, 0, 1);
        put_bits(out, 2, 2);
        put_bits(out, LITERALS - 257, 5);
        put_bits(out, DISTANCES - 1, 5);
        put_bits(out, sent - 4, 4);
        for (int i = 0; i < sent; i++)
                put_bits(out, length_lengths[order[i]], 3);
        for (int i = 0; i < run_count; i++) {
                put_bits(out, length_codes[runs[i]], length_lengths[runs[i]]);
                if (runs[i] >= 16)
                        put_bits(out, extras[i], runs[i] == 16 ? 2 : runs[i] == 17 ? 3 : 7);
        }
        for (int i = 0; i < count; i++) {
                int code;

                if (!symbols[i].length) {
                        put_bits(out, literal_codes[symbols[i].value], lengths[symbols[i].value]);
                        continue;
                }
                code = code_of(length_base, 29, symbols[i].length);
                put_bits(out, literal_codes[257 + code], lengths[257 + code]);
                put_bits(out, symbols[i].length - length_base[code], length_extra[code]);
                code = code_of(distance_base, DISTANCES, symbols[i].value);
                put_bits(out, distance_codes[code], lengths[LITERALS + code]);
                put_bits(out, symbols[i].value - distance_base[code], distance_extra[code]);
        }
        put_bits(out, literal_codes[END_OF_BLOCK], lengths[END_OF_BLOCK]);
}

struct matcher {
        const uint8_t *data;
        size_t length;
        int32_t head[1 << HASH_BITS];
        int32_t *previous;
        size_t inserted;
};

static unsigned hash_of(const uint8_t *at)
{
        return ((at[0] | at[1] << 8 | (uint32_t)at[2] << 16) * 2654435761u) >> (32 - HASH_BITS);
}

static void insert_up_to(struct matcher *m, size_t position)
{
        for (; m->inserted < position; m->inserted++) {
                unsigned hash;

                if (m->inserted + MIN_MATCH > m->length)
                        continue;
                hash = hash_of(m->data + m->inserted);
                m->previous[m->inserted] = m->head[hash];
                m->head[hash] = m->inserted;
        }
}

static struct symbol longest_match(struct matcher *m, size_t position)
{
        struct symbol best = {0, m->data[position]};
        size_t limit = m->length - position < MAX_MATCH ? m->length - position : MAX_MATCH;
        int chain = CHAIN_LIMIT;

        insert_up_to(m, position);
        if (limit < MIN_MATCH)
                return best;
        for (int32_t at = m->head[hash_of(m->data + position)]; at >= 0 && chain--; at = m->previous[at]) {
                size_t length = 0;

                if (position - at > WINDOW_BYTES)
                        break;
                while (length < limit && m->data[at + length] == m->data[position + length])
                        length++;
                if (length >= MIN_MATCH && length > best.length)
                        best = (struct symbol){length, position - at};
                if (best.length == limit)
                        break;
        }
        return best;
}

void deflate_open(struct byte_buffer *out, const uint8_t *data, size_t length)
{
        static struct symbol symbols[BLOCK_SYMBOLS];
        struct matcher *m = calloc(1, sizeof *m);
        struct symbol match = {0, 0};
        int count = 0;

        if (!m || !(m->previous = calloc(length + 1, sizeof *m->previous)))
                abort();
        m->data = data;
        m->length = length;
        memset(m->head, 0xff, sizeof m->head);

        for (size_t position = 0; position < length;) {
                struct symbol next = {0, 0};

                if (!match.length)
                        match = longest_match(m, position);
                if (match.length && position + 1 < length)
                        next = longest_match(m, position + 1);
                if (next.length > match.length) {
                        symbols[count++] = (struct symbol){0, data[position++]};
                        match = next;
                } else {
                        symbols[count++] = match;
                        position += match.length ? match.length : 1;
                        match.length = 0;
                }
                if (count == BLOCK_SYMBOLS || position == length) {
                        write_block(out, symbols, count);
                        count = 0;
                }
        }
        put_bits(out, 0, 3);
        if (out->bit_count)
                put_bits(out, 0, 8 - out->bit_count);
        put_bits(out, 0, 16);
        put_bits(out, 0xffff, 16);
        free(m->previous);
        free(m);
}
