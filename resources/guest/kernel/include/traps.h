/* What the entry code leaves on the kernel stack, and who handles it. */
#ifndef TRAPS_H
#define TRAPS_H

#include "types.h"

struct trap_frame {
        u32 es, ds;
        u32 edi, esi, ebp, unused_esp, ebx, edx, ecx, eax;
        u32 vector, error;
        u32 eip, cs, eflags;
        u32 user_esp, user_ss; /* only when coming from user mode */
};

static inline bool from_user(const struct trap_frame *frame)
{
        return (frame->cs & 3) == 3;
}

void gdt_init(void);
void tss_set_kernel_stack(u32 esp);
void idt_init(void);
void trap_dispatch(struct trap_frame *frame);
/* Prints the message and the registers (if any), enters the crash kernel if there is one, restarts after panic= seconds or stops. */
/* reboot.c: the reset that reboot= names. */
void machine_restart(void) NORETURN;
void panic(const struct trap_frame *frame, const char *reason) NORETURN;

#endif
