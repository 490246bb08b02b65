/* Entry stubs of all vectors, the way back, and the switch between kernel stacks. */

#include "layout.h"

        .text

        .altmacro
        .macro  vector_stub number
vector_\number:
        .if     !((\number == 8) || ((\number >= 10) && (\number <= 14)) || (\number == 17))
        pushl   $0                      /* the CPU pushes no error code */
        .endif
        pushl   $\number
        jmp     trap_common
        .endm
        .macro  vector_address number
        .long   vector_\number
        .endm

        .set    i, 0
        .rept   48
        vector_stub %i
        .set    i, i + 1
        .endr

        .globl  vector_syscall
vector_syscall:
        pushl   $0
        pushl   $VECTOR_SYSCALL
trap_common:
        pushal
        pushl   %ds
        pushl   %es
        movl    $SEL_KERNEL_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        cld
        pushl   %esp
        call    trap_dispatch
        addl    $4, %esp
        .globl  trap_return
trap_return:
        popl    %es
        popl    %ds
        popal
        addl    $8, %esp                /* vector, error code */
        iret

        /* void context_switch(u32 *save_esp, u32 load_esp, u32 load_cr3) */
        .globl  context_switch
context_switch:
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        movl    12(%esp), %ecx
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    %esp, (%eax)
        movl    %edx, %esp
        movl    %ecx, %cr3
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret

        .section .rodata
        .balign 4
        .globl  vector_table
vector_table:
        .set    i, 0
        .rept   48
        vector_address %i
        .set    i, i + 1
        .endr

        .section .note.GNU-stack, "", @progbits
