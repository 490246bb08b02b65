; INT 1Ah: tick count (0, 1), clock (2, 3), date (4, 5); AH=B1h goes to int1a-pci.

int1a_entry:
    service_enter
    mov ah, [bp + FRAME_AH]
    cmp ah, 0B1h
    je int1a_pci
    cmp ah, 05h
    ja .unknown
    movzx bx, ah
    shl bx, 1
    frame_clc
    jmp [cs:bx + .functions]
.unknown:
    frame_stc
    service_leave
.functions:
    dw .get_ticks, .set_ticks, .get_time, .set_time, .get_date, .set_date

.get_ticks:
    mov eax, [BDA_TICKS]
    mov [bp + FRAME_DX], ax
    shr eax, 16
    mov [bp + FRAME_CX], ax
    mov al, [BDA_MIDNIGHT]
    mov byte [BDA_MIDNIGHT], 0
    mov [bp + FRAME_AL], al
    service_leave

.set_ticks:
    mov ax, [bp + FRAME_CX]
    shl eax, 16
    mov ax, [bp + FRAME_DX]
    mov [BDA_TICKS], eax
    mov byte [BDA_MIDNIGHT], 0
    service_leave

.get_time:
    call rtc_wait_stable
    mov al, RTC_HOURS
    call cmos_read
    mov [bp + FRAME_CX + 1], al
    mov al, RTC_MINUTES
    call cmos_read
    mov [bp + FRAME_CX], al
    mov al, RTC_SECONDS
    call cmos_read
    mov [bp + FRAME_DX + 1], al
    mov byte [bp + FRAME_DX], 0
    service_leave

.get_date:
    call rtc_wait_stable
    mov al, CMOS_CENTURY
    call cmos_read
    mov [bp + FRAME_CX + 1], al
    mov al, RTC_YEAR
    call cmos_read
    mov [bp + FRAME_CX], al
    mov al, RTC_MONTH
    call cmos_read
    mov [bp + FRAME_DX + 1], al
    mov al, RTC_DAY
    call cmos_read
    mov [bp + FRAME_DX], al
    service_leave

.set_time:
    call .hold
    mov al, RTC_HOURS
    mov ah, [bp + FRAME_CX + 1]
    call cmos_write
    mov al, RTC_MINUTES
    mov ah, [bp + FRAME_CX]
    call cmos_write
    mov al, RTC_SECONDS
    mov ah, [bp + FRAME_DX + 1]
    call cmos_write
    jmp short .release

.set_date:
    call .hold
    mov al, CMOS_CENTURY
    mov ah, [bp + FRAME_CX + 1]
    call cmos_write
    mov al, RTC_YEAR
    mov ah, [bp + FRAME_CX]
    call cmos_write
    mov al, RTC_MONTH
    mov ah, [bp + FRAME_DX + 1]
    call cmos_write
    mov al, RTC_DAY
    mov ah, [bp + FRAME_DX]
    call cmos_write
.release:
    mov ax, (RTC_B_24H << 8) | RTC_REG_B
    call cmos_write
    service_leave
.hold:                          ; stop updates while the digits change
    mov ax, ((RTC_B_SET | RTC_B_24H) << 8) | RTC_REG_B
    jmp cmos_write
