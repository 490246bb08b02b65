; 1B: interrupt vectors, BIOS data area, and the handlers nobody else wants.

vectors_install:
    post_code 1Bh
    pushf
    cli
    xor ax, ax
    mov es, ax
    mov eax, BIOS_SEG << 16
    mov ax, dummy_iret
    xor di, di
    mov cx, 78h
    rep stosd
    xor eax, eax                ; 78h-FFh: free for programs
    mov cx, 88h
    rep stosd
    mov di, 60h * 4             ; 60h-67h: user vectors, 0 by convention
    mov cx, 8
    rep stosd
    mov si, vector_table
.next:
    movzx di, byte [cs:si]
    cmp di, 0FFh
    je .vectors_done
    shl di, 2
    mov ax, [cs:si + 1]
    mov [di], ax
    mov word [di + 2], BIOS_SEG
    add si, 3
    jmp .next
.vectors_done:
    mov word [41h * 4], EBDA_FDPT0
    mov word [41h * 4 + 2], EBDA_SEG
    mov word [46h * 4], EBDA_FDPT1
    mov word [46h * 4 + 2], EBDA_SEG
    mov word [1Eh * 4], diskette_parameters
    mov word [1Eh * 4 + 2], BIOS_SEG

    ; BIOS data area: empty but for the reset flag and the tick count.
    mov ebx, [BDA_TICKS]
    mov dx, [BDA_RESET_FLAG]
    mov di, BDA
    xor eax, eax
    mov cx, BDA_SIZE / 4
    rep stosd
    mov [BDA_TICKS], ebx
    mov [BDA_RESET_FLAG], dx
    mov word [BDA_EBDA], EBDA_SEG
    mov word [BDA_MEM_KIB], EBDA_LINEAR >> 10
    mov ax, BDA_KBD_BUFFER - BDA
    mov [BDA_KBD_HEAD], ax
    mov [BDA_KBD_TAIL], ax
    mov [BDA_KBD_START], ax
    mov word [BDA_KBD_END], BDA_KBD_BUFFER_END - BDA
    mov byte [BDA_KBD_FLAGS3], 10h      ; enhanced keyboard
    mov al, CMOS_EQUIPMENT
    call cmos_read
    and ax, EQUIPMENT_FPU               ; CMOS knows; ESC instructions need not be there
    or al, EQUIPMENT_COLOUR_80
    mov [BDA_EQUIPMENT], ax
    call serial_detect
    call parallel_detect
    popf
    ret

%macro vector 2
    db %1
    dw %2
%endmacro
vector_table:
    vector 08h, int08_entry
    vector 09h, int09_entry
    vector 0Ah, unexpected_irq_master
    vector 0Bh, unexpected_irq_master
    vector 0Ch, unexpected_irq_master
    vector 0Dh, unexpected_irq_master
    vector 0Eh, irq6_floppy
    vector 0Fh, unexpected_irq_master
    vector 11h, int11_entry
    vector 12h, int12_entry
    vector 13h, int13_entry
    vector 14h, int14_entry
    vector 15h, int15_entry
    vector 16h, int16_entry
    vector 17h, int17_entry
    vector 18h, int18_entry
    vector 19h, int19_entry
    vector 1Ah, int1a_entry
    vector 70h, irq8_clock
    vector 71h, unexpected_irq_slave
    vector 72h, unexpected_irq_slave
    vector 73h, unexpected_irq_slave
    vector 74h, unexpected_irq_slave
    vector 75h, unexpected_irq_slave
    vector 76h, unexpected_irq_slave
    vector 77h, unexpected_irq_slave
    db 0FFh

dummy_iret:
    iret

; An interrupt without an owner is noted and masked; a spurious one (no bit in
; service, 8259A data sheet, "spurious IRQ7") must not be ended.
unexpected_irq_master:
    push ax
    push ds
    push word 0
    pop ds
    mov al, OCW3_READ_ISR
    out PIC1_COMMAND, al
    in al, PIC1_COMMAND
    test al, al
    jz .spurious
    mov [BDA_LAST_IRQ], al
    mov ah, al
    in al, PIC1_DATA
    or al, ah
    and al, ~04h                ; never the cascade
    out PIC1_DATA, al
    mov al, PIC_EOI
    out PIC1_COMMAND, al
.spurious:
    pop ds
    pop ax
    iret

unexpected_irq_slave:
    push ax
    push ds
    push word 0
    pop ds
    mov al, OCW3_READ_ISR
    out PIC2_COMMAND, al
    in al, PIC2_COMMAND
    test al, al
    jz .spurious
    mov [BDA_LAST_IRQ], al
    mov ah, al
    in al, PIC2_DATA
    or al, ah
    out PIC2_DATA, al
    mov al, PIC_EOI
    out PIC2_COMMAND, al
.spurious:                      ; the master has seen its IR2 in either case
    mov al, PIC_EOI
    out PIC1_COMMAND, al
    pop ds
    pop ax
    iret
