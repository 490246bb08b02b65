; INT 14h for COM1: initialize, send, receive, status. Waits are tick-bounded.

int14_entry:
    service_enter
    sti
    mov bx, [BDA_COM]
    cmp word [bp + FRAME_DX], 0
    jne .absent
    test bx, bx
    jz .absent
    mov ah, [bp + FRAME_AH]
    test ah, ah
    jz .initialize
    dec ah
    jz .send
    dec ah
    jz .receive
    dec ah
    jz .status
.absent:
    mov byte [bp + FRAME_AH], 80h       ; time-out
    service_leave

.initialize:                    ; AL: bits 7-5 rate, 4-0 parity, stop, length
    movzx di, byte [bp + FRAME_AL]
    shr di, 5
    shl di, 1
    mov ax, [cs:di + serial_divisors]
    mov cx, ax
    lea dx, [bx + UART_LCR]
    mov al, LCR_DLAB
    out dx, al
    mov dx, bx
    mov al, cl
    out dx, al
    inc dx
    mov al, ch
    out dx, al
    lea dx, [bx + UART_LCR]
    mov al, [bp + FRAME_AL]
    and al, 1Fh
    out dx, al
    lea dx, [bx + UART_IER]
    mov al, 0
    out dx, al
.status:
    lea dx, [bx + UART_LSR]
    in al, dx
    mov ah, al
    lea dx, [bx + UART_MSR]
    in al, dx
    mov [bp + FRAME_AX], ax
    service_leave

.send:
    lea dx, [bx + UART_MCR]
    mov al, 03h                 ; DTR, RTS
    out dx, al
    mov ah, LSR_THRE
    call serial_wait
    jc .absent
    mov ah, al
    mov dx, bx
    mov al, [bp + FRAME_AL]
    out dx, al
    mov [bp + FRAME_AH], ah
    service_leave

.receive:
    mov ah, LSR_DATA_READY
    call serial_wait
    jc .absent
    and al, 1Eh                 ; error bits
    mov [bp + FRAME_AH], al
    mov dx, bx
    in al, dx
    mov [bp + FRAME_AL], al
    service_leave

; AH = line status bit to wait for. AL = status, CF = time-out. Uses ECX, EDI, DX.
serial_wait:
    lea dx, [bx + UART_LSR]
    mov ecx, [BDA_TICKS]
.poll:
    in al, dx
    test al, ah
    jnz .there                  ; TEST has cleared CF
    ticks_since edi, ecx
    cmp edi, UART_TIMEOUT
    jb .poll
    stc
.there:
    ret

; 110, 150, 300, 600, 1200, 2400, 4800, 9600 baud from 1.8432 MHz / 16
serial_divisors:
    dw 1047, 768, 384, 192, 96, 48, 24, 12
