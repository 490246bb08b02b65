/* The disk work of services: scattered reads of /var/data, and sums over what was read (docs/profiles.md, section services).
 * How much is in /etc/services.conf: reads at start, bytes of each, sums over each, reads at stop; without it there is none.
 * Leaves out writing: the file system is read-only. */
#include "init.h"

#define CONFIG_PATH "/etc/services.conf"
#define DATA_PATH "/var/data"
#define CONFIG_BYTES 64

struct workload {
        u32 reads, read_bytes, sums, stop_reads;
};

static volatile u32 checksum; /* volatile: else the sums are nobody's and left out */

static u32 parse_number(const char **text)
{
        u32 value = 0;

        while (**text == ' ')
                (*text)++;
        while (**text >= '0' && **text <= '9')
                value = value * 10 + *(*text)++ - '0';
        return value;
}

static int read_config(struct workload *workload)
{
        char line[CONFIG_BYTES];
        const char *text = line;
        int count = read_file(CONFIG_PATH, line, sizeof line - 1);

        if (count <= 0)
                return 0;
        line[count] = 0;
        workload->reads = parse_number(&text);
        workload->read_bytes = parse_number(&text);
        workload->sums = parse_number(&text);
        workload->stop_reads = parse_number(&text);
        return workload->read_bytes >= PAGE_SIZE;
}

static void add_up(const u32 *data, u32 bytes)
{
        const u32 *end = data + bytes / sizeof *data;
        u32 sum = checksum;

        while (data < end)
                sum = (sum << 1 | sum >> 31) ^ *data++;
        checksum = sum;
}

/* Pages of the file in an order of no meaning, the same at every boot: a linear congruence (Numerical Recipes, 2nd ed., 7.1). */
static void read_scattered(const struct workload *workload, u32 reads, u32 seed)
{
        u32 bytes = workload->read_bytes;
        int fd = sys_open(DATA_PATH);
        u32 old_break = (u32)sys_brk(0);
        u32 buffer = (old_break + PAGE_SIZE - 1) & -PAGE_SIZE;
        u32 places, i, sum;

        if (fd < 0)
                return;
        places = ((u32)sys_seek_end(fd) - bytes) / PAGE_SIZE + 1;
        if ((u32)sys_brk((void *)(buffer + bytes)) != buffer + bytes) {
                sys_close(fd);
                return;
        }
        for (i = 0; i < reads; i++) {
                seed = seed * 1664525 + 1013904223;
                sys_seek(fd, (u32)((unsigned long long)seed * places >> 32) * PAGE_SIZE);
                if (sys_read(fd, (void *)buffer, bytes) != (int)bytes) {
                        print("init: %s: read error\n", DATA_PATH);
                        break;
                }
                for (sum = 0; sum < workload->sums; sum++)
                        add_up((const u32 *)buffer, bytes);
        }
        sys_brk((void *)old_break);
        sys_close(fd);
}

void workload_start(u32 service, u32 services)
{
        struct workload workload;

        if (read_config(&workload))
                read_scattered(&workload, workload.reads * (service + 1) / services - workload.reads * service / services,
                               service + 1);
}

void workload_stop(void)
{
        struct workload workload;

        if (read_config(&workload))
                read_scattered(&workload, workload.stop_reads, 0);
}
