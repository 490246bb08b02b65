/* First code after the jump: the GDT is dead, paging is off. Checks the segments, moves what is to be moved, then enters the
 * kernel as the 32-bit boot protocol asks, or its set-up code (entry-16.S). Position-independent: EBP = own address.
 * Documents: boot.rst, "32-bit Boot Protocol"; docs/facts.md A5, A6. */
#include "purgatory.h"

#define BOOT_CS 0x10
#define BOOT_DS 0x18
#define OWN(symbol) ((symbol) - purgatory_data)(%ebp)

        .section .head, "ax"
        .globl  purgatory_start, purgatory_data
purgatory_data:
        .long   PURGATORY_MAGIC
        .fill   PURGATORY_DATA_BYTES - 4, 1, 0

        .org    PURGATORY_ENTRY_OFFSET
purgatory_start:
        movl    $PURGATORY_AT, %ebp     /* PURGATORY_BASE: written by the loader */
        cli
        cld
        leal    PURGATORY_BYTES(%ebp), %esp
        leal    OWN(gdt), %eax
        movl    %eax, OWN(gdt_register + 2)
        lgdt    OWN(gdt_register)
        leal    OWN(1f), %eax
        pushl   $BOOT_CS
        pushl   %eax
        lret
1:      movl    $BOOT_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss

        cmpl    $0, PURGATORY_REGION_COUNT(%ebp)
        je      verified
        .globl  purgatory_hash_begin, purgatory_hash_end
purgatory_hash_begin:
        call    verify_regions
purgatory_hash_end:
        testl   %eax, %eax
        jz      purgatory_mismatch

verified:
        cmpl    $0, PURGATORY_MOVE_COUNT(%ebp)
        je      moved
        .globl  purgatory_move_begin
purgatory_move_begin:
        movl    PURGATORY_MOVE_COUNT(%ebp), %edx
        leal    PURGATORY_MOVE_LIST(%ebp), %ebx
1:      movl    (%ebx), %esi
        movl    4(%ebx), %edi
        movl    8(%ebx), %ecx
        rep movsl
        addl    $12, %ebx
        decl    %edx
        jnz     1b

moved:
        testb   $PURGATORY_ENTRY_16, PURGATORY_FLAGS(%ebp)
        jnz     enter_real_mode
        movl    PURGATORY_BOOT_PARAMS(%ebp), %esi
        movl    PURGATORY_KERNEL_ENTRY(%ebp), %eax
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
        .quad   0x00009a000000ffff      /* 20h 16-bit code, base filled in */
        .quad   0x000092000000ffff      /* 28h 16-bit data */
gdt_register:
        .word   . - gdt - 1
        .long   0

#include "entry-16.S"

        .section .note.GNU-stack, "", @progbits
