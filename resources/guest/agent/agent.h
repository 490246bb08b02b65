/* The agent's own small library: system calls of any Linux from 2.6.13 on, text, options. */
#ifndef AGENT_H
#define AGENT_H

#include "../purgatory/sha256.h"

#define NULL ((void *)0)
#define PAGE_SIZE 4096u
#define MAX_COMMAND_LINE 4096
#define MAX_PATH 256

#define EINVAL 22
#define EEXIST 17
#define ENOENT 2

#define O_RDONLY 0
#define O_RDWR 2

#define LINUX_REBOOT_CMD_RESTART 0x01234567
#define LINUX_REBOOT_CMD_KEXEC 0x45584543

struct kexec_segment {
        const void *buf;
        u32 bufsz;
        u32 mem;
        u32 memsz;
};

/* A file in memory, read-only. */
struct mapped_file {
        const u8 *bytes;
        u32 size;
};

/* system-calls.c: results as the kernel gives them, errors as negative numbers. */
int sys_fork(void);
int sys_read(int fd, void *to, u32 bytes);
int sys_write(int fd, const void *from, u32 bytes);
int sys_open(const char *path, int flags);
int sys_close(int fd);
int sys_dup2(int from, int to);
int sys_mkdir(const char *path, u32 mode);
int sys_mknod(const char *path, u32 mode, u32 device);
int sys_mount(const char *type, const char *path);
int sys_access(const char *path);
int sys_execve(const char *path, char *const *arguments, char *const *environment);
int sys_ioperm(u32 first_port, u32 count, int is_allowed);
int sys_kexec_load(u32 entry, u32 segments, const struct kexec_segment *list);
int sys_reboot(u32 command);
void sys_sync(void);
/* Waits until the terminal has sent everything. */
void drain_output(int fd);
void sleep_milliseconds(u32 milliseconds);
void sleep_for_ever(void) __attribute__((noreturn));
int map_file(int fd, struct mapped_file *file);
/* Reads a file into `to`, ends it with a NUL; the count without it, or a negative errno. */
int read_text_file(const char *path, char *to, u32 bytes);

/* text.c */
u32 text_length(const char *text);
int text_equal(const char *left, const char *right);
int text_begins(const char *text, const char *beginning);
/* Prints on standard output: %s %d. */
void print(const char *format, ...);
u32 parse_decimal(const char *text);
/* `text` behind the hexadecimal digits it begins with, up to 64 bits of them in `value`. */
const char *parse_hex(const char *text, u64 *value);
void *memcpy(void *to, const void *from, u32 bytes);
void *memset(void *to, int value, u32 bytes);

/* command-line.c: words of /proc/cmdline. */
/* The value of `name=value`, the last one when there are several; "" when there is none. */
void read_option(const char *command_line, const char *name, char *value, u32 bytes);
/* The next kernel's command line: no action any more, generation `generation`, no words of a boot loader. */
void next_command_line(const char *command_line, u32 generation, char *next, u32 bytes);

/* generation.c: remembers across a reset, in two bytes of the CMOS RAM, that a reboot was asked for. */
int remember_reboot(void);
/* 1 when the last reset was asked for by the agent; forgets it. */
int was_rebooted(void);

/* boot-params.c: what the set-up code of the next kernel would have asked the BIOS for, from the running kernel. */
int fill_boot_params(u8 *boot_params, const u8 *image, u32 command_line_at);
/* End of the RAM that begins at 1 MiB, at most 4 GiB less a page. */
u32 ram_end(const u8 *boot_params);

/* kexec.c: loads a bzImage and a RAM disk; 0 or a negative errno. */
int load_kernel(struct mapped_file kernel, struct mapped_file initrd, const char *command_line, int is_hashed);

#endif
