; Text by INT 10h, and the end of the road.

; SI = text, ends with 0. Other registers kept.
print:
    push ax
.next:
    lodsb
    test al, al
    jz .end
    call print_char
    jmp .next
.end:
    pop ax
    ret

; SI = label of up to 16 characters, without an end mark if it has all 16.
print_label:
    push ax
    push cx
    mov cx, LABEL_SIZE
.next:
    lodsb
    test al, al
    jz .end
    call print_char
    loop .next
.end:
    pop cx
    pop ax
    ret

; AL = character. All registers kept.
print_char:
    push ax
    push bx
    mov ah, 0Eh
    mov bx, 0007h
    int 10h
    pop bx
    pop ax
    ret

; EAX = number. Uses EAX, EBX, CX, EDX.
print_decimal:
    mov ebx, 10
    xor cx, cx
.divide:
    xor edx, edx
    div ebx
    push dx
    inc cx
    test eax, eax
    jnz .divide
.digit:
    pop ax
    add al, '0'
    call print_char
    loop .digit
    ret

; SI = what went wrong. Nobody is left to return to.
fail:
    push ds
    pop es
    call print
.halt:
    sti
    hlt
    jmp .halt
