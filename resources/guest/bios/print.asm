; Text on the screen through INT 10h teletype. All strings lie in segment F000h.

; SI = text in CS, ends with 0. All registers kept.
print:
    push ax
    push bx
    push si
    xor bx, bx
.next:
    mov al, [cs:si]
    inc si
    test al, al
    jz .end
    mov ah, 0Eh
    int 10h
    jmp .next
.end:
    pop si
    pop bx
    pop ax
    ret

; AL = character. All registers kept.
print_char:
    push ax
    push bx
    mov ah, 0Eh
    xor bx, bx
    int 10h
    pop bx
    pop ax
    ret

; EAX = number. All registers kept.
print_decimal:
    push cx
    xor cx, cx                  ; no padding
    call print_decimal_padded
    pop cx
    ret

; EAX = number, CX = field width, filled with spaces on the left. All registers kept.
print_decimal_padded:
    pushad
    mov ebx, 10
    xor di, di
.divide:
    xor edx, edx
    div ebx
    push dx
    inc di
    test eax, eax
    jnz .divide
    mov al, ' '
.pad:
    cmp cx, di
    jle .digits
    call print_char
    dec cx
    jmp .pad
.digits:
    pop ax
    add al, '0'
    call print_char
    dec di
    jnz .digits
    popad
    ret

; EAX = number, shown as 8 hexadecimal digits. All registers kept.
print_hex32:
    pushad
    mov ecx, 8
.digit:
    rol eax, 4
    push eax
    and al, 0Fh
    cmp al, 10
    sbb al, 69h                 ; 0-9, A-F
    das
    call print_char
    pop eax
    loop .digit
    popad
    ret
