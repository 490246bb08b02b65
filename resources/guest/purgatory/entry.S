/* First code after the jump: the GDT is dead, paging is off. Checks the segments, then enters the kernel as the 32-bit boot
 * protocol asks. Documents: boot.rst, "32-bit Boot Protocol"; docs/facts.md A5, A6. */
#include "purgatory.h"

#define BOOT_CS 0x10
#define BOOT_DS 0x18

        .section .head, "ax"
        .globl  purgatory_start, purgatory_data
purgatory_data:
        .long   PURGATORY_MAGIC
        .fill   12 + 32 + PURGATORY_REGIONS * 8, 1, 0

        .org    PURGATORY_ENTRY - PURGATORY_AT
purgatory_start:
        cli
        cld
        lgdt    gdt_register
        ljmp    $BOOT_CS, $1f
1:      movl    $BOOT_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movl    $(PURGATORY_AT + PURGATORY_BYTES), %esp
        .globl  purgatory_hash_begin, purgatory_hash_end
purgatory_hash_begin:
        call    verify_regions
purgatory_hash_end:
        testl   %eax, %eax
        jz      purgatory_mismatch
        movl    PURGATORY_AT + PURGATORY_BOOT_PARAMS, %esi
        movl    PURGATORY_AT + PURGATORY_KERNEL_ENTRY, %eax
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        xorl    %edi, %edi
        .globl  purgatory_end
purgatory_end:
        jmp     *%eax

        /* What was loaded is not what lies there now: it has been said, and nobody is left to return to. */
        .globl  purgatory_mismatch
purgatory_mismatch:
        hlt
        jmp     purgatory_mismatch

        .balign 8
gdt:
        .quad   0, 0
        .quad   0x00cf9a000000ffff      /* 10h flat code */
        .quad   0x00cf92000000ffff      /* 18h flat data */
gdt_register:
        .word   . - gdt - 1
        .long   gdt

        .section .note.GNU-stack, "", @progbits
