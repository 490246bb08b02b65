/* lab.action=kexec-errno: provokes every error that kexec_load, reboot and the call of 2.5.44 have in the era the command
 * line names (docs/facts.md A2), and prints a line for each. ENOSPC is not among them: memory runs out before. */
#include "init.h"

#define FREE_PLACE 0x200000u
#define ARCH_386 (3u << 16)
#define ARCH_X86_64 (62u << 16)
#define BAD_POINTER ((const void *)0xc0100000)
#define HUGE 0x40000000u
#define TOO_MANY 17
#define ON_CRASH 1
#define PRESERVE_CONTEXT 2 /* 2.6.27 */
#define SEGMENT_BYTES 16

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

static int read_flag(const char *pseudo_file)
{
        char text = '0';

        read_file(pseudo_file, &text, 1);
        return text == '1';
}

static int is_loaded(void)
{
        return read_flag("/sys/kernel/kexec_loaded");
}

static int is_crash_loaded(void)
{
        return read_flag("/sys/kernel/kexec_crash_loaded");
}

static void test_reboot(void)
{
        expect("reboot(KEXEC) without an image", reboot_kexec(), -EINVAL);
        expect("reboot with a wrong magic1", sys_reboot(1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC), -EINVAL);
        expect("reboot with a wrong magic2", sys_reboot(LINUX_REBOOT_MAGIC1, 1, LINUX_REBOOT_CMD_KEXEC), -EINVAL);
        expect("reboot with an unknown command", sys_reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, 1), -EINVAL);
        expect("reboot as uid 1000", in_child(reboot_as_user), -EPERM);
}

static void test_load(void)
{
        expect("kexec_load as uid 1000", in_child(load_as_user), -EPERM);
        expect("unknown flag", load_one(page, PAGE_SIZE, FREE_PLACE, PAGE_SIZE, 0x100), -EINVAL);
        expect("KEXEC_PRESERVE_CONTEXT, of no era here", load_one(page, 1, FREE_PLACE, PAGE_SIZE, PRESERVE_CONTEXT),
               -EINVAL);
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
        expect("the call of 2.5.44", sys_kexec(FREE_PLACE, 0, NULL), -ENOSYS);
}

static int load_for_crash(u32 entry, u32 mem, u32 memsz, const void *buf)
{
        struct kexec_segment segment = {buf, 1, mem, memsz};

        return sys_kexec_load(entry, 1, &segment, ON_CRASH);
}

static void test_crash_load(void)
{
        u32 reserve[2] = {0, 0}; /* first address, and the one behind */
        u32 start, end;

        read_file("/proc/crashkernel", reserve, sizeof reserve);
        start = reserve[0];
        end = reserve[1];
        if (!end) {
                expect("crash load without a reserve", load_for_crash(FREE_PLACE, FREE_PLACE, PAGE_SIZE, page),
                       -EADDRNOTAVAIL);
                return;
        }
        expect("crash entry outside the reserve", load_for_crash(end, start, PAGE_SIZE, page), -EADDRNOTAVAIL);
        expect("crash segment before the reserve", load_for_crash(start, start - PAGE_SIZE, PAGE_SIZE, page),
               -EADDRNOTAVAIL);
        expect("crash segment beyond the reserve", load_for_crash(start, end - PAGE_SIZE, 2 * PAGE_SIZE, page),
               -EADDRNOTAVAIL);
        expect("crash segment not page aligned", load_for_crash(start, start + 1, PAGE_SIZE, page), -EADDRNOTAVAIL);
        expect("no page left for the control page", load_for_crash(start, start, end - start, page), -ENOMEM);
        expect("crash load", load_for_crash(start, start, PAGE_SIZE, page), 0);
        expect("the crash image is loaded", is_crash_loaded(), 1);
        expect("it is none for a reboot", reboot_kexec(), -EINVAL);
        expect("failed crash load after it", load_for_crash(start, start, PAGE_SIZE, BAD_POINTER), -EFAULT);
        expect("the failed crash load freed the old image", is_crash_loaded(), 0);
        expect("crash load again", load_for_crash(start, start, PAGE_SIZE, page), 0);
        expect("normal load beside it", load_one(page, 1, FREE_PLACE, PAGE_SIZE, 0), 0);
        expect("0 crash segments", sys_kexec_load(0, 0, NULL, ON_CRASH), 0);
        expect("0 crash segments unloaded the crash image", is_crash_loaded(), 0);
        expect("and left the other", is_loaded(), 1);
}

static int single_as_user(void)
{
        sys_setuid(1000);
        return sys_kexec(FREE_PLACE, 0, NULL);
}

static int single_one(const void *buf, u32 bufsz, u32 mem, u32 memsz)
{
        struct kexec_segment segment = {buf, bufsz, mem, memsz};

        return sys_kexec(FREE_PLACE, 1, &segment);
}

/* It does not return when it succeeds: what it does not test shows by the error of a last, bad segment. */
static int single_overlapping(void)
{
        struct kexec_segment segments[3] = {{page, PAGE_SIZE, FREE_PLACE, 2 * PAGE_SIZE},
                                            {page, PAGE_SIZE, FREE_PLACE + PAGE_SIZE + 1, 100},
                                            {BAD_POINTER, 1, FREE_PLACE, PAGE_SIZE}};

        return sys_kexec(FREE_PLACE, 3, segments);
}

static void test_single_call(void)
{
        expect("kexec_load, not of this era", load_one(page, 1, FREE_PLACE, PAGE_SIZE, 0), -ENOSYS);
        expect("kexec as uid 1000", in_child(single_as_user), -EPERM);
        expect("0 segments", sys_kexec(FREE_PLACE, 0, NULL), -EINVAL);
        expect("-1 segments", sys_kexec(FREE_PLACE, -1, NULL), -EINVAL);
        expect("bad segment list: the bytes not copied", sys_kexec(FREE_PLACE, 1, BAD_POINTER), SEGMENT_BYTES);
        expect("bad buffer", single_one(BAD_POINTER, 1, FREE_PLACE, PAGE_SIZE), -EIO);
        expect("more than there is memory", single_one(page, 1, FREE_PLACE, HUGE), -ENOMEM);
        expect("overlap and alignment, not tested", single_overlapping(), -EIO);
}

void run_errno_tests(void)
{
        test_reboot();
        if (option_is("lab.era", "2.5.44")) {
                test_single_call();
        } else {
                test_load();
                if (option_is("lab.era", "2.6.13"))
                        test_crash_load();
                else
                        expect("KEXEC_ON_CRASH, not of this era", load_one(page, 1, FREE_PLACE, PAGE_SIZE, ON_CRASH), -EINVAL);
        }
        print("errno-test: %d passed, %d failed\n", passed, failed);
}
