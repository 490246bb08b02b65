/* Inflate: stored, fixed and dynamic blocks, straight into the output (which is the window).
 * Document: RFC 1951. Codes up to FAST_BITS come from one table look-up, longer ones bit by bit. As long as neither end is near,
 * the state lives in registers and nobody asks whether it is (as zlib's inflate_fast does). */
#include "inflate.h"

#define MAX_BITS 15
#define FAST_BITS 9
#define LITERAL_CODES 288
#define DISTANCE_CODES 30
#define LENGTH_CODE_CODES 19
#define END_OF_BLOCK 256

/* A length and its distance take 15 + 5 + 15 + 13 bits, and two bytes are read ahead. */
#define NEAR_INPUT_END 16
#define LONGEST_MATCH 258

enum block_type { BLOCK_STORED = 0, BLOCK_FIXED = 1, BLOCK_DYNAMIC = 2 };

struct huffman {
        u16 count[MAX_BITS + 1];     /* codes of each length */
        u16 symbol[LITERAL_CODES];   /* symbols in order of their codes */
        u16 fast[1 << FAST_BITS];    /* symbol * 16 + length, 0 = longer code */
};

static struct {
        const u8 *next;
        const u8 *end;
        u32 bits;
        u32 bit_count;
        u32 missing_bytes;           /* zeros supplied behind the end */
        u8 *out_start;
        u8 *out;
        u8 *out_end;
} s;

static struct huffman literals;
static struct huffman distances;

