; Part of 1B: serial and parallel ports at the addresses AT cards use.

; A 16450 or later keeps four bits in its interrupt enable register, a floating bus none.
serial_detect:
    mov si, serial_bases
    mov di, BDA_COM
.port:
    mov dx, [cs:si]
    add dx, UART_LCR
    mov al, 03h                 ; 8N1, divisor latch closed
    out dx, al
    sub dx, UART_LCR - UART_IER
    mov al, 0Ah
    out dx, al
    in al, dx
    cmp al, 0Ah
    mov al, 0
    out dx, al
    jne .none
    dec dx
    mov [di], dx
    add di, 2
    add word [BDA_EQUIPMENT], 1 << 9
.none:
    add si, 2
    cmp si, serial_bases_end
    jb .port
    ret

; The data latch of a parallel port reads back what was written.
parallel_detect:
    mov si, parallel_bases
    mov di, BDA_LPT
.port:
    mov dx, [cs:si]
    mov al, 0AAh
    out dx, al
    in al, dx
    cmp al, 0AAh
    jne .none
    mov al, 55h
    out dx, al
    in al, dx
    cmp al, 55h
    jne .none
    mov [di], dx
    add di, 2
    add word [BDA_EQUIPMENT], 1 << 14
.none:
    add si, 2
    cmp si, parallel_bases_end
    jb .port
    ret

serial_bases    dw 3F8h, 2F8h, 3E8h, 2E8h
serial_bases_end:
parallel_bases  dw 3BCh, 378h, 278h
parallel_bases_end:
