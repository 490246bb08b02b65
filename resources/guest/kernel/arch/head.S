/* Kernel entry at physical 100000h, or where the unpacking code moved it: paging off, ESI = boot_params, EBX = bytes of
 * the unpacked image. Maps 16 MiB, or what the image needs, at 0 and at C0000000h with tables right behind the image;
 * i386 only: no CR4, no 4 MiB pages. */

#include "layout.h"
#include "types.h"

#define PHYS(symbol) ((symbol) - KERNEL_BASE)
#define CR0_PG 0x80000000

        .section .head, "ax"
        .globl  kernel_entry
kernel_entry:
        cli
        cld
        lgdt    PHYS(boot_gdt_register)
        ljmp    $SEL_BOOT_CS, $PHYS(1f)
1:      movl    $SEL_KERNEL_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        leal    PHYS(kernel_entry) + PAGE_SIZE - 1(%ebx), %ebx
        andl    $PAGE_MASK, %ebx        /* first page behind image and filler */

        leal    BOOT_MAP_SPARE + TABLE_SPAN - 1(%ebx), %ecx
        shrl    $22, %ecx
        cmpl    $BOOT_TABLES, %ecx
        jae     1f
        movl    $BOOT_TABLES, %ecx
1:      movl    %ecx, %edx
        shll    $22, %edx
        orl     $(PTE_PRESENT | PTE_WRITE), %edx
        movl    %ebx, %edi
        movl    $(PTE_PRESENT | PTE_WRITE), %eax
2:      stosl
        addl    $PAGE_SIZE, %eax
        cmpl    %edx, %eax
        jne     2b

        movl    $PHYS(swapper_pg_dir), %edx
        leal    (PTE_PRESENT | PTE_WRITE)(%ebx), %eax
3:      movl    %eax, (%edx)
        movl    %eax, 4 * KERNEL_PGD_INDEX(%edx)
        addl    $4, %edx
        addl    $PAGE_SIZE, %eax
        loop    3b

        movl    $PHYS(swapper_pg_dir), %eax
        movl    %eax, %cr3
        movl    %cr0, %eax
        orl     $CR0_PG, %eax
        movl    %eax, %cr0
        jmp     4f
4:      movl    $5f, %eax
        jmp     *%eax
5:      movl    $boot_stack_top, %esp
        pushl   $0
        popfl
        pushl   %edi                    /* first page behind the boot tables */
        pushl   %ebx                    /* end of the image */
        pushl   %esi
        call    start_kernel

        .section .data
        .balign 8
boot_gdt:
        .quad   0, 0
        .quad   0x00cf9a000000ffff      /* 10h flat code */
        .quad   0x00cf92000000ffff      /* 18h flat data */
boot_gdt_register:
        .word   . - boot_gdt - 1
        .long   PHYS(boot_gdt)

        .bss
        .balign PAGE_SIZE
        .globl  swapper_pg_dir
swapper_pg_dir:
        .skip   PAGE_SIZE
        .skip   PAGE_SIZE
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
