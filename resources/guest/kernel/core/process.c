/* Processes: creation of process 1, fork, exit, wait, kill, and the round-robin scheduler. */
#include "boot-params.h"
#include "errno.h"
#include "io.h"
#include "irq.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"

#define WNOHANG 1
#define INIT_PATH "/sbin/init"

struct process processes[PROCESS_MAX]; /* 0 is the idle process: start_kernel's own thread */
struct process *current = &processes[0];
static u32 last_pid;

extern const u8 init_image[], init_image_end[];

void context_switch(u32 *save_esp, u32 load_esp, u32 load_cr3);
void trap_return(void);

static u32 stack_top(const struct process *process)
{
        return (u32)phys_to_virt(process->kernel_stack) + PAGE_SIZE;
}

static bool is_ready(struct process *process)
{
        if (process->state == PROCESS_SLEEPING && (process->is_killed || jiffies_reached(process->wake_at)))
                process->state = PROCESS_RUNNABLE;
        return process->state == PROCESS_RUNNABLE;
}

static struct process *next_ready(void)
{
        u32 at = current - processes;
        u32 i;

        for (i = 1; i <= PROCESS_MAX; i++) {
                struct process *process = &processes[(at + i) % PROCESS_MAX];

                if (process != processes && is_ready(process))
                        return process;
        }
        return NULL;
}

void schedule(void)
{
        u32 flags = irq_save();
        struct process *next = next_ready();
        struct process *before = current;

        if (!next)
                next = &processes[0];
        if (next != before) {
                current = next;
                if (next != processes)
                        tss_set_kernel_stack(stack_top(next));
                context_switch(&before->kernel_esp, next->kernel_esp,
                               next == processes ? virt_to_phys(swapper_pg_dir) : next->page_directory);
        }
        irq_restore(flags);
}

static void NORETURN idle(void)
{
        for (;;) {
                schedule();
                irq_disable();
                if (next_ready())
                        irq_enable();
                else
                        irq_enable_and_halt();
        }
}

bool process_sleep(u32 wake_at)
{
        current->wake_at = wake_at;
        current->state = PROCESS_SLEEPING;
        schedule();
        return !current->is_killed;
}

static struct process *process_create(u32 parent)
{
        struct process *process;

        for (process = processes + 1; process < processes + PROCESS_MAX; process++) {
                if (process->state != PROCESS_UNUSED)
                        continue;
                memset(process, 0, sizeof *process);
                process->kernel_stack = page_alloc();
                if (!process->kernel_stack)
                        return NULL;
                process->pid = ++last_pid;
                process->parent = parent;
                return process;
        }
        return NULL;
}

/* Lays out a kernel stack that context_switch leaves through trap_return with `frame`. */
static void prepare_stack(struct process *process, const struct trap_frame *frame)
{
        u32 *esp = (u32 *)(stack_top(process) - sizeof *frame);

        memcpy(esp, frame, sizeof *frame);
        *--esp = (u32)trap_return;
        esp -= 4; /* EBP, EBX, ESI, EDI */
        process->kernel_esp = (u32)esp;
        process->state = PROCESS_RUNNABLE;
}

static bool read_labfs(const void *image, u32 offset, void *to, u32 bytes)
{
        return labfs_read(image, offset, to, bytes) == (int)bytes;
}

static bool read_built_in(const void *image, u32 offset, void *to, u32 bytes)
{
        if (offset + bytes > (u32)(init_image_end - init_image))
                return false;
        memcpy(to, (const u8 *)image + offset, bytes);
        return true;
}

