/* Entry of the agent: argument count and vector as the kernel left them on the stack. */
        .text
        .globl  _start
_start:
        xorl    %ebp, %ebp
        movl    %esp, %eax
        pushl   %eax
        call    run
        hlt

        /* The purgatory, whose data are filled in before it is handed to kexec_load. */
        .data
        .balign 16
        .globl  purgatory_image, purgatory_image_end
purgatory_image:
        .incbin PURGATORY_IMAGE
purgatory_image_end:

        .section .note.GNU-stack, "", @progbits
