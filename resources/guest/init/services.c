/* The services: each reads its configuration, does its start-up work (workload.c) and then lives on as a daemon of its own.
 * A service is up when its first process has exited, as with any program that puts itself into the background. */
#include "init.h"

#define CONFIG_BYTES 512
#define UPDATE_SECONDS 5
#define LONG_SLEEP_SECONDS 3600

struct service {
        const char *name;
        const char *config;
        u32 period_seconds;
        void (*work)(void); /* at start, and then every period */
};

static u32 checksum;

static void work_update(void)
{
        sys_sync();
}

/* Reads the file system's own program once, as a check of the disk. */
static void work_fsck(void)
{
        u8 part[CONFIG_BYTES];
        int fd = sys_open("/sbin/init");
        int count, i;

        if (fd < 0)
                return;
        while ((count = sys_read(fd, part, sizeof part)) > 0)
                for (i = 0; i < count; i++)
                        checksum = (checksum << 1 | checksum >> 31) ^ part[i];
        sys_close(fd);
}

static void work_none(void)
{
}

static const struct service services[] = {
        {"syslogd", "/etc/syslog.conf", LONG_SLEEP_SECONDS, work_none},
        {"scrub", "/etc/scrub.conf", LONG_SLEEP_SECONDS, work_fsck},
        {"update", "/etc/update.conf", UPDATE_SECONDS, work_update},
};
#define SERVICES (sizeof services / sizeof services[0])

static void run_service(const struct service *service)
{
        char config[CONFIG_BYTES];
        int bytes = read_file(service->config, config, sizeof config);

        workload_start(service - services, SERVICES);
        service->work();
        if (bytes >= 0)
                print("%s: started (%d bytes of %s)\n", service->name, bytes, service->config);
        else
                print("%s: started\n", service->name);
        if (sys_fork() != 0)
                sys_exit(0);
        for (;;) {
                sleep_seconds(service->period_seconds);
                service->work();
        }
}

void services_start(void)
{
        u32 i;

        for (i = 0; i < SERVICES; i++) {
                int pid = sys_fork();

                if (pid == 0)
                        run_service(&services[i]);
                if (pid < 0)
                        print("init: %s: fork failed, errno %d\n", services[i].name, -pid);
                else
                        sys_waitpid(pid, NULL, 0);
        }
}

void services_end(void)
{
        workload_stop();
        print("init: sending all processes the TERM signal\n");
        sys_kill(-1, SIGTERM);
        while (sys_waitpid(-1, NULL, 0) > 0)
                ;
}
