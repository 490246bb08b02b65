/* The stub in the control page: paging off, pages to their places, registers cleared, jump.
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

        .text
        .globl  relocate_kernel
        /* void relocate_kernel(u32 head, u32 control_page, u32 start) */
relocate_kernel:
        movl    4(%esp), %ebx           /* head */
        movl    8(%esp), %ebp           /* control page */
        movl    12(%esp), %edx          /* start */

        pushl   $0
        popfl                           /* 4: EFLAGS := 0, interrupts off */
        leal    PAGE_SIZE(%ebp), %esp   /* the old stack goes with the page tables */
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
        jmp     next_tag
next_word:
        movl    (%ebx), %ecx
        addl    $4, %ebx
next_tag:
        testl   $IND_DESTINATION_BIT, %ecx
        jz      1f
        movl    %ecx, %edi
        andl    $PAGE_MASK, %edi
        jmp     next_word
1:      testl   $IND_INDIRECTION_BIT, %ecx
        jz      1f
        movl    %ecx, %ebx
        andl    $PAGE_MASK, %ebx
        jmp     next_word
1:      testl   $IND_DONE_BIT, %ecx
        jnz     copied
        testl   $IND_SOURCE_BIT, %ecx
        jz      next_word               /* a word without a tag is skipped */
        movl    %ecx, %esi
        andl    $PAGE_MASK, %esi
        movl    $(PAGE_SIZE / 4), %ecx
        rep movsl
        jmp     next_word

copied:
        xorl    %eax, %eax              /* 9: serialises: what was written may be code */
        movl    %eax, %cr3
        xorl    %ebx, %ebx              /* 10 */
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %esi, %esi
        xorl    %edi, %edi
        xorl    %ebp, %ebp
        ret
        .globl  relocate_kernel_end
relocate_kernel_end:

        .section .note.GNU-stack, "", @progbits
