/* A copy of the purgatory, to be filled in and loaded. */
        .data
        .balign 4
        .globl  purgatory_image, purgatory_image_end
purgatory_image:
        .incbin PURGATORY_IMAGE
purgatory_image_end:

        .section .note.GNU-stack, "", @progbits
