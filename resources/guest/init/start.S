/* Entry of init, and the labels that an observer outside the machine watches. */
        .text
        .globl  _start
_start:
        xorl    %ebp, %ebp
        call    main
        movl    %eax, %ebx
        movl    $1, %eax
        int     $0x80

        .balign 16
        .globl  services_up
services_up:
        ret

        .balign 16
        .globl  services_stop
services_stop:
        ret

        .section .note.GNU-stack, "", @progbits
