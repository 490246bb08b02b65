; INT 13h for the card's disks: reset, status, read, write, verify, geometry, and the
; extensions 41h-44h, 48h (Phoenix EDD 1.1). Other drives go to who had the vector before.
; Writes nothing to the ROM, which is protected by then.

BDA_DISK_STATUS equ 474h
DISK_OK         equ 00h
DISK_BAD_COMMAND equ 01h
DISK_NOT_FOUND  equ 04h
DISK_FAILED     equ 20h
DISK_TIMEOUT    equ 80h
ATTEMPTS        equ 3           ; a unit attention is told once

FRAME_DI        equ 0
FRAME_SI        equ 4
FRAME_BX        equ 16
FRAME_DX        equ 20
FRAME_CX        equ 24
FRAME_AL        equ 28
FRAME_AH        equ 29
FRAME_ES        equ 34
FRAME_DS        equ 36
FRAME_FLAGS     equ 42
FLAG_CF         equ 0001h

int13_install:
    mov eax, [fs:13h * 4]
    mov [old_int13], eax
    cli
    mov word [fs:13h * 4], int13_entry
    mov [fs:13h * 4 + 2], cs
    sti
    mov al, [fs:BDA_DISK_COUNT]
    or al, 80h
    mov [first_drive], al
    mov al, [drive_count]
    add [fs:BDA_DISK_COUNT], al
    mov si, text_installed
    jmp print

int13_entry:
    push ax
    mov al, dl
    sub al, [cs:first_drive]
    jb .other
    cmp al, [cs:drive_count]
    jae .other
    pop ax
    cld
    push ds
    push es
    push fs
    pushad
    mov bp, sp
    sti
    push word 0
    pop fs
    push cs
    pop ds
    mov al, dl
    sub al, [first_drive]
    movzx si, al
    imul si, si, DRIVE_RECORD
    add si, drives
    mov al, [bp + FRAME_AH]
    mov di, int13_functions
.find:
    cmp byte [di], 0FFh
    je .unknown
    cmp [di], al
    je .call
    add di, 3
    jmp .find
.other:
    pop ax
    jmp far [cs:old_int13]
.call:
    call [di + 1]               ; AH = status for the caller
    jmp short int13_leave
.unknown:
    mov ah, DISK_BAD_COMMAND
int13_leave:
    mov [fs:BDA_DISK_STATUS], ah
int13_leave_quietly:
    mov [bp + FRAME_AH], ah
    and word [bp + FRAME_FLAGS], ~FLAG_CF
    test ah, ah
    jz int13_return
    or word [bp + FRAME_FLAGS], FLAG_CF
int13_return:
    mov sp, bp
    popad
    pop fs
    pop es
    pop ds
    iret

%macro disk_function 2
    db %1
    dw %2
%endmacro
int13_functions:
    disk_function 00h, disk_nothing
    disk_function 01h, disk_last_status
    disk_function 02h, disk_read_chs
    disk_function 03h, disk_write_chs
    disk_function 04h, disk_verify_chs
    disk_function 08h, disk_parameters
    disk_function 09h, disk_nothing
    disk_function 0Ch, disk_nothing
    disk_function 0Dh, disk_nothing
    disk_function 10h, disk_nothing
    disk_function 11h, disk_nothing
    disk_function 15h, disk_type
    disk_function 41h, disk_extensions
    disk_function 42h, disk_read_lba
    disk_function 43h, disk_write_lba
    disk_function 44h, disk_verify_lba
    disk_function 48h, disk_extended_parameters
    db 0FFh

disk_nothing:
    mov ah, DISK_OK
    ret

disk_last_status:
    mov ah, [fs:BDA_DISK_STATUS]
    jmp int13_leave_quietly

disk_read_chs:
    mov al, SCSI_READ
    jmp short disk_chs
disk_write_chs:
    mov al, SCSI_WRITE
    jmp short disk_chs
disk_verify_chs:
    mov al, SCSI_VERIFY
disk_chs:
    push ax
    mov cx, [bp + FRAME_CX]
    movzx eax, ch
    mov ah, cl
    shr ah, 6                   ; cylinder
    cmp ax, [si + DRIVE_CYLINDERS]
    jae .outside
    movzx edx, word [si + DRIVE_HEADS]
    mul edx
    movzx edx, byte [bp + FRAME_DX + 1]
    cmp dx, [si + DRIVE_HEADS]
    jae .outside
    add eax, edx
    movzx edx, word [si + DRIVE_SPT]
    mul edx
    and ecx, 3Fh
    jz .outside
    cmp cx, [si + DRIVE_SPT]
    ja .outside
    lea ebx, [eax + ecx - 1]
    movzx edx, word [bp + FRAME_ES]
    shl edx, 4
    movzx eax, word [bp + FRAME_BX]
    add edx, eax
    movzx ecx, byte [bp + FRAME_AL]
    pop ax
    jmp disk_transfer
.outside:
    pop ax
    mov ah, DISK_BAD_COMMAND
    ret