void init_start(void)
{
        struct trap_frame frame = {.cs = SEL_USER_CS, .ds = SEL_USER_DS, .es = SEL_USER_DS, .user_ss = SEL_USER_DS};
        const struct labfs_file *file = labfs_find(INIT_PATH);
        struct process *init = process_create(0);
        u32 i;

        if (!init || !user_memory_create(init) ||
            !vma_add(init, USER_STACK_TOP - USER_STACK_BYTES, USER_STACK_TOP, true))
                panic(NULL, "No memory for init.");
        for (i = 0; i < 3; i++)
                init->files[i].kind = FILE_CONSOLE;
        if (file)
                frame.eip = elf_load(init, read_labfs, file);
        else
                frame.eip = elf_load(init, read_built_in, init_image);
        if (!frame.eip)
                panic(NULL, "No init found.");
        printk("Starting init (%s)\n", file ? INIT_PATH " on labfs" : "the copy in the kernel image");
        frame.user_esp = USER_STACK_TOP - 16;
        frame.eflags = EFLAGS_IF;
        prepare_stack(init, &frame);
        idle();
}

int process_fork(const struct trap_frame *frame)
{
        struct process *child = process_create(current->pid);
        struct trap_frame child_frame = *frame;

        if (!child)
                return -EAGAIN;
        child->uid = current->uid;
        child->brk_start = current->brk_start;
        child->brk = current->brk;
        memcpy(child->files, current->files, sizeof child->files);
        if (!user_memory_copy(child, current)) {
                if (child->page_directory)
                        user_memory_free(child);
                page_free(child->kernel_stack);
                return -ENOMEM;
        }
        child_frame.eax = 0;
        prepare_stack(child, &child_frame);
        return child->pid;
}

static struct process *find_process(u32 pid)
{
        struct process *process;

        for (process = processes + 1; process < processes + PROCESS_MAX; process++)
                if (process->state != PROCESS_UNUSED && process->pid == pid)
                        return process;
        return NULL;
}

static void wake_parent(u32 pid)
{
        struct process *parent = find_process(pid);

        if (parent && parent->state == PROCESS_WAITING)
                parent->state = PROCESS_RUNNABLE;
}

void process_exit(int code)
{
        struct process *process;

        if (current->pid == INIT_PID)
                panic(NULL, "Attempted to kill init!");
        irq_disable();
        user_memory_free(current);
        current->exit_code = code;
        current->state = PROCESS_ZOMBIE; /* the kernel stack goes when the parent has waited */
        for (process = processes + 1; process < processes + PROCESS_MAX; process++)
                if (process->parent == current->pid)
                        process->parent = INIT_PID;
        wake_parent(current->parent);
        wake_parent(INIT_PID);
        schedule();
        panic(NULL, "A dead process ran.");
}

int process_wait(int pid, u32 status_user, u32 options)
{
        for (;;) {
                struct process *process;
                bool has_children = false;
                int found, status;

                for (process = processes + 1; process < processes + PROCESS_MAX; process++) {
                        if (process->state == PROCESS_UNUSED || process->parent != current->pid ||
                            (pid > 0 && process->pid != (u32)pid))
                                continue;
                        has_children = true;
                        if (process->state != PROCESS_ZOMBIE)
                                continue;
                        found = process->pid;
                        status = (process->exit_code & 0xff) << 8;
                        page_free(process->kernel_stack);
                        process->state = PROCESS_UNUSED;
                        if (status_user && copy_to_user(status_user, &status, sizeof status))
                                return -EFAULT;
                        return found;
                }
                if (!has_children)
                        return -ECHILD;
                if (options & WNOHANG)
                        return 0;
                current->state = PROCESS_WAITING;
                schedule();
                if (current->is_killed)
                        return -EINTR;
        }
}

int process_kill(int pid, int signal)
{
        struct process *process;
        int found = 0;

        if (signal != 9 && signal != 15)
                return -EINVAL;
        for (process = processes + 1; process < processes + PROCESS_MAX; process++) {
                if (process->state == PROCESS_UNUSED || process->state == PROCESS_ZOMBIE ||
                    process->pid == INIT_PID || process == current)
                        continue;
                if (pid != -1 && process->pid != (u32)pid)
                        continue;
                process->is_killed = true;
                if (process->state == PROCESS_WAITING)
                        process->state = PROCESS_RUNNABLE;
                found++;
        }
        return found ? 0 : -ESRCH;
}
