/* The kernel's command line: blank-separated words. Words with a dot and a value are left alone by every kernel that has
 * no module of that name. Document: Linux, Documentation/admin-guide/kernel-parameters.rst. */
#include "agent.h"

/* Words that do not go to the next kernel: the agent writes its own, and a boot loader's are no longer true. */
static const char *const dropped[] = {"lab.action=", "lab.gen=", "BOOT_IMAGE=", "initrd="};

static int is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\n';
}

static const char *skip_blanks(const char *at)
{
        while (is_blank(*at))
                at++;
        return at;
}

static u32 word_length(const char *word)
{
        u32 length = 0;

        while (word[length] && !is_blank(word[length]))
                length++;
        return length;
}

static int is_dropped(const char *word)
{
        u32 i;

        for (i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
                if (text_begins(word, dropped[i]))
                        return 1;
        return 0;
}

void read_option(const char *command_line, const char *name, char *value, u32 bytes)
{
        const char *word;
        u32 skipped = text_length(name) + 1;

        value[0] = 0;
        for (word = skip_blanks(command_line); *word; word = skip_blanks(word + word_length(word))) {
                u32 length = word_length(word);

                if (length < skipped || !text_begins(word, name) || word[skipped - 1] != '=')
                        continue;
                length -= skipped;
                if (length > bytes - 1)
                        length = bytes - 1;
                memcpy(value, word + skipped, length);
                value[length] = 0;
        }
}

/* Words behind "--" are init's: ours go before it. */
void next_command_line(const char *command_line, u32 generation, char *next, u32 bytes)
{
        static const char action[] = "lab.action=none lab.gen=";
        const char *word;
        u32 done = 0;
        u32 digits = generation < 10 ? 1 : 2;

        memcpy(next, action, sizeof action - 1);
        done = sizeof action - 1;
        if (digits == 2)
                next[done++] = '0' + generation / 10 % 10;
        next[done++] = '0' + generation % 10;
        for (word = skip_blanks(command_line); *word; word = skip_blanks(word + word_length(word))) {
                u32 length = word_length(word);

                if (is_dropped(word))
                        continue;
                if (done + length + 2 > bytes)
                        break;
                next[done++] = ' ';
                memcpy(next + done, word, length);
                done += length;
        }
        next[done] = 0;
}
