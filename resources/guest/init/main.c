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

static int is_true(const char *pseudo_file)
{
        char text = '0';

        read_file(pseudo_file, &text, 1);
        return text == '1';
}

static int load(const char *command_line)
{
        int error;

        print("init: loading " KERNEL_PATH " for kexec\n");
        error = kexec_load_kernel(KERNEL_PATH, command_line, read_hex_option("lab.load-at"));
        if (error)
                print("init: kexec_load: errno %d\n", -error);
        return error;
}

/* 2.5.44: the call that loads is the call that jumps, so the services stop before it. */
static void kexec_at_once(const char *command_line)
{
        stop();
        load(command_line);
}

/* From 2.5.47 on the kernel is loaded while the services still run: loading is no downtime (docs/facts.md A1). */
static void kexec(const char *command_line)
{
        int error;

        if (option_is("lab.loads", "2") && load("lab.replaced=1"))
                return;
        if (is_true("/sys/kernel/kexec_kept"))
                print("init: a kernel is kept in memory, nothing to load\n");
        else if (load(command_line))
                return;
        stop();
        print("init: kexec\n");
        error = sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC);
        print("init: reboot: errno %d\n", -error);
}

/* lab.keep=1: once, long before it is needed. */
static void keep_kernel(const char *command_line)
{
        int error;

        if (is_true("/sys/kernel/kexec_kept"))
                return;
        print("init: loading " KERNEL_PATH " to be kept\n");
        error = kexec_load_kept_kernel(KERNEL_PATH, command_line);
        if (error)
                print("init: kexec_load: errno %d\n", -error);
}

static void crash(void)
{
        int fd = sys_open("/proc/sysrq-trigger");

        print("init: crashing the kernel\n");
        sys_write(fd, "c", 1);
}

/* lab.panic=load: a child that crashes as soon as it finds its parent's load under way. */
static void crash_during_load(void)
{
        if (sys_fork())
                return;
        while (sys_kexec_load(0, 0, NULL, 0) != -EBUSY)
                ;
        crash();
}

static void load_crash_kernel(const char *command_line)
{
        int error;

        if (option_is("lab.panic", "load"))
                crash_during_load();
        print("init: loading " KERNEL_PATH " for a crash\n");
        error = kexec_load_crash_kernel(KERNEL_PATH, command_line);
        if (error)
                print("init: kexec_load: errno %d\n", -error);
}

int main(void)
{
        char command_line[COMMAND_LINE_BYTES];
        char action[32];

        print("init: Bootlab init 1.0\n");
        read_option("lab.action", action, sizeof action);
        read_option("lab.append", command_line, sizeof command_line);
        services_start();
        if (text_equal(action, "crash"))
                load_crash_kernel(command_line);
        else if (option_is("lab.keep", "1"))
                keep_kernel(command_line);
        print("init: services are up\n");
        services_up();

        if (text_equal(action, "reboot"))
                reboot();
        else if (text_equal(action, "kexec") && option_is("lab.era", "2.5.44"))
                kexec_at_once(command_line);
        else if (text_equal(action, "kexec"))
                kexec(command_line);
        else if (text_equal(action, "kexec-errno"))
                run_errno_tests();
        if (option_is("lab.panic", "1") || (text_equal(action, "crash") && !option_is("lab.panic", "0")))
                crash();
        sleep_for_ever();
}
