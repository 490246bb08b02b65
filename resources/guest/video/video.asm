; Bootlab VGA BIOS: option ROM at C000:0000 with the text services a boot loader and
; a kernel set-up ask for, with an 8 x 16 font. No graphics modes.

    cpu 386
    bits 16
    org 0

ROM_BLOCKS      equ 16                  ; of 512 bytes
VIDEO_SEG       equ 0C000h

    db 55h, 0AAh, ROM_BLOCKS
    jmp near video_rom_init
    times 1Eh - ($ - $$) db 0
    db "IBM VGA compatible", 0          ; programs look for "IBM" at 1Eh

%include "registers.inc"
%include "mode-set.asm"
%include "mode-tables.asm"
%include "font.asm"
%include "text.asm"
%include "scroll.asm"
%include "info.asm"

; Called by POST with a far call.
video_rom_init:
    pushad
    push ds
    push es
    cld
    push word 0
    pop ds
    mov word [10h * 4], int10_entry
    mov word [10h * 4 + 2], VIDEO_SEG
    mov dx, VGA_ENABLE
    mov al, 1
    out dx, al
    mov al, 3
    call mode_set
    pop es
    pop ds
    popad
    retf

%macro service 2
    db %1
    dw %2
%endmacro

; Every service gets the caller's registers in a frame at BP, DS = 0, ES free.
int10_entry:
    cld
    sti
    push ds
    push es
    pushad
    mov bp, sp
    push word 0
    pop ds
    mov si, services
.find:
    mov bl, [cs:si]
    cmp bl, 0FFh
    je int10_leave
    cmp bl, ah
    je .call
    add si, 3
    jmp .find
.call:
    mov di, [cs:si + 1]
    mov bx, [bp + FRAME_BX]
    call di
int10_leave:
    popad
    pop es
    pop ds
    iret

services:
    service 0Eh, teletype               ; most used first
    service 02h, cursor_set
    service 03h, cursor_get
    service 00h, mode_set_service
    service 01h, cursor_shape
    service 05h, page_select
    service 06h, scroll_up
    service 07h, scroll_down
    service 08h, character_read
    service 09h, character_attribute_write
    service 0Ah, character_write
    service 0Fh, mode_get
    service 10h, palette
    service 11h, font_service
    service 12h, alternate_select
    service 13h, string_write
    service 1Ah, display_combination
    db 0FFh

    times ROM_BLOCKS * 512 - 1 - ($ - $$) db 0
; The last byte, which makes the sum of all 0, is appended by the Makefile.
