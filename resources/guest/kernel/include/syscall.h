/* System calls: INT 80h, number in EAX, arguments in EBX, ECX, EDX, ESI, EDI; result or -errno in EAX. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "traps.h"

#define NR_EXIT 1
#define NR_FORK 2
#define NR_READ 3
#define NR_WRITE 4
#define NR_OPEN 5
#define NR_CLOSE 6
#define NR_WAITPID 7
#define NR_TIME 13
#define NR_LSEEK 19
#define NR_GETPID 20
#define NR_SETUID 23
#define NR_GETUID 24
#define NR_SYNC 36
#define NR_KILL 37
#define NR_BRK 45
#define NR_REBOOT 88
#define NR_MMAP 90
#define NR_MUNMAP 91
#define NR_NANOSLEEP 162
#define NR_KEXEC 254 /* 2.5.44 only; the number moved with every patch */
#define NR_KEXEC_LOAD 283

void system_call(struct trap_frame *frame);

/* Files (core/file.c). */
int sys_open(u32 path_user);
int sys_close(u32 fd);
int sys_read(u32 fd, u32 to_user, u32 bytes);
int sys_write(u32 fd, u32 from_user, u32 bytes);
int sys_lseek(u32 fd, s32 offset, u32 whence);
/* Old mmap: one pointer to {addr, len, prot, flags, fd, offset}; private, read-only, from offset 0 on. */
int sys_mmap(u32 arguments_user);

/* Reboot (core/reboot.c) and kexec (kexec/kexec-load.c). */
/* Quiets what is neither driver nor process. */
void machine_shutdown(void);
int sys_reboot(u32 magic1, u32 magic2, u32 command);
/* Loads and jumps; returns only when that fails. */
int sys_kexec(u32 entry, s32 segment_count, u32 segments_user);
int sys_kexec_load(u32 entry, u32 segment_count, u32 segments_user, u32 flags);

#endif
