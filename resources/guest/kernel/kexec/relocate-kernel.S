/* The stub in the control page: paging off, pages to their places, registers cleared, jump. Two of them: one copies, the
 * other, of the jump-back work of 2.6.27, lets pages change places in three copies.
 * Document: docs/facts.md A5, steps 4 to 10. Position-independent; CR4 is not touched (an i386 has none). */

#include "types.h"

#define CR0_PG 0x80000000
#define CR0_AM 0x00040000
#define CR0_WP 0x00010000
#define CR0_TS 0x00000008
#define CR0_EM 0x00000004
#define CR0_PE 0x00000001

#define IND_DESTINATION_BIT 0x1
#define IND_INDIRECTION_BIT 0x2
#define IND_DONE_BIT 0x4
#define IND_SOURCE_BIT 0x8

        /* Steps 4 to 7, and the walk: `copy_page` finds the source in ESI and the destination in EDI, and advances EDI. */
        .macro  walk_list copy_page
        movl    4(%esp), %ebx           /* head */
        movl    8(%esp), %eax           /* control page */
        movl    12(%esp), %edx          /* start */
        movl    16(%esp), %ebp          /* swap page */

        pushl   $0
        popfl                           /* 4: EFLAGS := 0, interrupts off */
        leal    PAGE_SIZE(%eax), %esp   /* the old stack goes with the page tables */
        pushl   %edx

        movl    %cr0, %eax              /* 5: CD and NW stay as they are: the caches keep working */
        andl    $~(CR0_PG | CR0_AM | CR0_WP | CR0_TS | CR0_EM), %eax
        orl     $CR0_PE, %eax
        movl    %eax, %cr0
        jmp     1f
1:      xorl    %eax, %eax              /* 7: flush the TLB */
        movl    %eax, %cr3
        cld

        movl    %ebx, %ecx              /* 8: the first word is handed over, not read from a page */
        jmp     next_tag\@
next_word\@:
        movl    (%ebx), %ecx
        addl    $4, %ebx
next_tag\@:
        testl   $IND_DESTINATION_BIT, %ecx
        jz      1f
        movl    %ecx, %edi
        andl    $PAGE_MASK, %edi
        jmp     next_word\@
1:      testl   $IND_INDIRECTION_BIT, %ecx
        jz      1f
        movl    %ecx, %ebx
        andl    $PAGE_MASK, %ebx
        jmp     next_word\@
1:      testl   $IND_DONE_BIT, %ecx
        jnz     copied\@
        testl   $IND_SOURCE_BIT, %ecx
        jz      next_word\@             /* a word without a tag is skipped */
        movl    %ecx, %esi
        andl    $PAGE_MASK, %esi
        \copy_page
        jmp     next_word\@

copied\@:
        xorl    %eax, %eax              /* 9: serialises: what was written may be code */
        movl    %eax, %cr3
        xorl    %ebx, %ebx              /* 10 */
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %esi, %esi
        xorl    %edi, %edi
        xorl    %ebp, %ebp
        ret
        .endm

        .macro  copy_once
        movl    $(PAGE_SIZE / 4), %ecx
        rep movsl
        .endm

        .macro  exchange                /* EBP = swap page, EDX keeps the destination, EAX the source */
        movl    %edi, %edx
        movl    %esi, %eax
        movl    %ebp, %edi              /* source to swap page */
        movl    $(PAGE_SIZE / 4), %ecx
        rep movsl
        movl    %edx, %esi              /* destination to source */
        movl    %eax, %edi
        movl    $(PAGE_SIZE / 4), %ecx
        rep movsl
        movl    %ebp, %esi              /* swap page to destination */
        movl    %edx, %edi
        movl    $(PAGE_SIZE / 4), %ecx
        rep movsl
        .endm

        .text
        .globl  relocate_kernel, relocate_kernel_end
        /* void relocate_kernel(u32 head, u32 control_page, u32 start, u32 swap_page) */
relocate_kernel:
        walk_list copy_once
relocate_kernel_end:

        .globl  relocate_kernel_swap, relocate_kernel_swap_end
relocate_kernel_swap:
        walk_list exchange
relocate_kernel_swap_end:

        .section .note.GNU-stack, "", @progbits
