/* init's own small library: system calls, text, the boot protocol's structures. */
#ifndef INIT_H
#define INIT_H

#include "../purgatory/sha256.h"

typedef unsigned int size_t;

#define NULL ((void *)0)
#define PAGE_SIZE 4096u
#define COMMAND_LINE_BYTES 512

#define EPERM 1
#define ENOENT 2
#define EIO 5
#define EFAULT 14
#define EBUSY 16
#define EINVAL 22
#define ENOMEM 12
#define ENOSYS 38
#define EADDRNOTAVAIL 99

#define SIGTERM 15
#define LINUX_REBOOT_MAGIC1 0xfee1dead
#define LINUX_REBOOT_MAGIC2 672274793
#define LINUX_REBOOT_CMD_RESTART 0x01234567
#define LINUX_REBOOT_CMD_KEXEC 0x45584543

struct kexec_segment {
        const void *buf;
        u32 bufsz;
        u32 mem;
        u32 memsz;
};

/* System calls (calls.c): results as the kernel gives them, errors as negative numbers. */
void sys_exit(int code) __attribute__((noreturn));
int sys_fork(void);
int sys_read(int fd, void *to, u32 bytes);
int sys_write(int fd, const void *from, u32 bytes);
int sys_open(const char *path);
int sys_close(int fd);
int sys_waitpid(int pid, int *status, int options);
int sys_seek_end(int fd);
int sys_seek(int fd, u32 offset);
int sys_setuid(u32 uid);
int sys_kill(int pid, int signal);
int sys_sync(void);
int sys_reboot(u32 magic1, u32 magic2, u32 command);
int sys_kexec_load(u32 entry, u32 segments, const struct kexec_segment *list, u32 flags);
/* 2.5.44: loads and jumps. */
int sys_kexec(u32 entry, u32 segments, const struct kexec_segment *list);
void sleep_seconds(u32 seconds);
/* Maps a file read-only; NULL when that fails. Size in `bytes`. */
const u8 *map_file(const char *path, u32 *bytes);
void *sys_brk(u32 end);

/* Text (text.c). print: %s %d %u %x, padded with 0 to 8 by %X. */
void print(const char *format, ...);
/* The same into `to`, always with a NUL at the end. */
void format(char *to, u32 bytes, const char *format, ...);
u32 text_length(const char *text);
int text_equal(const char *left, const char *right);
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
/* The option's value up to the next blank (to the end of the line for lab.append); "" when it is not there. */
void read_option(const char *name, char *value, u32 bytes);
/* Reads a file into `to`; returns the count, or a negative errno. */
int read_file(const char *path, void *to, u32 bytes);

/* The option as a hexadecimal number (0x before it or not); 0 when it is not there. */
u32 read_hex_option(const char *name);
int option_is(const char *name, const char *wanted);

/* services.c */
void services_start(void);
void services_end(void);

/* workload.c: what service number `service` of `services` reads while it starts, and what all their stopping reads. */
void workload_start(u32 service, u32 services);
void workload_stop(void);

/* kexec.c: loads a kernel with `command_line` at physical `load_at` (0: where it belongs); 0 or a negative errno.
 * From any other place the purgatory moves it down: free pages can then be destinations, which forces collisions.
 * In 2.5.44 it returns only an error. */
int kexec_load_kernel(const char *path, const char *command_line, u32 load_at);
/* Loads a kernel into the crash reserve, to run there. 0 or a negative errno. */
int kexec_load_crash_kernel(const char *path, const char *command_line);
/* Loads a kernel into the crash reserve, to be copied down at every jump. 0 or a negative errno. */
int kexec_load_kept_kernel(const char *path, const char *command_line);
/* errno-tests.c: tries each error of kexec_load and reboot and prints what came. */
void run_errno_tests(void);

#endif
