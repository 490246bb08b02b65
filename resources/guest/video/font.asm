; Character generator: the ROM's 8 x 16 font, or one of the caller's, into plane 2.

font_rom:
    incbin FONT_FILE

; Where a font begins in plane 2, by block (character map select).
font_blocks:
    dw 0000h, 4000h, 8000h, 0C000h, 2000h, 6000h, 0A000h, 0E000h

FONT_CELL_BYTES equ 32                  ; of plane 2 for each character

; AH=11h: AL=00h/10h font at ES:BP, 04h/14h the ROM's, 03h blocks in use, 30h where
; the font is. The cell stays 16 lines high; the fonts of 8 and 14 lines are not there.
font_service:
    mov al, [bp + FRAME_AX]
    cmp al, 30h
    je font_information
    and al, 0EFh
    cmp al, 00h
    je .user
    cmp al, 03h
    je .blocks
    cmp al, 04h
    je font_load_block
    ret
.user:
    push fs
    mov fs, [bp + FRAME_ES]
    mov si, [bp + FRAME_BP]
    mov cx, [bp + FRAME_CX]
    mov dx, [bp + FRAME_DX]
    call font_load
    pop fs
    ret
.blocks:                                ; BL = character map select
    mov ah, bl
    mov al, SEQ_CHARACTER_MAP
    mov dx, VGA_SEQUENCER
    out dx, ax
    ret

; CX cell height, DL rows less one, ES:BP the ROM's font.
font_information:
    mov ax, [BDA_CELL_HEIGHT]
    mov [bp + FRAME_CX], ax
    mov al, [BDA_ROWS]
    mov [bp + FRAME_DX], al
    mov [bp + FRAME_ES], cs
    mov word [bp + FRAME_BP], font_rom
    ret

; The ROM's font into block 0.
font_load_rom:
    mov bl, 0
; The same into block BL.
font_load_block:
    push fs
    push cs
    pop fs
    mov si, font_rom
    mov cx, 256
    xor dx, dx
    mov bh, CELL_HEIGHT
    call font_load
    pop fs
    ret

; CX characters from DX on, BH bytes each (at most 32), from FS:SI into block BL.
font_load:
    cmp bh, FONT_CELL_BYTES
    ja .refused
    jcxz .refused
    push es
    mov di, dx
    shl di, 5
    push bx
    and bx, 7
    shl bx, 1
    add di, [cs:font_blocks + bx]
    pop bx
    push cx
    push si
    mov si, font_window
    call registers_list
    pop si
    pop cx
    push word 0A000h
    pop es
.character:
    push cx
    movzx cx, bh
    rep fs movsb
    mov cl, FONT_CELL_BYTES
    sub cl, bh
    mov al, 0
    rep stosb
    pop cx
    loop .character
    mov si, text_window_colour
    cmp byte [BDA_MODE], 7
    jne .close
    mov si, text_window_mono
.close:
    call registers_list
    pop es
.refused:
    ret

; CS:SI = pairs of port and index with value; port 0 ends.
registers_list:
    cs lodsw
    mov dx, ax
    test ax, ax
    jz .done
    cs lodsw
    out dx, ax
    jmp registers_list
.done:
    ret

; Plane 2 at A0000h, one byte after the other.
font_window:
    dw VGA_SEQUENCER, 0402h, VGA_SEQUENCER, 0704h
    dw VGA_GRAPHICS, 0204h, VGA_GRAPHICS, 0005h, VGA_GRAPHICS, 0406h, 0
; As in the tables of the modes.
text_window_colour:
    dw VGA_SEQUENCER, 0302h, VGA_SEQUENCER, 0204h
    dw VGA_GRAPHICS, 0004h, VGA_GRAPHICS, 1005h, VGA_GRAPHICS, 0E06h, 0
text_window_mono:
    dw VGA_SEQUENCER, 0302h, VGA_SEQUENCER, 0204h
    dw VGA_GRAPHICS, 0004h, VGA_GRAPHICS, 1005h, VGA_GRAPHICS, 0A06h, 0
