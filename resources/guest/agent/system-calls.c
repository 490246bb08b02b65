/* System calls through INT 80h. Document: Linux, arch/x86/entry/syscalls/syscall_32.tbl. */
#include "agent.h"

#define NR_FORK 2
#define NR_READ 3
#define NR_WRITE 4
#define NR_OPEN 5
#define NR_CLOSE 6
#define NR_EXECVE 11
#define NR_LSEEK 19
#define NR_MKNOD 14
#define NR_MOUNT 21
#define NR_PAUSE 29
#define NR_ACCESS 33
#define NR_SYNC 36
#define NR_MKDIR 39
#define NR_IOCTL 54
#define NR_DUP2 63
#define NR_REBOOT 88
#define NR_MMAP 90
#define NR_IOPERM 101
#define NR_NANOSLEEP 162
#define NR_KEXEC_LOAD 283

#define SEEK_END 2
#define PROT_READ 1
#define MAP_PRIVATE 2
#define TCSBRK 0x5409
#define REBOOT_MAGIC1 0xfee1dead
#define REBOOT_MAGIC2 672274793

static int call(u32 number, u32 a, u32 b, u32 c, u32 d, u32 e)
{
        int result;

        asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
        return result;
}

int sys_fork(void)
{
        return call(NR_FORK, 0, 0, 0, 0, 0);
}

int sys_read(int fd, void *to, u32 bytes)
{
        return call(NR_READ, fd, (u32)to, bytes, 0, 0);
}

int sys_write(int fd, const void *from, u32 bytes)
{
        return call(NR_WRITE, fd, (u32)from, bytes, 0, 0);
}

int sys_open(const char *path, int flags)
{
        return call(NR_OPEN, (u32)path, flags, 0, 0, 0);
}

int sys_close(int fd)
{
        return call(NR_CLOSE, fd, 0, 0, 0, 0);
}

int sys_dup2(int from, int to)
{
        return call(NR_DUP2, from, to, 0, 0, 0);
}

int sys_mkdir(const char *path, u32 mode)
{
        return call(NR_MKDIR, (u32)path, mode, 0, 0, 0);
}

int sys_mknod(const char *path, u32 mode, u32 device)
{
        return call(NR_MKNOD, (u32)path, mode, device, 0, 0);
}

int sys_mount(const char *type, const char *path)
{
        return call(NR_MOUNT, (u32)type, (u32)path, (u32)type, 0, 0);
}

int sys_access(const char *path)
{
        return call(NR_ACCESS, (u32)path, 0, 0, 0, 0);
}

int sys_execve(const char *path, char *const *arguments, char *const *environment)
{
        return call(NR_EXECVE, (u32)path, (u32)arguments, (u32)environment, 0, 0);
}

int sys_ioperm(u32 first_port, u32 count, int is_allowed)
{
        return call(NR_IOPERM, first_port, count, is_allowed, 0, 0);
}

int sys_kexec_load(u32 entry, u32 segments, const struct kexec_segment *list)
{
        return call(NR_KEXEC_LOAD, entry, segments, (u32)list, 0, 0);
}

int sys_reboot(u32 command)
{
        return call(NR_REBOOT, REBOOT_MAGIC1, REBOOT_MAGIC2, command, 0, 0);
}

void sys_sync(void)
{
        call(NR_SYNC, 0, 0, 0, 0, 0);
}

void drain_output(int fd)
{
        call(NR_IOCTL, fd, TCSBRK, 1, 0, 0);
}

void sleep_milliseconds(u32 milliseconds)
{
        u32 request[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};

        call(NR_NANOSLEEP, (u32)request, 0, 0, 0, 0);
}

void sleep_for_ever(void)
{
        for (;;)
                call(NR_PAUSE, 0, 0, 0, 0, 0);
}

int map_file(int fd, struct mapped_file *file)
{
        u32 arguments[6] = {0, 0, PROT_READ, MAP_PRIVATE, fd, 0};
        int size = call(NR_LSEEK, fd, 0, SEEK_END, 0, 0);
        int start;

        if (size <= 0)
                return size ? size : -EINVAL;
        arguments[1] = size;
        start = call(NR_MMAP, (u32)arguments, 0, 0, 0, 0);
        if (start < 0 && start > -4096)
                return start;
        file->bytes = (const u8 *)start;
        file->size = size;
        return 0;
}

int read_text_file(const char *path, char *to, u32 bytes)
{
        int fd = sys_open(path, O_RDONLY);
        u32 done = 0;
        int count;

        if (fd < 0)
                return fd;
        while (done < bytes - 1 && (count = sys_read(fd, to + done, bytes - 1 - done)) > 0)
                done += count;
        sys_close(fd);
        to[done] = 0;
        return done;
}
