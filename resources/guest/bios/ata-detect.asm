; 75: both ATA channels, master and slave. An empty channel floats and costs
; nothing; a present one gets SRST and may stay busy up to 31 s (ATA-2, 9.1). For a
; drive that CMOS says is there the BIOS waits, as long as CMOS says.

ata_detect:
    post_code 75h
    mov al, CMOS_ATA_EXPECTED
    call cmos_read
    mov [fs:EBDA_ATA_EXPECTED], al
    mov al, CMOS_ATA_WAIT
    call cmos_read
    movzx eax, al
    imul eax, eax, PIT_HZ
    add eax, 0FFFFh
    shr eax, 16
    mov [fs:EBDA_ATA_WAIT], eax
    mov si, EBDA_DISKS
    mov bx, ATA_PRIMARY
    mov cx, ATA_PRIMARY_CTL
    mov bp, text_primary_master
    call ata_channel
    mov bx, ATA_SECONDARY
    mov cx, ATA_SECONDARY_CTL
    mov bp, text_secondary_master
    shr byte [fs:EBDA_ATA_EXPECTED], 2
    jmp ata_channel

; BX, CX = ports, BP = label of the master, the slave's follows it in the table.
; SI = next free disk record; moves on for every disk.
ata_channel:
    mov [fs:si + DISK_BASE], bx
    mov [fs:si + DISK_CONTROL], cx
    mov byte [fs:si + DISK_SELECT], ATA_DEV_OBS
    call ata_channel_present
    jnc .present
    test byte [fs:EBDA_ATA_EXPECTED], 3
    jz .done
    mov ah, 0FFh                ; what an empty cable answers, but for DD7
    call ata_wait_expected
    jc .done
.present:
    mov al, ATA_CTL_HD15 | ATA_CTL_SRST | ATA_CTL_NIEN
    call ata_control
    push cx
    mov cx, 2                   ; SRST at least 5 us
    call wait_refresh
    mov al, ATA_CTL_HD15 | ATA_CTL_NIEN
    call ata_control
    mov cx, 134                 ; 2 ms before status means anything (ATA-2, 9.2)
    call wait_refresh
    pop cx
    call ata_device
    mov [fs:si + DISK_BASE], bx ; the record may be a new one
    mov [fs:si + DISK_CONTROL], cx
    mov byte [fs:si + DISK_SELECT], ATA_DEV_OBS | ATA_DEV_SLAVE
    add bp, TEXT_LABEL_SIZE
    call ata_device
    jnc .done
    test byte [fs:EBDA_ATA_EXPECTED], 2
    jz .done
    mov ah, 0                   ; what the master answers for a missing slave
    call ata_wait_expected
    jc .done
    call ata_device
.done:
    ret

; Waits until the status, DD7 aside, is no longer AH: a drive that CMOS promises has shown
; itself. CF = time is up, and said so. BP = label. Keeps BX, CX, SI, BP.
ata_wait_expected:
    push bx
    push ecx
    mov bl, ah
    mov bh, ah
    and bh, ATA_BSY             ; DD7: not looked at on an empty cable
    mov dx, [fs:si + DISK_CONTROL]
    mov ecx, [BDA_TICKS]
    mov edi, [fs:EBDA_ATA_WAIT]
.poll:
    in al, dx
    or al, bh
    cmp al, bl
    jne .there
    ticks_since eax, ecx
    cmp eax, edi
    jb .poll
    push si
    mov si, bp
    call print
    mov si, text_not_there
    call print
    pop si
    pop ecx
    pop bx
    stc
    ret
.there:
    pop ecx
    pop bx
    clc
    ret

; CF = nothing on the cable. FFh is a bus without a channel, 7Fh a cable without a
; drive (DD7 pulled low, ATA-2 4.2.1); 00h may be an ATAPI device, which shows in
; registers that keep what is written.
ata_channel_present:
    ata_port ATA_DEVICE
    mov al, ATA_DEV_OBS
    out dx, al
    call ata_settle
    mov ah, al
    or ah, ATA_BSY
    cmp ah, 0FFh
    je .absent
    test al, al
    jnz .present
    ata_port ATA_SECTOR_COUNT
    mov al, 55h
    out dx, al
    inc dx
    mov al, 0AAh
    out dx, al
    in al, dx
    cmp al, 0AAh
    jne .absent
    dec dx
    in al, dx
    cmp al, 55h
    jne .absent
.present:
    clc
    ret
.absent:
    stc
    ret

; Looks for the device of the record at SI; SI moves on if it is a disk. CF = nothing
; answers for it, or only the master. Keeps BX, CX, BP.
ata_device:
    push bx
    push cx
    push bp
    ata_port ATA_DEVICE
    mov al, [fs:si + DISK_SELECT]
    out dx, al
    call ata_settle
    cmp al, 0FFh
    je .done
    mov edi, ATA_RESET_TIMEOUT
    call ata_wait_idle
    jc .timed_out
    cmp al, 0FFh
    je .done
    mov bl, al
    ata_port ATA_LBA_MID
    in al, dx
    mov ah, al
    inc dx
    in al, dx
    xchg al, ah                 ; AX = LBA_HIGH:LBA_MID
    cmp ax, ATAPI_SIGNATURE
    je .atapi
    test ax, ax
    jnz .done
    test bl, bl                 ; device 0 answers 00h for a missing device 1
    jz .missing
    mov edi, ATA_RESET_TIMEOUT
    mov bl, ATA_DRDY
    call ata_wait_bits          ; platters up to speed
    jc .timed_out
    call ata_identify
    jc .identify_failed
    call ata_register_disk
    jmp short .done
