/* Fixed addresses and selectors, shared by C and assembly. */
#ifndef LAYOUT_H
#define LAYOUT_H

#define KERNEL_BASE 0xc0000000 /* direct map of physical memory; user space ends here */
#define LOWMEM_MAX 0x30000000 /* 768 MiB: what the direct map can hold */
#define TABLE_SPAN 0x400000   /* what a page table maps */
#define BOOT_TABLES 4         /* page tables made before paging, at least */
#define BOOT_MAP_SPARE 0x100000 /* mapped behind the image: for all page tables and what a boot loader left there */
#define KERNEL_PGD_INDEX 768

#define SEL_BOOT_CS 0x10
#define SEL_KERNEL_CS 0x10
#define SEL_KERNEL_DS 0x18
#define SEL_USER_CS 0x23
#define SEL_USER_DS 0x2b
#define SEL_TSS 0x30

#define USER_STACK_TOP 0xbffff000
#define USER_STACK_BYTES 0x10000
#define USER_MMAP_BASE 0x40000000

#define VECTOR_IRQ0 0x20
#define VECTOR_IRQ8 0x28
#define VECTOR_SYSCALL 0x80

#define PTE_PRESENT 0x001
#define PTE_WRITE 0x002
#define PTE_USER 0x004
#define PTE_FILE 0x200 /* software bit: a clean page of a file, may be dropped */

#endif
