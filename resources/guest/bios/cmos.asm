; CMOS and clock: access, walking ones (12), checksum and battery (23), sizes (49).

; AL = index; returns AL. All other registers kept.
cmos_read:
    or al, NMI_OFF
    out CMOS_INDEX, al
    in al, CMOS_DATA
    ret

; AL = index, AH = value.
cmos_write:
    push ax
    or al, NMI_OFF
    out CMOS_INDEX, al
    mov al, ah
    out CMOS_DATA, al
    pop ax
    ret

; 12: every bit of one scratch byte, alone; the byte is put back.
cmos_walking_ones:
    post_code 12h
    mov al, CMOS_SCRATCH
    call cmos_read
    mov bh, al
    mov bl, 1
.bit:
    mov al, CMOS_SCRATCH
    mov ah, bl
    call cmos_write
    call cmos_read
    cmp al, bl
    je .good
    or byte [fs:EBDA_ERRORS], ERROR_CMOS
.good:
    shl bl, 1
    jnz .bit
    mov al, CMOS_SCRATCH
    mov ah, bh
    jmp cmos_write

; 23: clock running in 24 hour BCD without interrupts, battery, checksum, time of day.
rtc_check:
    post_code 23h
    mov ax, (RTC_A_1024HZ << 8) | RTC_REG_A
    call cmos_write
    mov ax, (RTC_B_24H << 8) | RTC_REG_B
    call cmos_write
    mov al, RTC_REG_C           ; reading drops interrupts left over from before
    call cmos_read
    mov al, RTC_REG_D
    call cmos_read
    test al, RTC_VRT
    jnz .battery_good
    or byte [fs:EBDA_ERRORS], ERROR_BATTERY
.battery_good:
    call cmos_sum
    mov al, CMOS_SUM_HI
    call cmos_read
    mov ah, al
    mov al, CMOS_SUM_LO
    call cmos_read
    cmp ax, bx
    je .sum_good
    or byte [fs:EBDA_ERRORS], ERROR_SUM
    call cmos_sum_store
.sum_good:
    call rtc_seconds_of_day
    mov edx, 78652              ; ticks = seconds * 1573040 / 86400
    mul edx
    mov ecx, 4320
    div ecx
    mov [BDA_TICKS], eax
    ret

; BX = sum of bytes 10h-2Dh. Uses AX, CX.
cmos_sum:
    xor bx, bx
    mov cx, CMOS_SUM_FIRST
.byte:
    mov al, cl
    call cmos_read
    mov ah, 0
    add bx, ax
    inc cx
    cmp cx, CMOS_SUM_LAST
    jbe .byte
    ret

; Brings the stored checksum up to date. Uses AX, BX, CX.
cmos_sum_store:
    call cmos_sum
    mov al, CMOS_SUM_HI
    mov ah, bh
    call cmos_write
    mov al, CMOS_SUM_LO
    mov ah, bl
    jmp cmos_write

; Waits until the clock is not being updated: at most 2 ms (MC146818 data sheet,
; "update cycle"), and two ticks if there is no clock. All registers kept.
rtc_wait_stable:
    pushad
    mov ecx, [BDA_TICKS]
    mov al, RTC_REG_A | NMI_OFF
    out CMOS_INDEX, al
.poll:
    in al, CMOS_DATA
    test al, RTC_UIP
    jz .stable
    ticks_since edx, ecx
    cmp edx, RTC_TIMEOUT
    jb .poll
.stable:
    popad
    ret

; EAX = seconds since midnight. Uses EBX, ECX.
rtc_seconds_of_day:
    call rtc_wait_stable
    xor ecx, ecx
    mov al, RTC_HOURS
    call .bcd
    imul ecx, eax, 3600
    mov al, RTC_MINUTES
    call .bcd
    imul eax, eax, 60
    add ecx, eax
    mov al, RTC_SECONDS
    call .bcd
    add eax, ecx
    ret
.bcd:                           ; clock byte AL, returned as binary in EAX
    call cmos_read
    mov bl, al
    and bl, 0Fh
    shr al, 4
    mov ah, 10
    mul ah
    add al, bl
    movzx eax, al
    ret

; 49: memory sizes where the AT keeps them. INT 15h AX=E820h reports the same EBDA
; value. Called again if the memory test finds less.
memory_size_store:
    post_code 49h
memory_size_update:
    mov ax, (80h << 8) | CMOS_BASE_LO   ; 640 = 0280h KiB
    call cmos_write
    mov ax, (02h << 8) | CMOS_BASE_HI
    call cmos_write
    call extended_kib
    mov edx, eax
    cmp edx, 0FFFFh
    jbe .fits
    mov edx, 0FFFFh
.fits:
    mov al, CMOS_EXT_LO
    mov ah, dl
    call cmos_write
    mov al, CMOS_EXT2_LO
    call cmos_write
    mov al, CMOS_EXT_HI
    mov ah, dh
    call cmos_write
    mov al, CMOS_EXT2_HI
    call cmos_write
    call blocks_above_16m
    mov dx, ax
    mov al, CMOS_64K_LO
    mov ah, dl
    call cmos_write
    mov al, CMOS_64K_HI
    mov ah, dh
    call cmos_write
    jmp cmos_sum_store

; EAX = KiB above 1 MiB. FS = EBDA.
extended_kib:
    mov eax, [fs:EBDA_RAM_TOP]
    shr eax, 10
    sub eax, 1024
    ret

; EAX = 64 KiB blocks above 16 MiB.
blocks_above_16m:
    mov eax, [fs:EBDA_RAM_TOP]
    shr eax, 16
    sub eax, 100h
    jnc .done
    xor eax, eax
.done:
    ret