.atapi:
    mov bx, text_atapi
    jmp short .message
.identify_failed:
    mov bx, text_identify_failed
    jmp short .message
.timed_out:
    mov bx, text_timed_out
.message:
    push si
    mov si, bp
    call print
    mov si, bx
    call print
    pop si
.done:
    mov al, ATA_CTL_HD15
    call ata_control
    pop bp
    pop cx
    pop bx
    clc
    ret
.missing:
    pop bp
    pop cx
    pop bx
    stc
    ret

; IDENTIFY DEVICE into the EBDA. CF = refused.
ata_identify:
    mov al, ATA_CTL_HD15 | ATA_CTL_NIEN
    call ata_control
    ata_port ATA_COMMAND
    mov al, ATA_IDENTIFY
    out dx, al
    call ata_settle
    push es
    push word EBDA_SEG
    pop es
    mov di, EBDA_IDENTIFY
    call ata_read_sector
    pop es
    ret

; Fills the record from the answer, shows the model, counts the disk.
ata_register_disk:
    mov bx, EBDA_IDENTIFY
    mov byte [fs:si + DISK_FLAGS], 0
    mov ax, [fs:bx + 1 * 2]
    mov [fs:si + DISK_CYLINDERS], ax
    mov cx, [fs:bx + 3 * 2]
    mov [fs:si + DISK_HEADS], cx
    mov dx, [fs:bx + 6 * 2]
    mov [fs:si + DISK_SPT], dx
    movzx eax, ax
    movzx ecx, cx
    movzx edx, dx
    imul eax, ecx
    imul eax, edx
    test word [fs:bx + 49 * 2], 0200h   ; LBA supported
    jz .capacity
    or byte [fs:si + DISK_FLAGS], DISK_HAS_LBA
    mov eax, [fs:bx + 60 * 2]
.capacity:
    mov [fs:si + DISK_SECTORS], eax
    call disk_translation

    push si
    mov di, EBDA_MODEL          ; words 27-46, bytes swapped, trailing spaces off
    mov cx, 20
    add bx, 27 * 2
.model:
    mov ax, [fs:bx]
    xchg al, ah
    mov [fs:di], ax
    add bx, 2
    add di, 2
    loop .model
.trim:
    cmp di, EBDA_MODEL
    je .trimmed
    dec di
    cmp byte [fs:di], ' '
    je .trim
    inc di
.trimmed:
    mov byte [fs:di], 0
    mov si, bp
    call print
    mov si, EBDA_MODEL
.model_char:
    mov al, [fs:si]
    inc si
    test al, al
    jz .model_end
    call print_char
    jmp .model_char
.model_end:
    mov si, text_comma
    call print
    pop si
    mov eax, [fs:si + DISK_SECTORS]
    shr eax, 11                 ; MiB
    call print_decimal
    push si
    mov si, text_mib
    call print
    pop si
    inc byte [BDA_DISK_COUNT]
    add si, DISK_RECORD
    ret

; Geometry for CHS callers: the drive's own while it fits 1024 cylinders of 63
; sectors, else LBA assist with 16 to 255 heads (Phoenix EDD 1.1, annex).
disk_translation:
    mov ax, [fs:si + DISK_HEADS]
    mov cx, [fs:si + DISK_SPT]
    mov dx, [fs:si + DISK_CYLINDERS]
    test byte [fs:si + DISK_FLAGS], DISK_HAS_LBA
    jz .store
    cmp dx, 1024
    jbe .store
    mov di, 16
.heads:
    mov eax, [fs:si + DISK_SECTORS]
    xor edx, edx
    mov ecx, 63
    div ecx
    xor edx, edx
    movzx ecx, di
    div ecx
    mov edx, eax
    cmp edx, 1024
    jbe .fits
    shl di, 1
    cmp di, 256
    jb .heads
    mov di, 255
    mov eax, [fs:si + DISK_SECTORS]
    xor edx, edx
    mov ecx, 63 * 255
    div ecx
    mov edx, eax
    cmp edx, 1024
    jbe .fits
    mov edx, 1024
.fits:
    mov ax, di
    mov cx, 63
.store:
    mov [fs:si + DISK_T_HEADS], ax
    mov [fs:si + DISK_T_SPT], cx
    mov [fs:si + DISK_T_CYLS], dx
    cmp byte [BDA_DISK_COUNT], 2
    jae .done
    movzx di, byte [BDA_DISK_COUNT] ; parameter tables behind INT 41h, 46h
    shl di, 4
    mov [fs:di + EBDA_FDPT0], dx
    mov [fs:di + EBDA_FDPT0 + 2], al
    mov [fs:di + EBDA_FDPT0 + 14], cl
.done:
    ret

; Labels of equal length: master, then slave.
text_primary_master     db "Primary master    : ", 0
TEXT_LABEL_SIZE         equ $ - text_primary_master
text_primary_slave      db "Primary slave     : ", 0
text_secondary_master   db "Secondary master  : ", 0
text_secondary_slave    db "Secondary slave   : ", 0
text_atapi              db "ATAPI device (not bootable)", 13, 10, 0
text_identify_failed    db "does not identify itself", 13, 10, 0
text_not_there          db "not there, set-up expects it", 13, 10, 0
text_timed_out          db "stays busy", 13, 10, 0
text_comma              db ", ", 0
text_mib                db " MiB", 13, 10, 0
