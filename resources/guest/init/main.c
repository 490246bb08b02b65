/* Process 1: starts the services, then does what lab.action= says. Everything it knows comes from /proc/cmdline. */
#include "init.h"

#define KERNEL_PATH "/boot/kernel"
#define LONG_SLEEP_SECONDS 3600

void services_up(void);
void services_stop(void);

static void __attribute__((noreturn)) sleep_for_ever(void)
{
        for (;;)
                sleep_seconds(LONG_SLEEP_SECONDS);
}

static void stop(void)
{
        services_stop();
        print("init: stopping services\n");
        services_end();
        print("init: syncing disks\n");
        sys_sync();
}

static void reboot(void)
{
        stop();
        print("init: rebooting\n");
        sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART);
}

/* The kernel is loaded while the services still run: loading is no downtime (docs/facts.md A1, the reason for the split). */
static void kexec(void)
{
        char command_line[COMMAND_LINE_BYTES];
        int error;

        read_option("lab.append", command_line, sizeof command_line);
        print("init: loading " KERNEL_PATH " for kexec\n");
        error = kexec_load_kernel(KERNEL_PATH, command_line, read_hex_option("lab.load-at"));
        if (error) {
                print("init: kexec_load: errno %d\n", -error);
                return;
        }
        stop();
        print("init: kexec\n");
        error = sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC);
        print("init: reboot: errno %d\n", -error);
}

int main(void)
{
        char action[32];

        print("init: Bootlab init 1.0\n");
        read_option("lab.action", action, sizeof action);
        services_start();
        print("init: services are up\n");
        services_up();

        if (text_equal(action, "reboot"))
                reboot();
        else if (text_equal(action, "kexec"))
                kexec();
        else if (text_equal(action, "kexec-errno"))
                run_errno_tests();
        sleep_for_ever();
}
