/* Processes: one address space and one kernel stack each; they give up the CPU in system calls and on ticks in user mode. */
#ifndef PROCESS_H
#define PROCESS_H

#include "labfs.h"
#include "traps.h"
#include "types.h"

#define PROCESS_MAX 16
#define VMA_MAX 8
#define OPEN_MAX 8
#define INIT_PID 1

enum process_state { PROCESS_UNUSED, PROCESS_RUNNABLE, PROCESS_SLEEPING, PROCESS_WAITING, PROCESS_ZOMBIE };

struct vma {
        u32 start, end;                /* page aligned; unused when start == end */
        bool writable;
        const struct labfs_file *file; /* NULL: zero on demand */
        u32 file_page;                 /* page of the file at `start` */
        u32 drop_next;                 /* where dropping cached pages goes on */
};

enum file_kind { FILE_NONE, FILE_CONSOLE, FILE_LABFS, FILE_PROC };

struct open_file {
        enum file_kind kind;
        const struct labfs_file *labfs;
        u32 proc_index;
        u32 offset;
};

struct process {
        enum process_state state;
        u32 pid, parent, uid;
        u32 kernel_esp;
        u32 kernel_stack; /* physical page */
        u32 page_directory;
        u32 brk_start, brk;
        u32 wake_at;
        int exit_code;
        bool is_killed;
        struct vma vmas[VMA_MAX];
        struct open_file files[OPEN_MAX];
};

extern struct process *current;
extern struct process processes[PROCESS_MAX];

/* Starts process 1 from /sbin/init, or from the copy inside the kernel. Does not return. */
void init_start(void) NORETURN;
void schedule(void);
/* Sleeps until jiffies reaches `wake_at`; false when it was killed meanwhile. */
bool process_sleep(u32 wake_at);
int process_fork(const struct trap_frame *frame);
void process_exit(int code) NORETURN;
int process_wait(int pid, u32 status_user, u32 options);
int process_kill(int pid, int signal);

/* User memory (mm/user-memory.c). */
struct vma *vma_add(struct process *process, u32 start, u32 end, bool writable);
/* Direct-map address of the page under `address`, brought in if need be; NULL when there is none or it is read-only. */
u8 *user_page(struct process *process, u32 address, bool write);
int copy_from_user(void *to, u32 from, u32 bytes);
int copy_to_user(u32 to, const void *from, u32 bytes);
/* Copies a NUL-terminated text; -EFAULT, or -EINVAL when it does not fit. */
int text_from_user(char *to, u32 from, u32 bytes);
bool user_memory_create(struct process *process);
bool user_memory_copy(struct process *to, struct process *from);
void user_memory_free(struct process *process);
void user_unmap(struct process *process, u32 start, u32 end);
/* Drops one clean file page of some process; false when there is none. */
bool user_drop_file_page(void);

/* Loads an ELF executable; `read` delivers its bytes. Returns the entry, or 0. */
typedef bool (*image_reader)(const void *image, u32 offset, void *to, u32 bytes);
u32 elf_load(struct process *process, image_reader read, const void *image);

#endif
