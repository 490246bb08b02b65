/* System calls through INT 80h, Linux numbers (kernel/include/syscall.h). */
#include "init.h"

#define NR_EXIT 1
#define NR_FORK 2
#define NR_READ 3
#define NR_WRITE 4
#define NR_OPEN 5
#define NR_CLOSE 6
#define NR_WAITPID 7
#define NR_LSEEK 19
#define NR_SETUID 23
#define NR_SYNC 36
#define NR_KILL 37
#define NR_BRK 45
#define NR_REBOOT 88
#define NR_MMAP 90
#define NR_NANOSLEEP 162
#define NR_KEXEC 254
#define NR_KEXEC_LOAD 283

#define SEEK_SET 0
#define SEEK_END 2
#define PROT_READ 1
#define MAP_PRIVATE 2

static int call(u32 number, u32 a, u32 b, u32 c, u32 d)
{
        int result;

        asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
        return result;
}

void sys_exit(int code)
{
        call(NR_EXIT, code, 0, 0, 0);
        __builtin_unreachable();
}

int sys_fork(void)
{
        return call(NR_FORK, 0, 0, 0, 0);
}

int sys_read(int fd, void *to, u32 bytes)
{
        return call(NR_READ, fd, (u32)to, bytes, 0);
}

int sys_write(int fd, const void *from, u32 bytes)
{
        return call(NR_WRITE, fd, (u32)from, bytes, 0);
}

int sys_open(const char *path)
{
        return call(NR_OPEN, (u32)path, 0, 0, 0);
}

int sys_close(int fd)
{
        return call(NR_CLOSE, fd, 0, 0, 0);
}

int sys_waitpid(int pid, int *status, int options)
{
        return call(NR_WAITPID, pid, (u32)status, options, 0);
}

int sys_seek_end(int fd)
{
        return call(NR_LSEEK, fd, 0, SEEK_END, 0);
}

int sys_seek(int fd, u32 offset)
{
        return call(NR_LSEEK, fd, offset, SEEK_SET, 0);
}

int sys_setuid(u32 uid)
{
        return call(NR_SETUID, uid, 0, 0, 0);
}

int sys_kill(int pid, int signal)
{
        return call(NR_KILL, pid, signal, 0, 0);
}

int sys_sync(void)
{
        return call(NR_SYNC, 0, 0, 0, 0);
}

int sys_reboot(u32 magic1, u32 magic2, u32 command)
{
        return call(NR_REBOOT, magic1, magic2, command, 0);
}

int sys_kexec_load(u32 entry, u32 segments, const struct kexec_segment *list, u32 flags)
{
        return call(NR_KEXEC_LOAD, entry, segments, (u32)list, flags);
}

int sys_kexec(u32 entry, u32 segments, const struct kexec_segment *list)
{
        return call(NR_KEXEC, entry, segments, (u32)list, 0);
}

void *sys_brk(u32 end)
{
        return (void *)call(NR_BRK, end, 0, 0, 0);
}

void sleep_seconds(u32 seconds)
{
        u32 request[2] = {seconds, 0};

        call(NR_NANOSLEEP, (u32)request, 0, 0, 0);
}

const u8 *map_file(const char *path, u32 *bytes)
{
        u32 arguments[6] = {0, 0, PROT_READ, MAP_PRIVATE, 0, 0};
        int fd = sys_open(path);
        int start;

        if (fd < 0)
                return NULL;
        *bytes = sys_seek_end(fd);
        arguments[1] = *bytes;
        arguments[4] = fd;
        start = call(NR_MMAP, (u32)arguments, 0, 0, 0);
        sys_close(fd);
        return start > -4096 && start < 0 ? NULL : (const u8 *)start;
}
