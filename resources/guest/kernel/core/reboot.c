/* reboot(2) and the ways to restart: 8042 pulse, port 92h, port CF9h, triple fault.
 * Documents: Linux include/linux/reboot.h; docs/facts.md B1 (what each way resets), A7 (order of the kexec path). */
#include "boot-params.h"
#include "drivers.h"
#include "errno.h"
#include "io.h"
#include "irq.h"
#include "kexec.h"
#include "memory.h"
#include "printk.h"
#include "process.h"
#include "string.h"
#include "syscall.h"
#include "traps.h"

#define MAGIC1 0xfee1dead
#define MAGIC2 672274793u
#define MAGIC2A 85072278u
#define MAGIC2B 369367448u
#define MAGIC2C 537993216u
#define CMD_RESTART 0x01234567
#define CMD_HALT 0xcdef0123
#define CMD_POWER_OFF 0x4321fedc
#define CMD_KEXEC 0x45584543

#define BIOS_RESET_FLAG 0x472
#define RESET_FLAG_WARM 0x1234 /* the BIOS skips its memory test */
#define PORT_8042 0x64
#define STATUS_INPUT_FULL 0x02
#define PULSE_RESET 0xfe
#define PULSE_ATTEMPTS 10
#define PORT_SYSTEM_CONTROL_A 0x92
#define FAST_RESET 0x01 /* 0 to 1: INIT */
#define NO_PORT 0xff
#define PORT_RESET_CONTROL 0xcf9
#define RESET_HARD 0x02
#define RESET_START 0x06
#define EDGES_50_US 5     /* of the refresh toggle, about 15 us each */
#define EDGES_8042 0x1000 /* about 60 ms: longer than an 8042 takes for a command */

/* Quiets what is neither driver nor process: the interrupt controllers. There is one CPU and no APIC. */
NOINLINE void machine_shutdown(void)
{
        irq_disable();
        pic_shutdown();
}

static void wait_input_empty(void)
{
        u32 edges;

        for (edges = 0; edges < EDGES_8042 && in8(PORT_8042) & STATUS_INPUT_FULL; edges++)
                refresh_wait(1);
}

static void restart_by_8042(void)
{
        u32 attempt;

        for (attempt = 0; attempt < PULSE_ATTEMPTS; attempt++) {
                wait_input_empty();
                refresh_wait(EDGES_50_US);
                out8(PORT_8042, PULSE_RESET);
                refresh_wait(EDGES_50_US);
        }
}

/* The A20 gate is in the same port and stays as it is. Boards before the PS/2 have nothing there. */
static void restart_by_port_92(void)
{
        u8 control = in8(PORT_SYSTEM_CONTROL_A);

        if (control == NO_PORT)
                return;
        out8(PORT_SYSTEM_CONTROL_A, control & ~FAST_RESET);
        out8(PORT_SYSTEM_CONTROL_A, control | FAST_RESET);
        refresh_wait(EDGES_50_US);
}

static void restart_by_cf9(void)
{
        out8(PORT_RESET_CONTROL, RESET_HARD);
        refresh_wait(EDGES_50_US);
        out8(PORT_RESET_CONTROL, RESET_START);
        refresh_wait(EDGES_50_US);
}

/* reboot=<k|p|c|t>[,w], the last method named counts; w sets the warm flag. What fails is followed by the 8042, then a triple fault. */
NOINLINE void machine_restart(void)
{
        static const u8 no_idt[6];
        char value[16];
        char method = 'k';
        u16 reset_flag = 0;
        const char *part = value;

        value[0] = 0;
        command_line_value("reboot", value, sizeof value, false);
        for (; *part; part++) {
                if (*part == 'w')
                        reset_flag = RESET_FLAG_WARM;
                else if (*part == 'k' || *part == 'p' || *part == 'c' || *part == 't')
                        method = *part;
        }
        *(volatile u16 *)phys_to_virt(BIOS_RESET_FLAG) = reset_flag;

        if (method == 'p')
                restart_by_port_92();
        if (method == 'c')
                restart_by_cf9();
        if (method != 't')
                restart_by_8042();
        for (;;) {
                asm volatile("lidt %0" : : "m"(no_idt));
                asm volatile("int3");
        }
}

static void NORETURN halt(const char *message)
{
        device_shutdown();
        printk("%s\n", message);
        machine_shutdown();
        for (;;)
                asm volatile("hlt");
}

static void NORETURN restart(void)
{
        device_shutdown();
        printk("Restarting system.\n");
        machine_shutdown();
        machine_restart();
}

/* 2.5.47: load and reboot are two calls. */
static int kexec(void)
{
        struct kexec_image *image;
        int error = kexec_take_image(&image);

        if (error)
                return error;
        device_shutdown();
        printk("Starting new kernel\n");
        machine_shutdown();
        machine_kexec(image);
}

int sys_reboot(u32 magic1, u32 magic2, u32 command)
{
        if (current->uid)
                return -EPERM;
        if (magic1 != MAGIC1 ||
            (magic2 != MAGIC2 && magic2 != MAGIC2A && magic2 != MAGIC2B && magic2 != MAGIC2C))
                return -EINVAL;
        switch (command) {
        case CMD_RESTART:
                restart();
        case CMD_HALT:
                halt("System halted.");
        case CMD_POWER_OFF: /* no APM, no ACPI */
                halt("Power down.");
        case CMD_KEXEC:
                return kexec_options.era == KEXEC_2_5_44 ? -EINVAL : kexec();
        default:
                return -EINVAL;
        }
}
