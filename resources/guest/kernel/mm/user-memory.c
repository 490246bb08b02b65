/* User address spaces: areas filled on demand (zero pages, or pages of a labfs file), copies to and from them.
 * The kernel never touches a user address: it goes through the direct map, since an i386 ignores
 * read-only pages in supervisor mode (no CR0.WP). */
#include "drivers.h"
#include "errno.h"
#include "memory.h"
#include "process.h"
#include "string.h"

#define FILE_CLUSTER_PAGES (DISK_MAX_SECTORS * SECTOR_SIZE / PAGE_SIZE) /* what one disk command reads */
#define FILE_FREE_TARGET (FILE_CLUSTER_PAGES + 16)

static u32 *pte_of(struct process *process, u32 address, bool create)
{
        u32 *directory = phys_to_virt(process->page_directory);
        u32 *entry = &directory[address >> 22];

        if (!*entry) {
                u32 table = create ? page_alloc_zeroed() : 0;

                if (!table)
                        return NULL;
                *entry = table | PTE_PRESENT | PTE_WRITE | PTE_USER;
        }
        return (u32 *)phys_to_virt(*entry & PAGE_MASK) + (address >> PAGE_SHIFT & 1023);
}

static void flush_tlb(struct process *process)
{
        if (process == current)
                cr3_load(process->page_directory);
}

struct vma *vma_add(struct process *process, u32 start, u32 end, bool writable)
{
        struct vma *vma;

        if (start >= end || end > KERNEL_BASE)
                return NULL;
        for (vma = process->vmas; vma < process->vmas + VMA_MAX; vma++) {
                if (vma->start != vma->end)
                        continue;
                *vma = (struct vma){start & PAGE_MASK, ROUND_UP(end, PAGE_SIZE), writable, NULL, 0, 0};
                return vma;
        }
        return NULL;
}

static struct vma *vma_find(struct process *process, u32 address)
{
        struct vma *vma;

        for (vma = process->vmas; vma < process->vmas + VMA_MAX; vma++)
                if (address >= vma->start && address < vma->end)
                        return vma;
        return NULL;
}

/* Reads a run of file pages at `address` with one disk command; less than a run when memory is short. */
static bool bring_in_file(struct process *process, struct vma *vma, u32 address)
{
        static u8 *pages[FILE_CLUSTER_PAGES];
        u32 limit = (vma->end - address) >> PAGE_SHIFT;
        u32 count, i;

        while (pages_free() < FILE_FREE_TARGET && user_drop_file_page())
                ;
        if (limit > FILE_CLUSTER_PAGES)
                limit = FILE_CLUSTER_PAGES;
        for (count = 0; count < limit; count++) {
                u32 *pte = pte_of(process, address + count * PAGE_SIZE, true);
                u32 page;

                if (!pte || *pte)
                        break;
                page = count ? page_alloc_spare() : page_alloc();
                if (!page)
                        break;
                pages[count] = phys_to_virt(page);
        }
        if (!count)
                return false;
        if (!labfs_read_pages(vma->file, vma->file_page + ((address - vma->start) >> PAGE_SHIFT), count, pages)) {
                for (i = 0; i < count; i++)
                        page_free(virt_to_phys(pages[i]));
                return false;
        }
        for (i = 0; i < count; i++)
                *pte_of(process, address + i * PAGE_SIZE, false) =
                        virt_to_phys(pages[i]) | PTE_PRESENT | PTE_USER | PTE_FILE;
        return true;
}

u8 *user_page(struct process *process, u32 address, bool write)
{
        struct vma *vma = vma_find(process, address);
        u32 *pte;

        if (!vma || (write && !vma->writable))
                return NULL;
        address &= PAGE_MASK;
        pte = pte_of(process, address, true);
        if (!pte)
                return NULL;
        if (!*pte && vma->file && !bring_in_file(process, vma, address))
                return NULL;
        if (!*pte) {
                u32 page = page_alloc_zeroed();

                if (!page)
                        return NULL;
                *pte = page | PTE_PRESENT | PTE_USER | (vma->writable ? PTE_WRITE : 0);
        }
        return phys_to_virt(*pte & PAGE_MASK);
}

