; Scrolling windows of the visible page.

; AH=06h: AL lines (0 = clear), BH attribute, CX upper left, DX lower right.
scroll_up:
    mov ah, 0
    jmp short scroll_service
; AH=07h
scroll_down:
    mov ah, 1
scroll_service:
    mov al, [bp + FRAME_AX]
    mov bl, bh
    mov bh, [BDA_PAGE]
    mov cx, [bp + FRAME_CX]
    mov dx, [bp + FRAME_DX]
    cmp dl, COLUMNS
    jb .columns
    mov dl, COLUMNS - 1
.columns:
    cmp dh, ROWS
    jb scroll_window
    mov dh, ROWS - 1

; AL = lines, AH = 0 up or 1 down, BH page, BL attribute of new lines, CX upper left,
; DX lower right. Keeps SI.
scroll_window:
    push si
    push ds
    call text_segment
    push es
    pop ds
    sub dh, ch
    jc .done
    sub dl, cl
    jc .done
    inc dh                              ; rows
    inc dl                              ; columns
    cmp al, 0
    je .clear_all
    cmp al, dh
    jb .lines
.clear_all:
    mov al, dh
.lines:
    push ax
    test ah, ah
    mov ax, cx
    jz .first_row
    mov ah, dh                          ; downwards: start at the bottom
    dec ah
    add ah, ch
.first_row:
    call cell_at
    pop ax
    mov si, COLUMNS * 2                 ; bytes from one row to the next in our direction
    test ah, ah
    jz .direction
    neg si
.direction:
    mov cl, al                          ; lines to clear
    mov ch, dh
    sub ch, al                          ; rows to move
    mov dh, 0                           ; DX = columns
    jz .clear
    push bx
    push cx
    movsx ax, cl
    imul ax, si
    mov bx, ax                          ; distance of the source
.move_row:
    push cx
    push si
    push di
    lea si, [di + bx]
    mov cx, dx
    rep movsw
    pop di
    pop si
    pop cx
    add di, si
    dec ch
    jnz .move_row
    pop cx
    pop bx
.clear:
    mov al, ' '
    mov ah, bl
.clear_row:
    push cx
    push di
    mov cx, dx
    rep stosw
    pop di
    pop cx
    add di, si
    dec cl
    jnz .clear_row
.done:
    pop ds
    pop si
    ret
