; IRQ 0: the tick. IRQ 8: the clock's periodic interrupt behind INT 15h AH=86h.

int08_entry:
    push eax
    push ds
    push word 0
    pop ds
    mov eax, [BDA_TICKS]
    inc eax
    cmp eax, TICKS_PER_DAY
    jb .same_day
    xor eax, eax
    inc byte [BDA_MIDNIGHT]
.same_day:
    mov [BDA_TICKS], eax
    int 1Ch
    mov al, PIC_EOI
    out PIC1_COMMAND, al
    pop ds
    pop eax
    iret

RTC_PERIOD_US   equ 977         ; 1024 Hz

irq8_clock:
    push ax
    push ds
    push word 0
    pop ds
    mov al, RTC_REG_C
    call cmos_read
    test byte [BDA_WAIT_ACTIVE], 1
    jz .done
    sub dword [BDA_WAIT_COUNT], RTC_PERIOD_US
    ja .done
    mov byte [BDA_WAIT_ACTIVE], 80h
    call rtc_periodic_off
.done:
    mov al, PIC_EOI
    out PIC2_COMMAND, al
    out PIC1_COMMAND, al
    pop ds
    pop ax
    iret

rtc_periodic_off:
    mov al, RTC_REG_B
    call cmos_read
    and al, ~RTC_B_PIE
    mov ah, al
    mov al, RTC_REG_B
    jmp cmos_write
