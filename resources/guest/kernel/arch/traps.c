/* Exceptions, the dispatch of vectors, and panic. */
#include "io.h"
#include "boot-params.h"
#include "irq.h"
#include "kexec.h"
#include "layout.h"
#include "printk.h"
#include "process.h"
#include "string.h"
#include "syscall.h"
#include "traps.h"

#define TRAP_PAGE_FAULT 14
#define PAGE_FAULT_WRITE 2
#define REFRESH_EDGES_PER_SECOND 66288 /* of 18 periods of the 8254: 1193182 / 18 */
#define EXIT_SIGSEGV 139 /* 128 + 11, as a shell reports it */
#define EXIT_SIGTERM 143

static const char *const trap_names[] = {
        "divide error", "debug", "NMI", "breakpoint", "overflow", "bounds", "invalid opcode", "no coprocessor",
        "double fault", "coprocessor segment overrun", "invalid TSS", "segment not present", "stack fault",
        "general protection", "page fault", "reserved", "coprocessor error", "alignment check"};

static const char *trap_name(u32 vector)
{
        return vector < ARRAY_LENGTH(trap_names) ? trap_names[vector] : "reserved";
}

static u32 read_cr2(void)
{
        u32 value;

        asm volatile("movl %%cr2, %0" : "=r"(value));
        return value;
}

/* panic=SECONDS, as in Linux: 0 or nothing is for ever. Interrupts are off: the refresh toggle measures the time. */
static void restart_after_panic(void)
{
        char value[16];
        u32 seconds;

        if (!command_line_value("panic", value, sizeof value, false))
                return;
        seconds = parse_number(value);
        if (!seconds)
                return;
        printk("Rebooting in %u seconds..\n", seconds);
        refresh_wait(seconds * REFRESH_EDGES_PER_SECOND);
        machine_restart();
}

NOINLINE void panic(const struct trap_frame *frame, const char *reason)
{
        irq_disable();
        printk("\nKernel panic: %s\n", reason);
        if (frame) {
                printk("EIP: %04x:%08x EFLAGS: %08x error: %04x CR2: %08x\n", frame->cs, frame->eip, frame->eflags,
                       frame->error, read_cr2());
                printk("EAX: %08x EBX: %08x ECX: %08x EDX: %08x\n", frame->eax, frame->ebx, frame->ecx, frame->edx);
                printk("ESI: %08x EDI: %08x EBP: %08x ESP: %08x\n", frame->esi, frame->edi, frame->ebp,
                       from_user(frame) ? frame->user_esp : (u32)(&frame->eflags + 1));
        }
        crash_kexec();
        restart_after_panic();
        printk("System halted.\n");
        for (;;)
                asm volatile("cli; hlt");
}

static void exception(struct trap_frame *frame)
{
        u32 address = read_cr2();

        if (!from_user(frame))
                panic(frame, trap_name(frame->vector));
        irq_enable();
        if (frame->vector == TRAP_PAGE_FAULT && user_page(current, address, frame->error & PAGE_FAULT_WRITE))
                return;
        printk("pid %u: %s at %08x (address %08x, error %x)\n", current->pid, trap_name(frame->vector), frame->eip,
               address, frame->error);
        process_exit(EXIT_SIGSEGV);
}

void trap_dispatch(struct trap_frame *frame)
{
        u32 vector = frame->vector;

        if (vector < VECTOR_IRQ0)
                exception(frame);
        else if (vector == VECTOR_SYSCALL)
                system_call(frame);
        else
                irq_dispatch(vector - VECTOR_IRQ0);

        if (!from_user(frame))
                return;
        if (current->is_killed)
                process_exit(EXIT_SIGTERM);
        if (vector == VECTOR_IRQ0 + IRQ_TIMER)
                schedule();
}
