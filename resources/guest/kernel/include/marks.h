/* Labels that an observer outside the machine watches; each runs once per passage and does nothing. */
#ifndef MARKS_H
#define MARKS_H

#include "types.h"

void drivers_probe_begin(void);
void drivers_probe_end(void);
void device_shutdown_begin(void);
void device_shutdown_end(void);
void sys_kexec_load_end(void);
/* A line is given up: its number is in EAX. */
void irq_nobody_cared(u32 irq) __attribute__((regparm(1)));

/* One for each driver, right before it probes. */
void probe_pci(void);
void probe_rtc(void);
void probe_serial(void);
void probe_kbd(void);
void probe_net(void);
void probe_ata(void);
void probe_scsi(void);

#endif
