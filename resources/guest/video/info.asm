; What programs ask to find out which adapter this is.

; AH=0Fh: AL mode, AH columns, BH page.
mode_get:
    mov al, [BDA_MODE]
    mov ah, [BDA_COLUMNS]
    mov [bp + FRAME_AX], ax
    mov al, [BDA_PAGE]
    mov [bp + FRAME_BX + 1], al
    ret

; AH=10h: AL=03h blinking or bright background, AL=00h one palette register.
palette:
    mov al, [bp + FRAME_AX]
    cmp al, 03h
    je .blink
    cmp al, 00h
    jne .done
    mov ch, bl                          ; BL register, BH value
    mov cl, bh
    jmp short .write
.blink:
    mov ch, 10h
    mov cl, 0Ch
    test bl, bl
    jnz .write
    mov cl, 04h
.write:
    mov dx, [BDA_CRTC]
    add dx, 6
    in al, dx
    mov dx, VGA_ATTRIBUTE
    mov al, ch
    out dx, al
    mov al, cl
    out dx, al
    mov al, ATTRIBUTE_PAS
    out dx, al
.done:
    ret

; AH=12h BL=10h: BH 0 colour or 1 mono, BL 3 = 256 KiB, CX feature and switches.
; BL=30h-36h (lines, palette loading ...): accepted, AL = 12h.
alternate_select:
    cmp bl, 10h
    je .adapter
    cmp bl, 30h
    jb .done
    cmp bl, 36h
    ja .done
    mov byte [bp + FRAME_AX], 12h
.done:
    ret
.adapter:
    mov bx, 0003h
    cmp byte [BDA_MODE], 7
    jne .colour
    mov bh, 1
.colour:
    mov [bp + FRAME_BX], bx
    mov word [bp + FRAME_CX], 0009h
    ret

; AH=1Ah AL=00h: BL 8 = VGA with colour, 7 = with monochrome display.
display_combination:
    cmp byte [bp + FRAME_AX], 0
    jne .done
    mov byte [bp + FRAME_AX], 1Ah
    mov bx, 0008h
    cmp byte [BDA_MODE], 7
    jne .colour
    mov bl, 7
.colour:
    mov [bp + FRAME_BX], bx
.done:
    ret
