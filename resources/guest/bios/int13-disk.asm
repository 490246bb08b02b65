; INT 13h for ATA disks 80h-83h: reset, status, read, write, verify, geometry,
; and the extensions 41h-44h, 48h (Phoenix EDD 1.1). No floppy.

DISK_OK         equ 00h
DISK_BAD_COMMAND equ 01h
DISK_NOT_FOUND  equ 04h
DISK_FAILED     equ 20h
DISK_TIMEOUT    equ 80h

int13_entry:
    service_enter
    sti                         ; ticks must go on: they bound the waits
    mov al, [bp + FRAME_DX]
    cmp al, 80h
    jb .no_drive
    sub al, 80h
    cmp al, [BDA_DISK_COUNT]
    jae .no_drive
    movzx si, al
    shl si, 5
    add si, EBDA_DISKS
    mov al, [bp + FRAME_AH]
    mov di, int13_functions
.find:
    mov bx, [cs:di]             ; BL = function
    cmp bl, 0FFh
    je .unknown
    cmp bl, al
    je .call
    add di, 3
    jmp .find
.call:
    call [cs:di + 1]            ; AH = status for the caller
    jmp short int13_leave
.no_drive:
    cmp byte [bp + FRAME_AH], 0 ; resetting what is not there does no harm
    je .reset_all
    mov ah, DISK_BAD_COMMAND
    jmp short int13_leave
.reset_all:
    mov ah, DISK_OK
    jmp short int13_leave
.unknown:
    mov ah, DISK_BAD_COMMAND

int13_leave:
    cmp byte [bp + FRAME_AH], 01h       ; reading the status keeps it
    je .no_store
    mov [BDA_DISK_STATUS], ah
.no_store:
    mov [bp + FRAME_AH], ah
    frame_clc
    test ah, ah
    jz .good
    frame_stc
.good:
    service_leave

%macro disk_function 2
    db %1
    dw %2
%endmacro
int13_functions:
    disk_function 00h, disk_reset
    disk_function 01h, disk_last_status
    disk_function 02h, disk_read_chs
    disk_function 03h, disk_write_chs
    disk_function 04h, disk_verify_chs
    disk_function 08h, disk_parameters
    disk_function 09h, disk_reset
    disk_function 0Ch, disk_nothing
    disk_function 0Dh, disk_reset
    disk_function 10h, disk_nothing
    disk_function 11h, disk_nothing
    disk_function 15h, disk_type
    disk_function 41h, disk_extensions
    disk_function 42h, disk_read_lba
    disk_function 43h, disk_write_lba
    disk_function 44h, disk_verify_lba
    disk_function 48h, disk_extended_parameters
    db 0FFh

disk_reset:
    call ata_select
    jc disk_timed_out
disk_nothing:
    mov ah, DISK_OK
    ret
disk_timed_out:
    mov ah, DISK_TIMEOUT
    ret

disk_last_status:
    mov ah, [BDA_DISK_STATUS]
    mov byte [BDA_DISK_STATUS], 0
    ret

disk_read_chs:
    mov ah, ATA_READ
    jmp short disk_chs
disk_write_chs:
    mov ah, ATA_WRITE
    jmp short disk_chs
disk_verify_chs:
    mov ah, ATA_VERIFY
disk_chs:
    push ax
    call chs_to_lba
    pop ax
    jc .bad
    movzx ecx, byte [bp + FRAME_AL]
    mov dx, [bp + FRAME_ES]
    mov di, [bp + FRAME_BX]
    call disk_transfer
    mov [bp + FRAME_AL], cl
    ret
.bad:
    mov ah, DISK_BAD_COMMAND
    ret

; EBX = LBA of the caller's cylinder, head, sector. CF = outside the geometry.
; Uses EAX, ECX, EDX.
chs_to_lba:
    mov cx, [bp + FRAME_CX]
    movzx eax, ch
    mov ah, cl
    shr ah, 6                   ; cylinder
    cmp ax, [fs:si + DISK_T_CYLS]
    jae .outside
    movzx edx, word [fs:si + DISK_T_HEADS]
    mul edx
    movzx edx, byte [bp + FRAME_DX + 1]
    cmp dx, [fs:si + DISK_T_HEADS]
    jae .outside
    add eax, edx
    movzx edx, word [fs:si + DISK_T_SPT]
    mul edx
    and ecx, 3Fh
    jz .outside
    cmp cx, [fs:si + DISK_T_SPT]
    ja .outside
    lea ebx, [eax + ecx - 1]
    clc
    ret
.outside:
    stc
    ret

disk_read_lba:
    mov ah, ATA_READ
    jmp short disk_lba
disk_write_lba:
    mov ah, ATA_WRITE
    jmp short disk_lba
disk_verify_lba:
    mov ah, ATA_VERIFY
