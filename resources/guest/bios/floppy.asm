; 6F: a floppy drive, if CMOS 10h promises one and a controller answers; with "floppy
; seek" it is turned, moved and brought back. INT 13h offers no floppy services.

floppy_detect:
    post_code 6Fh
    mov al, CMOS_FLOPPY
    call cmos_read
    test al, 0F0h
    jz .done
    mov si, text_floppy
    call print
    mov dx, FDC_MSR
    in al, dx
    cmp al, 0FFh
    je .absent

    mov dx, FDC_DOR
    mov al, 0                   ; into reset ...
    out dx, al
    mov cx, 2
    call wait_refresh
    call fdc_irq_arm
    mov dx, FDC_DOR
    mov al, FDC_DOR_RUN
    out dx, al                  ; ... and out: one interrupt, four drives to sense
    call fdc_wait_irq
    jc .absent
    mov bl, 4
.sense:
    call fdc_sense
    jc .absent
    dec bl
    jnz .sense
    mov dx, FDC_CCR
    mov al, FDC_500_KBPS        ; the rate step times are counted by, too
    out dx, al
    mov ah, FDC_SPECIFY
    call fdc_write
    jc .absent
    mov ah, 0DFh                ; step 3 ms, head unload 240 ms
    call fdc_write
    mov ah, 02h                 ; head load 2 ms, DMA
    call fdc_write
    mov al, CMOS_OPTIONS
    call cmos_read
    test al, OPTION_FLOPPY_SEEK
    jz .found
    call floppy_seek
    jc .absent
.found:
    or word [BDA_EQUIPMENT], 1
    mov si, text_floppy_found
    call print
    jmp short .mask
.absent:
    mov si, text_floppy_none
    call print
.mask:
    in al, PIC1_DATA
    or al, 40h
    out PIC1_DATA, al
.done:
    ret

; The motor turns as long as the parameter table says, then the arm moves in and back to
; track 0. CF = it does not get there. Uses EAX, EBX, ECX, EDX.
floppy_seek:
    mov dx, FDC_DOR
    mov al, FDC_DOR_RUN | FDC_DOR_MOTOR_A
    out dx, al
    movzx ebx, byte [cs:diskette_parameters + 0Ah]
    imul ebx, ebx, PIT_HZ / 8
    add ebx, 0FFFFh
    shr ebx, 16                 ; ticks
    mov ecx, [BDA_TICKS]
.spin_up:
    hlt
    ticks_since edx, ecx
    cmp edx, ebx
    jb .spin_up
    call fdc_irq_arm
    mov ah, FDC_SEEK
    call fdc_write
    mov ah, 0
    call fdc_write
    mov ah, SEEK_TEST_TRACK
    call fdc_write
    call fdc_wait_irq
    jc .motor_off
    call fdc_sense
    call fdc_irq_arm
    mov ah, FDC_RECALIBRATE
    call fdc_write
    mov ah, 0
    call fdc_write
    call fdc_wait_irq
    jc .motor_off
    call fdc_sense
    and al, 0F0h
    cmp al, 20h                 ; seek end, no equipment check
    clc
    je .motor_off
    stc
.motor_off:
    pushf
    mov dx, FDC_DOR
    mov al, FDC_DOR_RUN
    out dx, al
    popf
    ret

fdc_irq_arm:
    and byte [BDA_FDC_SEEK], 7Fh
    in al, PIC1_DATA
    and al, ~40h
    out PIC1_DATA, al
    ret

; Sleeps until the controller interrupts or five seconds have gone. CF = time-out.
fdc_wait_irq:
    mov ecx, [BDA_TICKS]
.sleep:
    cli                         ; no interrupt may slip in between test and HLT
    test byte [BDA_FDC_SEEK], 80h
    jnz .came
    ticks_since edx, ecx
    cmp edx, FDC_IRQ_TIMEOUT
    jae .late
    sti
    hlt
    jmp .sleep
.came:
    sti
    clc
    ret
.late:
    sti
    stc
    ret

; AH = byte for the FIFO. CF = time-out. Uses AL, ECX, EDX.
fdc_write:
    mov ecx, [BDA_TICKS]
.poll:
    mov dx, FDC_MSR
    in al, dx
    and al, FDC_MSR_RQM | FDC_MSR_DIO
    cmp al, FDC_MSR_RQM
    je .ready
    ticks_since edx, ecx
    cmp edx, FDC_TIMEOUT
    jb .poll
    stc
    ret
.ready:
    mov dx, FDC_FIFO
    mov al, ah
    out dx, al
    clc
    ret

; AL = byte from the FIFO. CF = time-out.
fdc_read:
    mov ecx, [BDA_TICKS]
.poll:
    mov dx, FDC_MSR
    in al, dx
    and al, FDC_MSR_RQM | FDC_MSR_DIO
    cmp al, FDC_MSR_RQM | FDC_MSR_DIO
    je .ready
    ticks_since edx, ecx
    cmp edx, FDC_TIMEOUT
    jb .poll
    stc
    ret
.ready:
    mov dx, FDC_FIFO
    in al, dx
    clc
    ret

; SENSE INTERRUPT STATUS: AL = ST0.
fdc_sense:
    mov ah, FDC_SENSE_INT
    call fdc_write
    jc .done
    call fdc_read
    jc .done
    push ax
    call fdc_read               ; present cylinder
    pop ax
.done:
    ret

irq6_floppy:
    push ax
    push ds
    push word 0
    pop ds
    or byte [BDA_FDC_SEEK], 80h
    mov al, PIC_EOI
    out PIC1_COMMAND, al
    pop ds
    pop ax
    iret

SEEK_TEST_TRACK     equ 48      ; as the AT's BIOS: tells drives of 40 tracks from those of 80

; Behind INT 1Eh. Motor start time in 1/8 s at 0Ah: 1 s, as in SeaBIOS (src/hw/floppy.c).
diskette_parameters db 0DFh, 02h, 25h, 02h, 18, 1Bh, 0FFh, 6Ch, 0F6h, 0Fh, 8

text_floppy         db "Floppy drive A    : ", 0
text_floppy_found   db "found", 13, 10, 0
text_floppy_none    db "none", 13, 10, 0
