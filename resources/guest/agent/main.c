/* Process 1 of any Linux: says on the console that user space is up, then reboots or jumps as the command line asks.
 * Options: lab.action=none|reboot|kexec, lab.gen=N, lab.hash=0, lab.init=PATH, lab.wait=PATH (../README.md). */
#include "agent.h"

#define CONSOLE_MODE 0020600 /* character device, rw for its owner */
#define CONSOLE_DEVICE (5 << 8 | 1)
#define WAIT_MILLISECONDS 20

/* Files of the next kernel, opened before somebody else's init may take them away; negative errno when not there. */
struct next_kernel {
        int kernel_fd;
        int initrd_fd;
};

static void mount_missing(const char *type, const char *path, const char *proof)
{
        if (sys_access(proof) == 0)
                return;
        sys_mkdir(path, 0755);
        sys_mount(type, path);
}

static void prepare_system(void)
{
        int console;

        mount_missing("proc", "/proc", "/proc/cmdline");
        mount_missing("sysfs", "/sys", "/sys/kernel");
        mount_missing("devtmpfs", "/dev", "/dev/null");
        if (sys_access("/dev/console") < 0)
                sys_mknod("/dev/console", CONSOLE_MODE, CONSOLE_DEVICE);
        console = sys_open("/dev/console", O_RDWR);
        if (console < 0)
                return;
        sys_dup2(console, 0);
        sys_dup2(console, 1);
        sys_dup2(console, 2);
        if (console > 2)
                sys_close(console);
}

static void stop_with_error(const char *what, int error)
{
        print("LAB-FAILED %s: error %d\n", what, -error);
        sleep_for_ever();
}

static void reboot(void)
{
        int error = remember_reboot();

        /* Without a memory the machine would reboot for ever. */
        if (error < 0)
                stop_with_error("CMOS RAM does not keep the generation", error);
        drain_output(1);
        sys_sync();
        stop_with_error("reboot", sys_reboot(LINUX_REBOOT_CMD_RESTART));
}

static void jump(struct next_kernel next, const char *command_line, u32 generation)
{
        static char next_line[MAX_COMMAND_LINE];
        struct mapped_file kernel, initrd;
        char hash[8];
        int error = map_file(next.kernel_fd, &kernel);

        if (error < 0)
                stop_with_error("/boot/vmlinuz", error);
        error = map_file(next.initrd_fd, &initrd);
        if (error < 0)
                stop_with_error("/boot/initrd", error);
        next_command_line(command_line, generation + 1, next_line, sizeof next_line);
        read_option(command_line, "lab.hash", hash, sizeof hash);
        error = load_kernel(kernel, initrd, next_line, !text_equal(hash, "0"));
        if (error < 0)
                stop_with_error("kexec_load", error);
        drain_output(1);
        sys_sync();
        stop_with_error("reboot", sys_reboot(LINUX_REBOOT_CMD_KEXEC));
}

/* Process 1 becomes the user's init; the agent goes on as its child. */
static void hand_over(const char *init, char *const *environment)
{
        char *arguments[2] = {(char *)init, NULL};
        int child = sys_fork();

        if (child < 0)
                stop_with_error("fork", child);
        if (child > 0)
                stop_with_error(init, sys_execve(init, arguments, environment));
}

static void wait_for_file(const char *path)
{
        while (sys_access(path) < 0)
                sleep_milliseconds(WAIT_MILLISECONDS);
}

/* `stack`: argument count, arguments, NULL, environment, NULL (System V ABI, Intel386 supplement). */
void __attribute__((noreturn)) run(u32 *stack)
{
        static char command_line[MAX_COMMAND_LINE];
        char *const *environment = (char *const *)(stack + 1 + stack[0] + 1);
        char action[16], number[16], init[MAX_PATH], file[MAX_PATH];
        struct next_kernel next;
        u32 generation;

        prepare_system();
        read_text_file("/proc/cmdline", command_line, sizeof command_line);
        next.kernel_fd = sys_open("/boot/vmlinuz", O_RDONLY);
        next.initrd_fd = sys_open("/boot/initrd", O_RDONLY);
        read_option(command_line, "lab.action", action, sizeof action);
        read_option(command_line, "lab.gen", number, sizeof number);
        generation = parse_decimal(number);
        if (text_equal(action, "reboot") && was_rebooted()) {
                generation++;
                action[0] = 0;
        }
        read_option(command_line, "lab.init", init, sizeof init);
        read_option(command_line, "lab.wait", file, sizeof file);
        if (init[0])
                hand_over(init, environment);
        if (file[0])
                wait_for_file(file);
        print("LAB-MARKER gen=%d\n", generation);
        if (text_equal(action, "reboot"))
                reboot();
        else if (text_equal(action, "kexec"))
                jump(next, command_line, generation);
        sleep_for_ever();
}
