; Cursor, pages, characters, teletype and strings.

; ES = text memory of the mode in force.
text_segment:
    push ax
    mov ax, 0B800h
    cmp byte [BDA_MODE], 7
    jne .colour
    mov ax, 0B000h
.colour:
    mov es, ax
    pop ax
    ret

; BH = page. DI = address of its cursor word in the BIOS data area.
cursor_of_page:
    movzx di, bh
    and di, 7
    shl di, 1
    add di, BDA_CURSORS
    ret

; BH = page. ES:DI = the cell under its cursor. Uses AX.
cell_of_cursor:
    call text_segment
    call cursor_of_page
    mov ax, [di]
; AX = row, column; BH = page. ES:DI = that cell.
cell_at:
    push cx
    movzx cx, al
    mov al, COLUMNS
    mul ah
    add ax, cx
    shl ax, 1
    movzx di, bh
    and di, 7
    shl di, 12
    add di, ax
    pop cx
    ret

; Moves the hardware cursor where the visible page says. Uses AX, BX, CX, DX, DI.
cursor_show:
    mov bh, [BDA_PAGE]
    call cursor_of_page
    mov ax, [di]
    call cell_at
    mov bx, di
    shr bx, 1
    mov dx, [BDA_CRTC]
    mov al, CRTC_CURSOR_HIGH
    mov ah, bh
    out dx, ax
    inc al
    mov ah, bl
    out dx, ax
    ret

; AH=02h: BH page, DH row, DL column.
cursor_set:
    call cursor_of_page
    mov dx, [bp + FRAME_DX]
    mov [di], dx
    mov al, bh
    cmp al, [BDA_PAGE]
    je cursor_show
    ret

; AH=03h
cursor_get:
    call cursor_of_page
    mov ax, [di]
    mov [bp + FRAME_DX], ax
    mov ax, [BDA_CURSOR_SHAPE]
    mov [bp + FRAME_CX], ax
    ret

; AH=01h: CH first, CL last line. Lines of an 8-line cell are scaled to 16 (06h-07h
; becomes 0Dh-0Eh), as the cursor emulation of a VGA BIOS does.
cursor_shape:
    mov cx, [bp + FRAME_CX]
    mov [BDA_CURSOR_SHAPE], cx
    test ch, 20h                        ; cursor off
    jnz .write
    cmp cl, 8
    jae .write
    shl cl, 1
    test ch, ch
    jz .write
    shl ch, 1
    inc ch
.write:
    mov dx, [BDA_CRTC]
    mov al, CRTC_CURSOR_START
    mov ah, ch
    out dx, ax
    mov al, CRTC_CURSOR_END
    mov ah, cl
    out dx, ax
    ret

; AH=05h: AL page.
page_select:
    mov al, [bp + FRAME_AX]
    and al, 7
    mov [BDA_PAGE], al
    movzx bx, al
    shl bx, 12
    mov [BDA_PAGE_START], bx
    shr bx, 1
    mov dx, [BDA_CRTC]
    mov al, CRTC_START_HIGH
    mov ah, bh
    out dx, ax
    inc al
    mov ah, bl
    out dx, ax
    jmp cursor_show

; AH=08h
character_read:
    call cell_of_cursor
    mov ax, [es:di]
    mov [bp + FRAME_AX], ax
    ret

; AH=09h: AL character, BL attribute, CX times.
character_attribute_write:
    call cell_of_cursor
    mov al, [bp + FRAME_AX]
    mov ah, bl
    mov cx, [bp + FRAME_CX]
    rep stosw
    ret

; AH=0Ah: the same, attributes stay.
character_write:
    call cell_of_cursor
    mov al, [bp + FRAME_AX]
    mov cx, [bp + FRAME_CX]
    jcxz .done
.next:
    stosb
    inc di
    loop .next
.done:
    ret

; AH=0Eh: AL character, on page BH.
teletype:
    mov al, [bp + FRAME_AX]
    call put_character
    mov bh, [bp + FRAME_BX + 1]
    cmp bh, [BDA_PAGE]
    je cursor_show
    ret

; AL = character for page BH, control characters obeyed. Keeps BX, CX; the hardware
; cursor is left for the caller to move.
put_character:
    push cx
    call cursor_of_page
    mov dx, [di]
    cmp al, 0Dh
    je .return
    cmp al, 0Ah
    je .line_feed
    cmp al, 08h
    je .backspace
    cmp al, 07h
    je .store                           ; no bell
    push dx
    push di
    push ax
    mov ax, dx
    call text_segment
    call cell_at
    pop ax
    mov [es:di], al
    pop di
    pop dx
    inc dl
    cmp dl, COLUMNS
    jb .store
    mov dl, 0
.line_feed:
    inc dh
    cmp dh, ROWS
    jb .store
    mov dh, ROWS - 1
    push bx
    push dx
    push di
    xor cx, cx
    mov dx, ((ROWS - 1) << 8) | (COLUMNS - 1)
    mov ax, 0001h                       ; one line, upwards
    mov bl, 07h
    call scroll_window
    pop di
    pop dx
    pop bx
    jmp short .store
.return:
    mov dl, 0
    jmp short .store
.backspace:
    sub dl, 1
    adc dl, 0
.store:
    mov [di], dx
    pop cx
    ret

; AH=13h: ES:BP text of the caller, CX length, DH DL where; AL bit 0 moves the
; cursor, bit 1 = attributes follow each character, else BL is the attribute.
string_write:
    call cursor_of_page
    push word [di]
    mov dx, [bp + FRAME_DX]
    mov [di], dx
    mov si, [bp + FRAME_BP]
    mov cx, [bp + FRAME_CX]
    jcxz .written
.next:
    mov es, [bp + FRAME_ES]
    mov al, [es:si]
    inc si
    mov bl, [bp + FRAME_BX]
    test byte [bp + FRAME_AX], 2
    jz .have_attribute
    mov bl, [es:si]
    inc si
.have_attribute:
    cmp al, 0Dh
    je .put
    cmp al, 0Ah
    je .put
    cmp al, 08h
    je .put
    push ax
    call cell_of_cursor
    mov [es:di + 1], bl
    pop ax
.put:
    call put_character
    loop .next
.written:
    pop ax
    test byte [bp + FRAME_AX], 1
    jnz .moved
    mov bh, [bp + FRAME_BX + 1]
    call cursor_of_page
    mov [di], ax
.moved:
    jmp cursor_show
