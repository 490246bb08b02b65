; Board chips: defaults (14), 8254 (3C), 8259A masks and interrupts (3E, 40, 43).

; Waits CX changes of the refresh toggle, 15.085 us each. Uses AX, CX.
wait_refresh:
    in al, PORT_SYSTEM_B
    and al, SYSB_REFRESH
    mov ah, al
.poll:
    in al, PORT_SYSTEM_B
    and al, SYSB_REFRESH
    cmp al, ah
    je .poll
    mov ah, al
    loop .poll
    ret

; 14: DMA quiet with its cascade open, all interrupts edge triggered.
chipset_defaults:
    post_code 14h
    mov al, 0
    out DMA1_MASTER_CLEAR, al
    out DMA2_MASTER_CLEAR, al
    mov al, 0C0h                ; 8237A channel 4: cascade mode
    out DMA2_MODE, al
    mov al, 0
    out DMA2_MASK, al
    mov dx, PORT_ELCR1
    out dx, al
    inc dx
    out dx, al
    ret

; 3C: channel 0 counts, channel 1 asks for refresh.
pit_test:
    post_code 3Ch
    cli
    mov al, PIT_CH1_MODE2
    out PIT_CONTROL, al
    mov al, REFRESH_DIVISOR
    out PIT_CHANNEL1, al
    mov al, PIT_CH0_MODE3
    out PIT_CONTROL, al
    mov al, 0
    out PIT_CHANNEL0, al
    out PIT_CHANNEL0, al
    mov cx, 2
    call wait_refresh
    call pit_latch
    mov bx, ax
    mov cx, 2
    call wait_refresh
    call pit_latch
    sti
    cmp ax, bx
    jne .counts
    mov si, text_pit_error
    jmp print
.counts:
    ret

; AX = count of channel 0.
pit_latch:
    mov al, PIT_LATCH_CH0
    out PIT_CONTROL, al
    in al, PIT_CHANNEL0
    mov ah, al
    in al, PIT_CHANNEL0
    xchg al, ah
    ret

; 3E, 40: mask registers of master and slave hold 00h, FFh, AAh. 43: no interrupt
; comes while all are masked, and the timer's does when it is not.
pic_test:
    post_code 3Eh
    mov dx, PIC1_DATA
    call .mask_register
    post_code 40h
    mov dx, PIC2_DATA
    call .mask_register

    post_code 43h
    in al, PIC1_DATA
    mov bl, al
    in al, PIC2_DATA
    mov bh, al
    mov al, 0FFh
    out PIC1_DATA, al
    out PIC2_DATA, al
    mov byte [BDA_LAST_IRQ], 0
    mov edi, [BDA_TICKS]
    mov cx, 4
    call wait_refresh
    cmp edi, [BDA_TICKS]
    jne .fault
    cmp byte [BDA_LAST_IRQ], 0
    jne .fault
    mov al, bl
    out PIC1_DATA, al
    mov al, bh
    out PIC2_DATA, al

    ; If two RTC seconds begin and no tick was counted, the timer is dead.
    call .second
    mov bl, al
.first_second:
    cmp edi, [BDA_TICKS]
    jne .done
    in al, CMOS_DATA
    cmp al, bl
    je .first_second
    mov bl, al
.next_second:
    cmp edi, [BDA_TICKS]
    jne .done
    in al, CMOS_DATA
    cmp al, bl
    je .next_second
.fault:
    mov si, text_pic_error
    call print
.done:
    ret

.second:
    mov al, RTC_SECONDS
    jmp cmos_read

.mask_register:
    cli
    in al, dx
    mov bl, al
    mov al, 0
    call .write_and_compare
    mov al, 0FFh
    call .write_and_compare
    mov al, 0AAh
    call .write_and_compare
    mov al, bl
    out dx, al
    sti
    ret
.write_and_compare:
    mov ah, al
    out dx, al
    in al, dx
    cmp al, ah
    je .holds
    mov si, text_pic_error
    call print
.holds:
    ret

text_pit_error  db "Timer error", 13, 10, 0
text_pic_error  db "Interrupt controller error", 13, 10, 0
