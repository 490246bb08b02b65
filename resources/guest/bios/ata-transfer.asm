; ATA by PIO: select, bounded waits, command, data by REP INSW/OUTSW.
; SI = disk record in the EBDA (FS). BUSY waits poll the status register and are
; bounded by the timer tick; interrupts stay off at the device (nIEN) meanwhile.

%macro ata_port 1               ; DX = command block register %1
    mov dx, [fs:si + DISK_BASE]
%if %1
    add dx, %1
%endif
%endmacro

; Waits for BSY = 0. EDI = bound in ticks. AL = status, CF = time-out.
; Uses EAX, ECX, DX.
ata_wait_idle:
    ata_port ATA_STATUS
    mov ecx, [BDA_TICKS]
.poll:
    in al, dx
    test al, ATA_BSY
    jz .idle
    ticks_since eax, ecx
    cmp eax, edi
    jb .poll
    stc
    ret
.idle:
    clc
    ret

; The same, and one of the bits in BL set.
ata_wait_bits:
    ata_port ATA_STATUS
    mov ecx, [BDA_TICKS]
.poll:
    in al, dx
    test al, ATA_BSY
    jnz .later
    test al, bl
    jnz .there
.later:
    ticks_since eax, ecx
    cmp eax, edi
    jb .poll
    stc
    ret
.there:
    clc
    ret

; 400 ns for BSY to appear: one read of the alternate status on a slow bus is longer,
; four are on a fast one.
ata_settle:
    mov dx, [fs:si + DISK_CONTROL]
    in al, dx
    in al, dx
    in al, dx
    in al, dx
    ret

; AL = control register.
ata_control:
    mov dx, [fs:si + DISK_CONTROL]
    out dx, al
    ret

; Selects the device of this record. CF = it stays busy.
ata_select:
    mov edi, ATA_COMMAND_TIMEOUT
    call ata_wait_idle
    jc .done
    ata_port ATA_DEVICE
    mov al, [fs:si + DISK_SELECT]
    out dx, al
    call ata_settle
    mov edi, ATA_COMMAND_TIMEOUT
    call ata_wait_idle
.done:
    ret

; Issues a command on sectors. AH = command, EBX = LBA, CL = count (0 = 256).
; CF = device not ready. Uses EAX, ECX, EDX, EDI.
ata_issue:
    push ax
    push cx
    mov al, ATA_CTL_HD15 | ATA_CTL_NIEN
    call ata_control
    call ata_select
    pop cx
    pop ax
    jc .done
    test byte [fs:si + DISK_FLAGS], DISK_HAS_LBA
    jz .chs
    ata_port ATA_SECTOR_COUNT
    mov al, cl
    out dx, al
    inc dx
    mov al, bl
    out dx, al
    inc dx
    mov al, bh
    out dx, al
    inc dx
    mov ecx, ebx
    shr ecx, 16
    mov al, cl
    out dx, al
    inc dx
    mov al, ch
    and al, 0Fh
    or al, ATA_DEV_LBA
    or al, [fs:si + DISK_SELECT]
    out dx, al
    jmp short .command
.chs:                           ; drives before ATA-2
    push ax
    push cx
    mov eax, ebx
    xor edx, edx
    movzx ecx, word [fs:si + DISK_SPT]
    div ecx
    mov bx, dx                  ; sector - 1
    xor edx, edx
    movzx ecx, word [fs:si + DISK_HEADS]
    div ecx                     ; AX = cylinder, DX = head
    mov ch, dl
    mov di, ax
    pop ax                      ; count
    ata_port ATA_SECTOR_COUNT
    out dx, al
    inc dx
    mov al, bl
    inc al
    out dx, al
    inc dx
    mov ax, di
    out dx, al
    inc dx
    mov al, ah
    out dx, al
    inc dx
    mov al, ch
    or al, [fs:si + DISK_SELECT]
    out dx, al
    pop ax
.command:
    ata_port ATA_COMMAND
    mov al, ah
    out dx, al
    call ata_settle
    clc
.done:
    ret

; One sector from the device to ES:DI. CF = error, AL = status.
ata_read_sector:
    call ata_wait_data
    jc .done
    ata_port ATA_DATA
    mov cx, 256
    rep insw
    clc
.done:
    ret

; One sector from ES:DI to the device. CF = error.
ata_write_sector:
    call ata_wait_data
    jc .done
    push si
    push ds
    ata_port ATA_DATA
    mov si, di
    push es
    pop ds
    mov cx, 256
    rep outsw
    pop ds
    mov di, si
    pop si
    clc
.done:
    ret

; Waits for DRQ; an error or a fault ends the wait. CF = no data. Keeps EDI.
ata_wait_data:
    push edi
    mov edi, ATA_DRQ_TIMEOUT
    mov bl, ATA_DRQ | ATA_ERR | ATA_DF
    call ata_wait_bits
    pop edi
    jc .done
    test al, ATA_ERR | ATA_DF
    jnz .error
    test al, ATA_DRQ            ; clears CF
    jnz .done
.error:
    stc
.done:
    ret

; After the last sector: final status, device interrupts as a kernel expects them.
; CF = error.
ata_finish:
    mov edi, ATA_COMMAND_TIMEOUT
    call ata_wait_idle
    jc .done
    test al, ATA_ERR | ATA_DF
    jz .done
    stc
.done:
    pushf
    mov al, ATA_CTL_HD15
    call ata_control
    popf
    ret