static const u16 length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const u8 length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const u16 distance_base[DISTANCE_CODES] = {
        1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
        193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const u8 distance_extra[DISTANCE_CODES] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                                  6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

static void fill(void)
{
        while (s.bit_count <= 24) {
                if (s.next < s.end)
                        s.bits |= (u32)*s.next++ << s.bit_count;
                else
                        s.missing_bytes++;
                s.bit_count += 8;
        }
}

static u32 take(u32 count)
{
        u32 value;

        if (s.bit_count < count)
                fill();
        value = s.bits & ((1u << count) - 1);
        s.bits >>= count;
        s.bit_count -= count;
        return value;
}

/* Builds a decoder from code lengths. Returns 0, or 1 when the lengths are over-subscribed. */
static int build(struct huffman *h, const u8 *lengths, int codes)
{
        u16 next[MAX_BITS + 1];
        u16 offset[MAX_BITS + 1];
        int left = 1;
        int i;
        u32 code = 0;

        for (i = 0; i <= MAX_BITS; i++)
                h->count[i] = 0;
        for (i = 0; i < codes; i++)
                h->count[lengths[i]]++;
        h->count[0] = 0;
        for (i = 1; i <= MAX_BITS; i++) {
                left = (left << 1) - h->count[i];
                if (left < 0)
                        return 1;
        }
        offset[1] = 0;
        for (i = 1; i < MAX_BITS; i++)
                offset[i + 1] = offset[i] + h->count[i];
        for (i = 1; i <= MAX_BITS; i++) {
                code = (code + h->count[i - 1]) << 1;
                next[i] = code;
        }
        for (i = 0; i < 1 << FAST_BITS; i++)
                h->fast[i] = 0;
        for (i = 0; i < codes; i++) {
                u32 length = lengths[i];
                u32 reversed = 0;
                u32 bit, at;

                if (!length)
                        continue;
                h->symbol[offset[length]++] = i;
                code = next[length]++;
                if (length > FAST_BITS)
                        continue;
                for (bit = 0; bit < length; bit++)
                        reversed |= ((code >> bit) & 1) << (length - 1 - bit);
                for (at = reversed; at < 1 << FAST_BITS; at += 1u << length)
                        h->fast[at] = i << 4 | length;
        }
        return 0;
}

/* Upwards; returns where the next byte goes. */
static inline u8 *copy_bytes(u8 *to, const u8 *from, u32 bytes)
{
        asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
        return to;
}

/* A code longer than the table's, at the low end of `bits`: symbol * 16 + length, 0 when there is none. */
static u32 look_up_long(const struct huffman *h, u32 bits)
{
        int code = 0, first = 0, index = 0;
        u32 length;

        for (length = 1; length <= MAX_BITS; length++) {
                int count = h->count[length];

                code |= bits & 1;
                bits >>= 1;
                if (code - count < first)
                        return (u32)h->symbol[index + (code - first)] << 4 | length;
                index += count;
                first = (first + count) << 1;
                code <<= 1;
        }
        return 0;
}

static inline u32 look_up(const struct huffman *h, u32 bits)
{
        u32 entry = h->fast[bits & ((1 << FAST_BITS) - 1)];

        return entry ? entry : look_up_long(h, bits);
}

/* Decodes one symbol; -1 for a code that is not in the table. */
static int decode(const struct huffman *h)
{
        u32 entry;

        if (s.bit_count < MAX_BITS)
                fill();
        entry = look_up(h, s.bits);
        if (!entry)
                return -1;
        s.bits >>= entry & 15;
        s.bit_count -= entry & 15;
        return entry >> 4;
}

/* The codes of a block far from both ends. Sets *is_ended at the end of the block. */
static const char *inflate_fast(int *is_ended)
{
        const u8 *next = s.next;
        u8 *out = s.out;
        u32 bits = s.bits;
        u32 count = s.bit_count;
        const char *error = 0;

#define REFILL()                                                      \
        do {                                                          \
                if (count < MAX_BITS) {                               \
                        bits |= (u32) * (const u16 *)next << count;   \
                        next += 2;                                    \
                        count += 16;                                  \
                }                                                     \
        } while (0)
#define DROP(n) (bits >>= (n), count -= (n))

        while (s.end - next >= NEAR_INPUT_END && s.out_end - out >= LONGEST_MATCH) {
                u32 entry, extra, length, distance;

                REFILL();
                entry = look_up(&literals, bits);
                if (!entry) {
                        error = "invalid literal code";
                        break;
                }
                DROP(entry & 15);
                entry >>= 4;
                if (entry < END_OF_BLOCK) {
                        *out++ = entry;
                        continue;
                }
                if (entry == END_OF_BLOCK) {
                        *is_ended = 1;
                        break;
                }
                entry -= END_OF_BLOCK + 1;
                if (entry >= 29) {
                        error = "invalid length code";
                        break;
                }
                REFILL();
                extra = length_extra[entry];
                length = length_base[entry] + (bits & ((1u << extra) - 1));
                DROP(extra);
                REFILL();
                entry = look_up(&distances, bits);
                if (!entry || entry >> 4 >= DISTANCE_CODES) {
                        error = "invalid distance code";
                        break;
                }
                DROP(entry & 15);
                entry >>= 4;
                REFILL();
                extra = distance_extra[entry];
                distance = distance_base[entry] + (bits & ((1u << extra) - 1));
                DROP(extra);
                if (distance > (u32)(out - s.out_start)) {
                        error = "distance too far back";
                        break;
                }
                /* Byte by byte: what is copied may be what was just written. */
                out = copy_bytes(out, out - distance, length);
        }
#undef REFILL
#undef DROP
        s.next = next;
        s.out = out;
        s.bits = bits;
        s.bit_count = count;
        return error;
}

static const char *inflate_codes(void)
{
        int is_ended = 0;
        const char *error = inflate_fast(&is_ended);

        if (error || is_ended)
                return error;
        for (;;) {
                int symbol = decode(&literals);
                u32 length, distance;

                if (symbol < 0)
                        return "invalid literal code";
                if (symbol < END_OF_BLOCK) {
                        if (s.out == s.out_end)
                                return "output too long";
                        *s.out++ = symbol;
                        continue;
                }
                if (symbol == END_OF_BLOCK)
                        return 0;
                symbol -= END_OF_BLOCK + 1;
                if (symbol >= 29)
                        return "invalid length code";
                length = length_base[symbol] + take(length_extra[symbol]);
                symbol = decode(&distances);
                if (symbol < 0 || symbol >= DISTANCE_CODES)
                        return "invalid distance code";
                distance = distance_base[symbol] + take(distance_extra[symbol]);
                if (distance > (u32)(s.out - s.out_start))
                        return "distance too far back";
                if (length > (u32)(s.out_end - s.out))
                        return "output too long";
                s.out = copy_bytes(s.out, s.out - distance, length);
        }
}

static const char *inflate_stored(void)
{
        u32 length, complement;

        take(s.bit_count & 7);
        length = take(16);
        complement = take(16);
        if (length != (complement ^ 0xffff))
                return "stored block lengths differ";
        if (length > (u32)(s.out_end - s.out))
                return "output too long";
        while (length && s.bit_count) {
                *s.out++ = take(8);
                length--;
        }
        if (length > (u32)(s.end - s.next))
                return "input too short";
        while (length--)
                *s.out++ = *s.next++;
        return 0;
}

static const char *inflate_fixed(void)
{
        static u8 lengths[LITERAL_CODES];
        int i;

        for (i = 0; i < LITERAL_CODES; i++)
                lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        build(&literals, lengths, LITERAL_CODES);
        for (i = 0; i < DISTANCE_CODES; i++)
                lengths[i] = 5;
        build(&distances, lengths, DISTANCE_CODES);
        return inflate_codes();
}

static const char *inflate_dynamic(void)
{
        static const u8 order[LENGTH_CODE_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
        static u8 lengths[LITERAL_CODES + 32];
        u32 literal_codes = take(5) + 257;
        u32 distance_codes = take(5) + 1;
        u32 length_codes = take(4) + 4;
        u32 i;

        if (literal_codes > 286 || distance_codes > DISTANCE_CODES)
                return "too many codes";
        for (i = 0; i < LENGTH_CODE_CODES; i++)
                lengths[order[i]] = i < length_codes ? take(3) : 0;
        if (build(&literals, lengths, LENGTH_CODE_CODES))
                return "invalid code lengths";
        for (i = 0; i < literal_codes + distance_codes;) {
                int symbol = decode(&literals);
                u32 repeat;
                u8 value = 0;

                if (symbol < 0)
                        return "invalid code length code";
                if (symbol < 16) {
                        lengths[i++] = symbol;
                        continue;
                }
                if (symbol == 16) {
                        if (i == 0)
                                return "no length to repeat";
                        value = lengths[i - 1];
                        repeat = 3 + take(2);
                } else {
                        repeat = symbol == 17 ? 3 + take(3) : 11 + take(7);
                }
                if (i + repeat > literal_codes + distance_codes)
                        return "too many lengths";
                while (repeat--)
                        lengths[i++] = value;
        }
        if (build(&distances, lengths + literal_codes, distance_codes) ||
            build(&literals, lengths, literal_codes))
                return "invalid code lengths";
        return inflate_codes();
}

const char *inflate(const u8 *input, u32 input_bytes, u8 *output, u32 output_bytes)
{
        u32 is_final;

        s.next = input;
        s.end = input + input_bytes;
        s.bits = s.bit_count = s.missing_bytes = 0;
        s.out = s.out_start = output;
        s.out_end = output + output_bytes;

        do {
                const char *error;

                is_final = take(1);
                switch (take(2)) {
                case BLOCK_STORED:
                        error = inflate_stored();
                        break;
                case BLOCK_FIXED:
                        error = inflate_fixed();
                        break;
                case BLOCK_DYNAMIC:
                        error = inflate_dynamic();
                        break;
                default:
                        error = "invalid block type";
                }
                if (error)
                        return error;
                if (s.missing_bytes * 8 > s.bit_count)
                        return "input too short";
        } while (!is_final);
        return s.out == s.out_end ? 0 : "output too short";
}

u32 crc32(const u8 *data, u32 bytes)
{
        static u32 table[256];
        u32 i, bit, value;

        for (i = 0; i < 256; i++) {
                value = i;
                for (bit = 0; bit < 8; bit++)
                        value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
                table[i] = value;
        }
        value = 0xffffffff;
        while (bytes--)
                value = table[(value ^ *data++) & 0xff] ^ value >> 8;
        return ~value;
}
