/* Pseudo files under /proc: facts that a kexec loader needs. */
#ifndef PROC_FILES_H
#define PROC_FILES_H

#include "types.h"

/* Index of a pseudo file, or -1. */
int proc_find(const char *path);
/* Points `data` at the file's bytes and returns their number. */
u32 proc_content(u32 index, const u8 **data);
/* Returns `bytes`, or a negative errno; only the first character counts. */
int proc_write(u32 index, char first, u32 bytes);

#endif