static int copy_user(u32 user, u8 *kernel, u32 bytes, bool write)
{
        if (user + bytes < user || user + bytes > KERNEL_BASE)
                return -EFAULT;
        while (bytes) {
                u32 offset = user & ~PAGE_MASK;
                u32 part = PAGE_SIZE - offset < bytes ? PAGE_SIZE - offset : bytes;
                u8 *page = user_page(current, user, write);

                if (!page)
                        return -EFAULT;
                if (write)
                        memcpy(page + offset, kernel, part);
                else
                        memcpy(kernel, page + offset, part);
                user += part;
                kernel += part;
                bytes -= part;
        }
        return 0;
}

int copy_from_user(void *to, u32 from, u32 bytes)
{
        return copy_user(from, to, bytes, false);
}

int copy_to_user(u32 to, const void *from, u32 bytes)
{
        return copy_user(to, (u8 *)from, bytes, true);
}

int text_from_user(char *to, u32 from, u32 bytes)
{
        u32 i;

        for (i = 0; i < bytes; i++) {
                if (copy_from_user(to + i, from + i, 1))
                        return -EFAULT;
                if (!to[i])
                        return 0;
        }
        return -EINVAL;
}

bool user_memory_create(struct process *process)
{
        u32 *directory;

        process->page_directory = page_alloc_zeroed();
        if (!process->page_directory)
                return false;
        directory = phys_to_virt(process->page_directory);
        memcpy(directory + KERNEL_PGD_INDEX, swapper_pg_dir + KERNEL_PGD_INDEX,
               (1024 - KERNEL_PGD_INDEX) * sizeof(u32));
        return true;
}

bool user_memory_copy(struct process *to, struct process *from)
{
        struct vma *vma;

        if (!user_memory_create(to))
                return false;
        memcpy(to->vmas, from->vmas, sizeof to->vmas);
        for (vma = to->vmas; vma < to->vmas + VMA_MAX; vma++) {
                u32 address;

                for (address = vma->start; address < vma->end && !vma->file; address += PAGE_SIZE) {
                        u32 *pte = pte_of(from, address, false);
                        u32 *copy;
                        u32 page;

                        if (!pte || !*pte)
                                continue;
                        copy = pte_of(to, address, true);
                        page = copy ? page_alloc() : 0;
                        if (!page)
                                return false;
                        memcpy(phys_to_virt(page), phys_to_virt(*pte & PAGE_MASK), PAGE_SIZE);
                        *copy = page | (*pte & ~PAGE_MASK);
                }
        }
        return true;
}

void user_unmap(struct process *process, u32 start, u32 end)
{
        for (; start < end; start += PAGE_SIZE) {
                u32 *pte = pte_of(process, start, false);

                if (!pte || !*pte)
                        continue;
                page_free(*pte & PAGE_MASK);
                *pte = 0;
        }
        flush_tlb(process);
}

void user_memory_free(struct process *process)
{
        u32 *directory = phys_to_virt(process->page_directory);
        struct vma *vma;
        u32 i;

        for (vma = process->vmas; vma < process->vmas + VMA_MAX; vma++) {
                user_unmap(process, vma->start, vma->end);
                vma->start = vma->end = 0;
        }
        for (i = 0; i < KERNEL_PGD_INDEX; i++)
                if (directory[i])
                        page_free(directory[i] & PAGE_MASK);
        if (process == current)
                cr3_load(virt_to_phys(swapper_pg_dir));
        page_free(process->page_directory);
        process->page_directory = 0;
}

static bool drop_from(struct process *process, struct vma *vma)
{
        u32 pages = (vma->end - vma->start) >> PAGE_SHIFT;

        for (; pages; pages--) {
                u32 address = vma->drop_next;
                u32 *pte;

                if (address < vma->start || address >= vma->end)
                        address = vma->start;
                vma->drop_next = address + PAGE_SIZE;
                pte = pte_of(process, address, false);
                if (!pte || !(*pte & PTE_FILE))
                        continue;
                page_free(*pte & PAGE_MASK);
                *pte = 0;
                flush_tlb(process);
                return true;
        }
        return false;
}

bool user_drop_file_page(void)
{
        struct process *process;
        struct vma *vma;

        for (process = processes; process < processes + PROCESS_MAX; process++) {
                if (process->state == PROCESS_UNUSED || process->state == PROCESS_ZOMBIE)
                        continue;
                for (vma = process->vmas; vma < process->vmas + VMA_MAX; vma++)
                        if (vma->file && drop_from(process, vma))
                                return true;
        }
        return false;
}
