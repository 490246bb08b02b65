/* Length-limited prefix codes (package-merge, Larmore and Hirschberg 1990) and canonical codes (RFC 1951 3.2.2). */
#include <stdlib.h>
#include <string.h>

#include "deflate.h"

#define MAX_SYMBOLS 288
#define MAX_LIMIT 15

struct package {
        uint64_t weight;
        uint16_t members[MAX_SYMBOLS]; /* how often each symbol occurs in it */
};

struct leaf {
        uint32_t weight;
        int symbol;
};

static int compare_leaves(const void *left, const void *right)
{
        const struct leaf *a = left, *b = right;

        if (a->weight != b->weight)
                return a->weight < b->weight ? -1 : 1;
        return a->symbol - b->symbol;
}

static void set_leaf(struct package *package, const struct leaf *leaf)
{
        memset(package, 0, sizeof *package);
        package->weight = leaf->weight;
        package->members[leaf->symbol] = 1;
}

void code_lengths(const uint32_t *frequencies, int symbols, int limit, uint8_t *lengths)
{
        static struct leaf leaves[MAX_SYMBOLS];
        static struct package level[2 * MAX_SYMBOLS], pairs[MAX_SYMBOLS];
        int leaf_count = 0, pair_count = 0;

        memset(lengths, 0, symbols);
        for (int i = 0; i < symbols; i++)
                if (frequencies[i])
                        leaves[leaf_count++] = (struct leaf){frequencies[i], i};
        if (leaf_count <= 1) {
                lengths[leaf_count ? leaves[0].symbol : 0] = 1;
                return;
        }
        qsort(leaves, leaf_count, sizeof leaves[0], compare_leaves);

        for (int depth = 0; depth < limit; depth++) {
                int count = 0, leaf = 0, pair = 0;

                while (leaf < leaf_count || pair < pair_count) {
                        if (pair == pair_count || (leaf < leaf_count && leaves[leaf].weight <= pairs[pair].weight))
                                set_leaf(&level[count++], &leaves[leaf++]);
                        else
                                level[count++] = pairs[pair++];
                }
                if (depth == limit - 1) {
                        for (int i = 0; i < 2 * leaf_count - 2; i++)
                                for (int s = 0; s < symbols; s++)
                                        lengths[s] += level[i].members[s];
                        return;
                }
                pair_count = count / 2;
                for (int i = 0; i < pair_count; i++) {
                        pairs[i].weight = level[2 * i].weight + level[2 * i + 1].weight;
                        for (int s = 0; s < symbols; s++)
                                pairs[i].members[s] = level[2 * i].members[s] + level[2 * i + 1].members[s];
                }
        }
}

void canonical_codes(const uint8_t *lengths, int symbols, uint16_t *codes)
{
        unsigned count[MAX_LIMIT + 1] = {0}, next[MAX_LIMIT + 1] = {0};
        unsigned code = 0;

        for (int i = 0; i < symbols; i++)
                count[lengths[i]]++;
        count[0] = 0;
        for (int length = 1; length <= MAX_LIMIT; length++) {
                code = (code + count[length - 1]) << 1;
                next[length] = code;
        }
        for (int i = 0; i < symbols; i++) {
                unsigned reversed = 0;

                if (!lengths[i])
                        continue;
                code = next[lengths[i]]++;
                for (unsigned bit = 0; bit < lengths[i]; bit++)
                        reversed |= (code >> bit & 1) << (lengths[i] - 1 - bit);
                codes[i] = reversed;
        }
}
