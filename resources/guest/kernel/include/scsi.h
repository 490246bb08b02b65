/* The SCSI host adapter as its disks see it. */
#ifndef SCSI_H
#define SCSI_H

#include "types.h"

#define SCSI_IDS 16
#define SCSI_CDB_BYTES 12
#define SCSI_SENSE_BYTES 18
#define SCSI_MAX_PAGES 32

/* How a command ended: the device's status, or that of the adapter. */
#define SCSI_GOOD 0x00
#define SCSI_CHECK_CONDITION 0x02
#define SCSI_NOBODY 0x100 /* nobody answered the selection */
#define SCSI_FAILED 0x101 /* the adapter gave up, or nothing came in time */

struct scsi_command {
        u8 id;
        u8 cdb[SCSI_CDB_BYTES];
        u32 bytes;         /* data from the device */
        u8 *const *pages;  /* where to, page by page; NULL without data */
};

/* Finds and starts the adapter, its bus quiet and settled; false without one. */
bool scsi_adapter_start(void);
void scsi_adapter_stop(void);
u32 scsi_adapter_id(void);
/* Runs a command and sleeps until it is done; at most `ticks`. */
u32 scsi_run(const struct scsi_command *command, u32 ticks);
/* Sense data of the last CHECK CONDITION: key and additional code with qualifier. */
u8 scsi_sense_key(void);
u16 scsi_sense_code(void);
/* Starts a command for which nobody waits: `next` is called when it is done, in interrupt context. */
void scsi_run_behind(const struct scsi_command *command, void (*next)(void));

#endif
