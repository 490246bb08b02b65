/* The copy of init that is started when the disk has no /sbin/init. */
        .section .rodata
        .globl  init_image
init_image:
        .incbin INIT_IMAGE
        .globl  init_image_end
init_image_end:

        .section .note.GNU-stack, "", @progbits
