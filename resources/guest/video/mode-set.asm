; Mode 2, 3 and 7: program sequencer, CRTC, attribute and graphics controllers and
; the palette from tables, clear the screen, fill in the BIOS data area.

mode_set_service:
    mov al, [bp + FRAME_AX]
; AL = mode, bit 7 = leave the screen as it is. Other modes are refused silently,
; as a VGA BIOS does. DS = 0.
mode_set:
    mov ah, al
    and al, 7Fh
    mov si, table_colour
    mov di, 3D4h
    cmp al, 2
    je .known
    cmp al, 3
    je .known
    mov si, table_mono
    mov di, 3B4h
    cmp al, 7
    jne .done
.known:
    mov [BDA_MODE], al
    mov [BDA_CRTC], di
    push ax
    call registers_program
    call palette_load
    call font_load_rom
    pop ax
    test ah, 80h
    jnz .keep
    call text_segment
    xor di, di
    mov ax, 0720h
    mov cx, 4000h
    rep stosw
.keep:
    mov word [BDA_COLUMNS], COLUMNS
    mov word [BDA_PAGE_SIZE], PAGE_BYTES
    mov byte [BDA_ROWS], ROWS - 1
    mov word [BDA_CELL_HEIGHT], CELL_HEIGHT
    mov word [BDA_CURSOR_SHAPE], 0607h
    mov byte [BDA_MODE_REG], 29h
    mov byte [BDA_VIDEO_OPTIONS], 60h   ; 256 KiB
    mov byte [BDA_VIDEO_SWITCHES], 0F9h
    mov byte [BDA_VIDEO_FLAGS], 11h     ; VGA, 400 lines
    mov byte [BDA_DCC_INDEX], 08h
    push ds
    pop es
    mov di, BDA_CURSORS
    xor ax, ax
    mov cx, 8
    rep stosw
    mov [BDA_PAGE_START], ax
    mov [BDA_PAGE], al
    mov al, ATTRIBUTE_PAS               ; screen on
    mov dx, VGA_ATTRIBUTE
    out dx, al
.done:
    ret

; SI = table: miscellaneous output, sequencer 1-4, CRTC 00-18, attribute 00-14,
; graphics 0-8. DI = CRTC port.
registers_program:
    mov dx, VGA_MISC_WRITE
    cs lodsb
    out dx, al
    mov dx, VGA_SEQUENCER
    mov ax, 0100h                       ; synchronous reset while clocks change
    out dx, ax
    mov cx, 4
    mov bl, 1
    call .indexed
    mov ax, 0300h
    out dx, ax

    mov dx, di
    mov ax, CRTC_PROTECT
    out dx, ax                          ; registers 00h-07h may be written
    mov cx, 19h
    mov bl, 0
    call .indexed

    lea dx, [di + 6]                    ; input status 1: next write is an index
    in al, dx
    mov dx, VGA_ATTRIBUTE
    mov cx, 15h
    mov bl, 0
.attribute:
    mov al, bl
    out dx, al
    cs lodsb
    out dx, al
    inc bl
    loop .attribute

    mov dx, VGA_GRAPHICS
    mov cx, 9
    mov bl, 0
.indexed:                               ; CX registers from BL on at index port DX
    mov al, bl
    out dx, al
    inc dx
    cs lodsb
    out dx, al
    dec dx
    inc bl
    loop .indexed
    ret

; The 64 colours of the EGA: bits 2-0 weigh two thirds, bits 5-3 one third.
palette_load:
    mov dx, VGA_DAC_MASK
    mov al, 0FFh
    out dx, al
    mov dx, VGA_DAC_WRITE
    mov al, 0
    out dx, al
    mov dx, VGA_DAC_DATA
    xor bl, bl
.colour:
    mov bh, bl
    mov cx, 3                           ; red, green, blue: bits 2 and 5, 1 and 4, 0 and 3
.component:
    mov al, 0
    test bh, 04h
    jz .no_primary
    mov al, 2Ah
.no_primary:
    test bh, 20h
    jz .no_secondary
    add al, 15h
.no_secondary:
    out dx, al
    shl bh, 1
    loop .component
    inc bl
    cmp bl, 40h
    jb .colour
    ret
