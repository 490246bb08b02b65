/* Labels that an observer outside the machine watches; each runs once per passage and does nothing. */
#ifndef MARKS_H
#define MARKS_H

void drivers_probe_begin(void);
void drivers_probe_end(void);
void device_shutdown_begin(void);
void device_shutdown_end(void);
void sys_kexec_load_end(void);

#endif