disk_read_lba:
    mov al, SCSI_READ
    jmp short disk_lba
disk_write_lba:
    mov al, SCSI_WRITE
    jmp short disk_lba
disk_verify_lba:
    mov al, SCSI_VERIFY
; Disk address packet at DS:SI of the caller: size, 0, count, buffer, 64-bit LBA.
disk_lba:
    mov es, [bp + FRAME_DS]
    mov di, [bp + FRAME_SI]
    cmp byte [es:di], 10h
    jb .bad
    cmp dword [es:di + 12], 0   ; READ (10) has 32 bits
    jne .bad
    mov ebx, [es:di + 8]
    movzx ecx, word [es:di + 2]
    cmp cx, 128                 ; what a buffer in one segment holds
    ja .bad
    movzx edx, word [es:di + 6]
    shl edx, 4
    push ecx
    movzx ecx, word [es:di + 4]
    add edx, ecx
    pop ecx
    call disk_transfer
    test ah, ah
    jz .done
    mov es, [bp + FRAME_DS]     ; nothing arrived for certain
    mov di, [bp + FRAME_SI]
    mov word [es:di + 2], 0
.done:
    ret
.bad:
    mov ah, DISK_BAD_COMMAND
    ret

; AL = SCSI command, EBX = LBA, ECX = sectors, EDX = linear address, SI = record.
; Returns AH = INT 13h status. One command for all sectors.
disk_transfer:
    test ecx, ecx
    jz .nothing
    mov edi, ebx                ; inside the disk?
    add edi, ecx
    jc .outside
    cmp edi, [si + DRIVE_SECTORS]
    ja .outside
    push bp
    mov bp, ATTEMPTS
.attempt:
    pushad
    mov ah, DIRECTION_IN
    cmp al, SCSI_READ
    je .direction
    mov ah, DIRECTION_OUT
    cmp al, SCSI_WRITE
    je .direction
    mov ah, DIRECTION_NONE
.direction:
    mov ebp, ebx                ; LBA
    mov edi, ecx
    push ax
    mov ebx, ecx
    shl ebx, 9
    cmp al, SCSI_VERIFY
    jne .length
    xor ebx, ebx
.length:
    mov al, [si + DRIVE_ID]
    mov cl, 10
    call block_prepare
    pop ax
    mov [es:WORK_CCB + CCB_CDB], al
    mov eax, ebp                ; high byte first; BSWAP came with the 486
    xchg al, ah
    rol eax, 16
    xchg al, ah
    mov [es:WORK_CCB + CCB_CDB + 2], eax
    mov ax, di
    xchg al, ah
    mov [es:WORK_CCB + CCB_CDB + 7], ax
    call block_execute
    jc .timed_out
    jz .good
    popad
    dec bp
    jnz .attempt
    pop bp
    mov ah, DISK_FAILED
    ret
.good:
    popad
    pop bp
.nothing:
    mov ah, DISK_OK
    ret
.timed_out:
    popad
    pop bp
    mov ah, DISK_TIMEOUT
    ret
.outside:
    mov ah, DISK_NOT_FOUND
    ret

disk_parameters:
    mov ax, [si + DRIVE_CYLINDERS]
    dec ax
    mov cl, ah
    mov ch, al
    shl cl, 6
    or cl, [si + DRIVE_SPT]
    mov [bp + FRAME_CX], cx
    mov dh, [si + DRIVE_HEADS]
    dec dh
    mov dl, [fs:BDA_DISK_COUNT]
    mov [bp + FRAME_DX], dx
    mov byte [bp + FRAME_AL], 0
    mov ah, DISK_OK
    ret

; AH=15h answers 3 (fixed disk) in AH with CF clear.
disk_type:
    mov ecx, [si + DRIVE_SECTORS]
    mov [bp + FRAME_DX], cx
    shr ecx, 16
    mov [bp + FRAME_CX], cx
    mov byte [bp + FRAME_AH], 3
disk_good_with_ah:
    mov byte [fs:BDA_DISK_STATUS], 0
    and word [bp + FRAME_FLAGS], ~FLAG_CF
    jmp int13_return

disk_extensions:
    mov ah, DISK_BAD_COMMAND
    cmp word [bp + FRAME_BX], 55AAh
    jne .done
    mov word [bp + FRAME_BX], 0AA55h
    mov word [bp + FRAME_CX], 1 ; packet access functions
    mov byte [bp + FRAME_AH], 01h       ; version 1.x
    jmp disk_good_with_ah
.done:
    ret

; AH=48h: result buffer at DS:SI of the caller, 26 bytes; geometry is not told.
disk_extended_parameters:
    mov es, [bp + FRAME_DS]
    mov di, [bp + FRAME_SI]
    cmp word [es:di], 1Ah
    jb .small
    mov ax, 1Ah
    stosw
    xor eax, eax
    stosw                       ; flags: no geometry
    stosd
    stosd
    stosd
    mov eax, [si + DRIVE_SECTORS]
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

text_installed  db "SCSI BIOS installed", 13, 10, 0