; Disk address packet at DS:SI of the caller: size, 0, count, buffer, 64-bit LBA.
disk_lba:
    push ds
    mov ds, [bp + FRAME_DS]
    mov di, [bp + FRAME_SI]
    movzx ecx, word [di + 2]
    mov ebx, [di + 8]
    mov edx, [di + 12]
    mov al, [di]
    les di, [di + 4]
    pop ds
    cmp al, 10h
    jb .bad
    test edx, edx               ; 28-bit LBA is all the drives have
    jnz .bad
    mov dx, es
    call disk_transfer
    test ah, ah
    jz .done
    push es
    mov es, [bp + FRAME_DS]     ; how many sectors went well
    mov di, [bp + FRAME_SI]
    mov [es:di + 2], cx
    pop es
.done:
    ret
.bad:
    mov ah, DISK_BAD_COMMAND
    ret

; AH = ATA command, EBX = LBA, ECX = sectors, DX:DI = buffer, SI = record.
; Returns AH = INT 13h status, CX = sectors done.
; One ATA command takes up to 256 sectors.
disk_transfer:
    mov es, dx
    mov edx, ebx                ; inside the disk?
    add edx, ecx
    cmp edx, [fs:si + DISK_SECTORS]
    ja .outside
    push bp
    push cx                     ; sectors asked for
    mov bp, cx                  ; sectors still to go
.command:
    test bp, bp
    jz .complete
    mov cx, 256
    cmp bp, cx
    jae .count
    mov cx, bp
.count:
    push ax
    push ebx
    push cx
    push di
    call ata_issue
    pop di
    pop cx
    pop ebx
    pop ax
    jc .timed_out
    sub bp, cx
    movzx edx, cx
    add ebx, edx
    cmp ah, ATA_VERIFY
    je .verified
.sector:
    push ax
    push bx
    push cx
    call normalize_buffer
    cmp ah, ATA_WRITE
    je .write
    call ata_read_sector
    jmp short .moved
.write:
    call ata_write_sector
.moved:
    pop cx
    pop bx
    pop ax
    jc .failed
    loop .sector
.verified:
    push ax
    push ebx
    push di
    call ata_finish
    pop di
    pop ebx
    pop ax
    jc .failed_late
    jmp .command

.complete:
    pop cx
    pop bp
    mov ah, DISK_OK
    ret
.failed:
    add bp, cx                  ; CX sectors of this command did not come
.failed_late:
    push di
    call ata_finish
    pop di
    mov ah, DISK_FAILED
    jmp short .partial
.timed_out:
    mov al, ATA_CTL_HD15
    call ata_control
    mov ah, DISK_TIMEOUT
.partial:
    pop cx
    sub cx, bp
    pop bp
    ret
.outside:
    xor cx, cx
    mov ah, DISK_NOT_FOUND
    ret

; ES:DI with DI below 16, so that a sector never wraps around the segment.
normalize_buffer:
    push ax
    push di
    mov ax, es
    shr di, 4
    add ax, di
    mov es, ax
    pop di
    and di, 0Fh
    pop ax
    ret

disk_parameters:
    mov ax, [fs:si + DISK_T_CYLS]
    dec ax
    mov cl, ah
    mov ch, al
    shl cl, 6
    or cl, [fs:si + DISK_T_SPT]
    mov [bp + FRAME_CX], cx
    mov dh, [fs:si + DISK_T_HEADS]
    dec dh
    mov dl, [BDA_DISK_COUNT]
    mov [bp + FRAME_DX], dx
    mov byte [bp + FRAME_AL], 0
    mov ah, DISK_OK
    ret

; AH=15h answers 3 (fixed disk) in AH with CF clear.
disk_type:
    mov ecx, [fs:si + DISK_SECTORS]
    mov [bp + FRAME_DX], cx
    shr ecx, 16
    mov [bp + FRAME_CX], cx
    pop ax                      ; not through int13_leave: AH is no error here
    mov byte [BDA_DISK_STATUS], 0
    mov byte [bp + FRAME_AH], 3
    frame_clc
    service_leave

disk_extensions:
    mov ah, DISK_BAD_COMMAND
    cmp word [bp + FRAME_BX], 55AAh
    jne .done
    mov word [bp + FRAME_BX], 0AA55h
    mov word [bp + FRAME_CX], 1 ; packet access functions
    pop ax
    mov byte [bp + FRAME_AH], 01h       ; version 1.x
    frame_clc
    service_leave
.done:
    ret

; AH=48h: result buffer at DS:SI of the caller, 26 bytes.
disk_extended_parameters:
    mov es, [bp + FRAME_DS]
    mov di, [bp + FRAME_SI]
    cmp word [es:di], 1Ah
    jb .small
    mov ax, 1Ah
    stosw
    mov ax, 2                   ; geometry is valid
    stosw
    movzx eax, word [fs:si + DISK_CYLINDERS]
    stosd
    movzx eax, word [fs:si + DISK_HEADS]
    stosd
    movzx eax, word [fs:si + DISK_SPT]
    stosd
    mov eax, [fs:si + DISK_SECTORS]
    stosd
    xor eax, eax
    stosd
    mov ax, 512
    stosw
    mov ah, DISK_OK
    ret
.small:
    mov ah, DISK_BAD_COMMAND
    ret
