/* Loader of static ELF executables. Document: System V ABI, Intel386 supplement. */
#include "memory.h"
#include "process.h"
#include "string.h"

#define ELF_MAGIC 0x464c457f
#define ELF_TYPE_EXEC 2
#define ELF_MACHINE_386 3
#define PT_LOAD 1
#define PF_W 2

struct elf_header {
        u32 magic;
        u8 ident[12];
        u16 type, machine;
        u32 version, entry, ph_offset, sh_offset, flags;
        u16 header_bytes, ph_bytes, ph_count, sh_bytes, sh_count, sh_names;
} PACKED;

struct program_header {
        u32 type, offset, address, physical, file_bytes, memory_bytes, flags, align;
} PACKED;

static bool load_segment(struct process *process, image_reader read, const void *image,
                         const struct program_header *segment)
{
        struct vma *vma = vma_add(process, segment->address, segment->address + segment->memory_bytes,
                                  segment->flags & PF_W);
        u32 done = 0;

        if (!vma)
                return false;
        while (done < segment->file_bytes) {
                u32 address = segment->address + done;
                u32 offset = address & ~PAGE_MASK;
                u32 part = PAGE_SIZE - offset;
                u8 *page = user_page(process, address, false);

                if (part > segment->file_bytes - done)
                        part = segment->file_bytes - done;
                if (!page || !read(image, segment->offset + done, page + offset, part))
                        return false;
                done += part;
        }
        if (process->brk_start < vma->end)
                process->brk_start = process->brk = vma->end;
        return true;
}

u32 elf_load(struct process *process, image_reader read, const void *image)
{
        struct elf_header header;
        struct program_header segment;
        u32 i;

        if (!read(image, 0, &header, sizeof header) || header.magic != ELF_MAGIC || header.type != ELF_TYPE_EXEC ||
            header.machine != ELF_MACHINE_386)
                return 0;
        for (i = 0; i < header.ph_count; i++) {
                if (!read(image, header.ph_offset + i * header.ph_bytes, &segment, sizeof segment))
                        return 0;
                if (segment.type == PT_LOAD && segment.memory_bytes && !load_segment(process, read, image, &segment))
                        return 0;
        }
        return header.entry;
}
