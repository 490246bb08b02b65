/* Where the unpacked kernel holds addresses of its own (relocations.py). */
        .section .rodata
        .balign 4
        .globl  relocations, relocations_end
relocations:
        .incbin RELOCATIONS
relocations_end:

        .section .note.GNU-stack, "", @progbits
