; Descriptors for the moments POST and INT 15h spend in protected mode.
; All marked accessed: the processor must not try to write them, they lie in ROM.

    align 8
gdt:
    dq 0
SEL_CODE32      equ $ - gdt
    dw 0FFFFh, 0, 9B0Fh, 0040h          ; base F0000h, 64 KiB, 32-bit code
SEL_FLAT        equ $ - gdt
    dw 0FFFFh, 0, 9300h, 00CFh          ; base 0, 4 GiB, data
SEL_DATA16      equ $ - gdt
    dw 0FFFFh, 0, 9300h, 0000h          ; base 0, 64 KiB: leaves real-mode limits behind
SEL_CODE16      equ $ - gdt
    dw 0FFFFh, 0, 9B0Fh, 0000h          ; base F0000h, 64 KiB, 16-bit code
SEL_CODE_ALIAS  equ $ - gdt
    dw 0FFFFh, 0, 9BFFh, 0FF00h         ; base FFFF0000h: the same code in true ROM
gdt_end:

gdt_pointer:
    dw gdt_end - gdt - 1
    dd (BIOS_SEG << 4) + gdt
