/* Open files: the console, labfs, /proc; read, write, seek and the private read-only mapping of a file. */
#include "drivers.h"
#include "errno.h"
#include "layout.h"
#include "printk.h"
#include "proc-files.h"
#include "process.h"
#include "syscall.h"

#define PATH_BYTES 64
#define TRANSFER_BYTES 512
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define PROT_WRITE 2

struct mmap_arguments {
        u32 address, bytes, protection, flags, fd, offset;
};

static struct open_file *file_of(u32 fd)
{
        if (fd >= OPEN_MAX || current->files[fd].kind == FILE_NONE)
                return NULL;
        return &current->files[fd];
}

int sys_open(u32 path_user)
{
        char path[PATH_BYTES];
        struct open_file file = {FILE_LABFS, NULL, 0, 0};
        int error = text_from_user(path, path_user, sizeof path);
        int proc;
        u32 fd;

        if (error)
                return error;
        proc = proc_find(path);
        if (proc >= 0) {
                file.kind = FILE_PROC;
                file.proc_index = proc;
        } else {
                file.labfs = labfs_find(path);
                if (!file.labfs)
                        return -ENOENT;
        }
        for (fd = 0; fd < OPEN_MAX; fd++) {
                if (current->files[fd].kind != FILE_NONE)
                        continue;
                current->files[fd] = file;
                return fd;
        }
        return -EMFILE;
}

int sys_close(u32 fd)
{
        struct open_file *file = file_of(fd);

        if (!file)
                return -EBADF;
        file->kind = FILE_NONE;
        return 0;
}

static int read_proc(struct open_file *file, u32 to_user, u32 bytes)
{
        const u8 *data;
        u32 size = proc_content(file->proc_index, &data);

        if (file->offset >= size)
                return 0;
        if (bytes > size - file->offset)
                bytes = size - file->offset;
        if (copy_to_user(to_user, data + file->offset, bytes))
                return -EFAULT;
        file->offset += bytes;
        return bytes;
}

/* Whole pages to whole pages go there without a copy, with one disk command; the count, 0 when that cannot be. */
static u32 read_whole_pages(struct open_file *file, u32 to_user, u32 bytes)
{
        u8 *pages[DISK_MAX_SECTORS * SECTOR_SIZE / PAGE_SIZE];
        u32 left = file->offset < file->labfs->size_bytes ? file->labfs->size_bytes - file->offset : 0;
        u32 count, i;

        if ((file->offset | to_user) & ~PAGE_MASK || to_user + bytes < to_user || to_user + bytes > KERNEL_BASE)
                return 0;
        count = (bytes < left ? bytes : left) / PAGE_SIZE;
        if (count > ARRAY_LENGTH(pages))
                count = ARRAY_LENGTH(pages);
        for (i = 0; i < count; i++) {
                pages[i] = user_page(current, to_user + i * PAGE_SIZE, true);
                if (!pages[i])
                        return 0;
        }
        if (!count || !labfs_read_pages(file->labfs, file->offset / PAGE_SIZE, count, pages))
                return 0;
        return count * PAGE_SIZE;
}

static int read_labfs(struct open_file *file, u32 to_user, u32 bytes)
{
        u8 part[TRANSFER_BYTES];
        u32 done = 0;

        while (done < bytes) {
                u32 whole = read_whole_pages(file, to_user + done, bytes - done);

                if (whole) {
                        file->offset += whole;
                        done += whole;
                        continue;
                }
                u32 want = bytes - done < sizeof part ? bytes - done : sizeof part;
                int got = labfs_read(file->labfs, file->offset, part, want);

                if (got < 0)
                        return done ? (int)done : got;
                if (!got)
                        break;
                if (copy_to_user(to_user + done, part, got))
                        return -EFAULT;
                file->offset += got;
                done += got;
        }
        return done;
}

int sys_read(u32 fd, u32 to_user, u32 bytes)
{
        struct open_file *file = file_of(fd);

        if (!file)
                return -EBADF;
        switch (file->kind) {
        case FILE_LABFS:
                return read_labfs(file, to_user, bytes);
        case FILE_PROC:
                return read_proc(file, to_user, bytes);
        default: /* the console has no input */
                return 0;
        }
}

int sys_write(u32 fd, u32 from_user, u32 bytes)
{
        struct open_file *file = file_of(fd);
        char part[TRANSFER_BYTES];
        u32 done;

        if (file && file->kind == FILE_PROC)
                return bytes && copy_from_user(part, from_user, 1) ? -EFAULT : proc_write(file->proc_index, part[0], bytes);
        if (!file || file->kind != FILE_CONSOLE)
                return -EBADF;
        for (done = 0; done < bytes;) {
                u32 count = bytes - done < sizeof part ? bytes - done : sizeof part;

                if (copy_from_user(part, from_user + done, count))
                        return -EFAULT;
                console_write(part, count);
                done += count;
        }
        return done;
}

int sys_lseek(u32 fd, s32 offset, u32 whence)
{
        struct open_file *file = file_of(fd);
        s32 base;

        if (!file || file->kind != FILE_LABFS)
                return -EBADF;
        base = whence == SEEK_CUR ? file->offset : whence == SEEK_END ? file->labfs->size_bytes : 0;
        if (whence > SEEK_END || base + offset < 0)
                return -EINVAL;
        return file->offset = base + offset;
}

int sys_mmap(u32 arguments_user)
{
        struct mmap_arguments arguments;
        struct open_file *file;
        struct vma *vma;
        u32 start = USER_MMAP_BASE;

        if (copy_from_user(&arguments, arguments_user, sizeof arguments))
                return -EFAULT;
        file = file_of(arguments.fd);
        if (!file || file->kind != FILE_LABFS)
                return -EBADF;
        if (!arguments.bytes || arguments.protection & PROT_WRITE || arguments.offset & ~PAGE_MASK)
                return -EINVAL;
        for (vma = current->vmas; vma < current->vmas + VMA_MAX; vma++)
                if (vma->file && vma->start != vma->end && vma->end > start)
                        start = vma->end;
        if (arguments.bytes > USER_STACK_TOP - USER_STACK_BYTES - start)
                return -ENOMEM;
        vma = vma_add(current, start, start + arguments.bytes, false);
        if (!vma)
                return -ENOMEM;
        vma->file = file->labfs;
        vma->file_page = arguments.offset >> PAGE_SHIFT;
        return start;
}
