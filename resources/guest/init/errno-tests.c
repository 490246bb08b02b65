/* lab.action=kexec-errno: provokes every error of kexec_load and reboot that docs/facts.md A2 lists, and prints a line for each. */
#include "init.h"

#define FREE_PLACE 0x200000u
#define ARCH_386 (3u << 16)
#define ARCH_X86_64 (62u << 16)
#define BAD_POINTER ((const void *)0xc0100000)
#define HUGE 0x40000000u
#define TOO_MANY 17

static u8 page[PAGE_SIZE];
static int passed, failed;

static void expect(const char *what, int result, int wanted)
{
        int good = result == wanted;

        print("errno-test: %s: %d%s\n", what, result, good ? "" : " (WRONG)");
        if (!good)
                print("errno-test: wanted %d\n", wanted);
        passed += good;
        failed += !good;
}

static int load_one(const void *buf, u32 bufsz, u32 mem, u32 memsz, u32 flags)
{
        struct kexec_segment segment = {buf, bufsz, mem, memsz};

        return sys_kexec_load(FREE_PLACE, 1, &segment, flags);
}

static int reboot_kexec(void)
{
        return sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC);
}

static int load_overlapping(void)
{
        struct kexec_segment segments[2] = {{page, PAGE_SIZE, FREE_PLACE, 2 * PAGE_SIZE},
                                            {page, PAGE_SIZE, FREE_PLACE + PAGE_SIZE, PAGE_SIZE}};

        return sys_kexec_load(FREE_PLACE, 2, segments, 0);
}

static int load_many(u32 count)
{
        struct kexec_segment segments[TOO_MANY];
        u32 i;

        for (i = 0; i < TOO_MANY; i++)
                segments[i] = (struct kexec_segment){page, 1, FREE_PLACE + i * PAGE_SIZE, PAGE_SIZE};
        return sys_kexec_load(FREE_PLACE, count, segments, 0);
}

/* Runs `test` in a child; its result comes back as the exit code. */
static int in_child(int (*test)(void))
{
        int status = 0;
        int pid = sys_fork();

        if (pid == 0)
                sys_exit(-test());
        sys_waitpid(pid, &status, 0);
        return -(status >> 8 & 0xff);
}

static int load_as_user(void)
{
        sys_setuid(1000);
        return load_many(1);
}

static int reboot_as_user(void)
{
        sys_setuid(1000);
        return reboot_kexec();
}

/* A load gives up the CPU between segments: the child finds the parent's load under way. */
static int load_while_loading(void)
{
        int status = 0;
        int pid = sys_fork();

        if (pid == 0)
                sys_exit(-load_many(1));
        load_many(16);
        sys_waitpid(pid, &status, 0);
        return -(status >> 8 & 0xff);
}

static int reboot_while_loading(void)
{
        int status = 0;
        int pid = sys_fork();

        if (pid == 0)
                sys_exit(-reboot_kexec());
        load_many(16);
        sys_waitpid(pid, &status, 0);
        return -(status >> 8 & 0xff);
}

static int is_loaded(void)
{
        char text = '0';

        read_file("/sys/kernel/kexec_loaded", &text, 1);
        return text == '1';
}

void run_errno_tests(void)
{
        expect("reboot(KEXEC) without an image", reboot_kexec(), -EINVAL);
        expect("reboot with a wrong magic1", sys_reboot(1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC), -EINVAL);
        expect("reboot with a wrong magic2", sys_reboot(LINUX_REBOOT_MAGIC1, 1, LINUX_REBOOT_CMD_KEXEC), -EINVAL);
        expect("reboot with an unknown command", sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, 1), -EINVAL);
        expect("reboot as uid 1000", in_child(reboot_as_user), -EPERM);
        expect("kexec_load as uid 1000", in_child(load_as_user), -EPERM);
        expect("unknown flag", load_one(page, PAGE_SIZE, FREE_PLACE, PAGE_SIZE, 0x100), -EINVAL);
        expect("KEXEC_ON_CRASH, not of this era", load_one(page, PAGE_SIZE, FREE_PLACE, PAGE_SIZE, 1), -EINVAL);
        expect("other architecture", load_one(page, PAGE_SIZE, FREE_PLACE, PAGE_SIZE, ARCH_X86_64), -EINVAL);
        expect("17 segments", load_many(TOO_MANY), -EINVAL);
        expect("overlapping destinations", load_overlapping(), -EINVAL);
        expect("bufsz > memsz", load_one(page, PAGE_SIZE + 1, FREE_PLACE, PAGE_SIZE, 0), -EINVAL);
        expect("mem not page aligned", load_one(page, 1, FREE_PLACE + 1, PAGE_SIZE, 0), -EADDRNOTAVAIL);
        expect("memsz not page aligned", load_one(page, 1, FREE_PLACE, 100, 0), -EADDRNOTAVAIL);
        expect("segments that wrap", load_one(page, 1, 0xfffff000, 2 * PAGE_SIZE, 0), -EADDRNOTAVAIL);
        expect("bad segment list", sys_kexec_load(FREE_PLACE, 1, BAD_POINTER, 0), -EFAULT);
        expect("bad buffer", load_one(BAD_POINTER, PAGE_SIZE, FREE_PLACE, PAGE_SIZE, 0), -EFAULT);
        expect("more than there is memory", load_one(page, 1, FREE_PLACE, HUGE, 0), -ENOMEM);
        expect("load during a load", load_while_loading(), -EBUSY);
        expect("reboot(KEXEC) during a load", reboot_while_loading(), -EBUSY);
        expect("16 segments", load_many(16), 0);
        expect("i386 named", load_one(page, 1, FREE_PLACE, PAGE_SIZE, ARCH_386), 0);
        expect("failed load after it", load_one(BAD_POINTER, 1, FREE_PLACE, PAGE_SIZE, 0), -EFAULT);
        expect("the failed load left the image", is_loaded(), 1);
        expect("0 segments", sys_kexec_load(0, 0, NULL, 0), 0);
        expect("0 segments unloaded the image", is_loaded(), 0);
        expect("reboot(KEXEC) after unloading", reboot_kexec(), -EINVAL);
        print("errno-test: %d passed, %d failed\n", passed, failed);
}
