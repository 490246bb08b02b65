/* The system call table's small members and the dispatch. Document: Linux 2.4 include/asm-i386/unistd.h for the numbers. */
#include "syscall.h"
#include "drivers.h"
#include "errno.h"
#include "irq.h"
#include "kexec.h"
#include "memory.h"
#include "process.h"

#define NANOSECONDS_PER_JIFFY (1000000000u / HZ)
#define LONGEST_SLEEP_SECONDS 10000000u

static int sys_brk(u32 end)
{
        if (end < current->brk_start || end > USER_MMAP_BASE)
                return current->brk;
        if (ROUND_UP(end, PAGE_SIZE) < ROUND_UP(current->brk, PAGE_SIZE))
                user_unmap(current, ROUND_UP(end, PAGE_SIZE), ROUND_UP(current->brk, PAGE_SIZE));
        for (struct vma *vma = current->vmas; vma < current->vmas + VMA_MAX; vma++) {
                if (vma->start == current->brk_start && vma->start != vma->end) {
                        vma->end = ROUND_UP(end, PAGE_SIZE);
                        current->brk = end;
                        return end;
                }
        }
        if (end > current->brk_start && vma_add(current, current->brk_start, end, true))
                current->brk = end;
        return current->brk;
}

static int sys_nanosleep(u32 request_user)
{
        u32 request[2]; /* seconds, nanoseconds */

        if (copy_from_user(request, request_user, sizeof request))
                return -EFAULT;
        if (request[1] >= 1000000000u || request[0] > LONGEST_SLEEP_SECONDS)
                return -EINVAL;
        if (!process_sleep(jiffies + request[0] * HZ + (request[1] + NANOSECONDS_PER_JIFFY - 1) / NANOSECONDS_PER_JIFFY +
                           1))
                return -EINTR;
        return 0;
}

static int sys_setuid(u32 uid)
{
        if (current->uid && uid != current->uid)
                return -EPERM;
        current->uid = uid;
        return 0;
}

static int sys_time(u32 to_user)
{
        u32 now = boot_time_seconds + jiffies / HZ;

        if (to_user && copy_to_user(to_user, &now, sizeof now))
                return -EFAULT;
        return now;
}

static int sys_munmap(u32 start, u32 bytes)
{
        for (struct vma *vma = current->vmas; vma < current->vmas + VMA_MAX; vma++) {
                if (vma->start == vma->end || vma->start != start || !vma->file ||
                    vma->end != start + ROUND_UP(bytes, PAGE_SIZE))
                        continue;
                user_unmap(current, vma->start, vma->end);
                vma->start = vma->end = 0;
                return 0;
        }
        return -EINVAL;
}

void system_call(struct trap_frame *frame)
{
        u32 a = frame->ebx, b = frame->ecx, c = frame->edx;
        int result;

        switch (frame->eax) {
        case NR_EXIT:
                process_exit(a);
        case NR_FORK:
                result = process_fork(frame);
                break;
        case NR_READ:
                result = sys_read(a, b, c);
                break;
        case NR_WRITE:
                result = sys_write(a, b, c);
                break;
        case NR_OPEN:
                result = sys_open(a);
                break;
        case NR_CLOSE:
                result = sys_close(a);
                break;
        case NR_WAITPID:
                result = process_wait(a, b, c);
                break;
        case NR_TIME:
                result = sys_time(a);
                break;
        case NR_LSEEK:
                result = sys_lseek(a, b, c);
                break;
        case NR_GETPID:
                result = current->pid;
                break;
        case NR_SETUID:
                result = sys_setuid(a);
                break;
        case NR_GETUID:
                result = current->uid;
                break;
        case NR_SYNC: /* the only file system is read-only: no dirty buffers exist */
                result = 0;
                break;
        case NR_KILL:
                result = process_kill(a, b);
                break;
        case NR_BRK:
                result = sys_brk(a);
                break;
        case NR_REBOOT:
                result = sys_reboot(a, b, c);
                break;
        case NR_MMAP:
                result = sys_mmap(a);
                break;
        case NR_MUNMAP:
                result = sys_munmap(a, b);
                break;
        case NR_NANOSLEEP:
                result = sys_nanosleep(a);
                break;
        case NR_KEXEC:
                result = kexec_options.era == KEXEC_2_5_44 ? sys_kexec(a, b, c) : -ENOSYS;
                break;
        case NR_KEXEC_LOAD:
                result = kexec_options.era == KEXEC_2_5_44 ? -ENOSYS : sys_kexec_load(a, b, c, frame->esi);
                break;
        default:
                result = -ENOSYS;
        }
        frame->eax = result;
}
