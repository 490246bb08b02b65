; The disks found, one after the other: wait for the spindle or start it, ask for the
; size, make it a drive of INT 13h. DS = CS, FS = 0.

start_disks:
    mov al, [fs:BDA_DISK_COUNT]
    or al, 80h
    mov [first_drive], al
    xor bp, bp
.id:
    bt [disk_ids], bp
    jnc .next
    cmp byte [drive_count], MAX_DRIVES
    jae .next
    call disk_ready
    jc .not_ready
    call disk_size
    jc .not_ready
    call drive_register
    jmp short .next
.not_ready:
    mov si, text_id
    call print
    movzx eax, bp
    call print_decimal
    mov si, text_not_ready
    call print
.next:
    inc bp
    cmp bp, LAST_ID
    jbe .id
    ret

; BP = ID. CF = it does not become ready. Keeps BP.
disk_ready:
    mov eax, [fs:BDA_TICKS]
    mov [ready_since], eax
.ask:
    mov ax, bp
    mov ah, DIRECTION_NONE
    mov cl, 6
    xor ebx, ebx
    xor edx, edx
    call block_prepare          ; CDB of zeros: TEST UNIT READY
    call block_execute
    jc .done
    jz .done
    cmp ah, CHECK_CONDITION
    jne .no
    mov al, [es:WORK_SENSE + 2]
    and al, 0Fh
    cmp al, KEY_UNIT_ATTENTION
    je .in_time
    cmp al, KEY_NOT_READY
    jne .no
    cmp byte [es:WORK_SENSE + 12], ASC_NOT_READY
    jne .no
    mov al, [es:WORK_SENSE + 13]
    cmp al, ASCQ_BECOMING_READY
    je .wait
    cmp al, ASCQ_START_NEEDED
    jne .no
    bt [start_unit_ids], bp
    jnc .no
    call start_unit
    jc .done
    jmp short .in_time
.wait:
    sti
    hlt                         ; until the next tick
.in_time:
    mov ecx, [ready_since]
    ticks_since_start
    cmp edx, READY_TIMEOUT
    jb .ask
.no:
    stc
.done:
    ret

ready_since     dd 0

; START UNIT; ends at speed.
start_unit:
    mov si, text_id
    call print
    movzx eax, bp
    call print_decimal
    mov si, text_starting
    call print
    mov ax, bp
    mov ah, DIRECTION_NONE
    mov cl, 6
    xor ebx, ebx
    xor edx, edx
    call block_prepare
    mov byte [es:WORK_CCB + CCB_CDB], START_STOP_UNIT
    mov byte [es:WORK_CCB + CCB_CDB + 4], 1
    call block_execute
    ret

; READ CAPACITY. EAX = sectors; CF = none told, or not of 512 bytes.
disk_size:
    call work_linear
    lea edx, [eax + WORK_DATA]
    mov ebx, 8
    mov ax, bp
    mov ah, DIRECTION_IN
    mov cl, 10
    call block_prepare
    mov byte [es:WORK_CCB + CCB_CDB], READ_CAPACITY
    call block_execute
    jc .done
    jnz .no
    cmp dword [es:WORK_DATA + 4], 20000h        ; 512, high byte first
    jne .no
    mov eax, [es:WORK_DATA]
    xchg al, ah
    rol eax, 16
    xchg al, ah
    inc eax
    clc
.done:
    ret
.no:
    stc
    ret

; BP = ID, EAX = sectors. Geometry as the card's extended translation has it: 64 heads
; of 32 sectors below 1 GiB, 128 below 2 GiB, else 255 of 63 (Linux, BusLogic.c).
drive_register:
    movzx bx, byte [drive_count]
    imul bx, bx, DRIVE_RECORD
    add bx, drives
    mov [bx + DRIVE_ID], bp
    mov [bx + DRIVE_SECTORS], eax
    mov word [bx + DRIVE_HEADS], 64
    mov word [bx + DRIVE_SPT], 32
    cmp eax, 200000h
    jb .cylinders
    mov word [bx + DRIVE_HEADS], 128
    cmp eax, 400000h
    jb .cylinders
    mov word [bx + DRIVE_HEADS], 255
    mov word [bx + DRIVE_SPT], 63
.cylinders:
    movzx ecx, word [bx + DRIVE_HEADS]
    movzx edx, word [bx + DRIVE_SPT]
    imul ecx, edx
    xor edx, edx
    div ecx
    cmp eax, 1024
    jbe .fits
    mov ax, 1024
.fits:
    mov [bx + DRIVE_CYLINDERS], ax

    mov si, text_drive
    call print
    movzx eax, byte [drive_count]
    add al, [first_drive]
    sub al, 80h - '0'           ; 80h-87h
    call print_char
    mov si, text_drive_id
    call print
    movzx eax, bp
    call print_decimal
    mov si, text_comma
    call print
    mov eax, [bx + DRIVE_SECTORS]
    shr eax, 11
    call print_decimal
    mov si, text_mib
    call print
    inc byte [drive_count]
    ret

text_starting   db ": starting the spindle", 13, 10, 0
text_not_ready  db ": not ready", 13, 10, 0
text_drive      db "  Drive 8", 0
text_drive_id   db "h: ID ", 0
text_comma      db ", ", 0
text_mib        db " MiB", 13, 10, 0
