; Sectors by INT 13h: extensions where there are, else cylinder, head and sector.

; Finds out how to ask the drive.
disk_init:
    mov ah, 41h
    mov bx, 55AAh
    mov dl, [drive]
    int 13h
    jc .geometry
    cmp bx, 0AA55h
    jne .geometry
    test cl, 1
    jz .geometry
    mov byte [has_extensions], 1
    ret
.geometry:
    mov ah, 08h
    mov dl, [drive]
    int 13h
    push ds
    pop es
    mov si, text_no_geometry
    jc fail
    movzx ax, dh
    inc ax
    mov [heads], ax
    and cx, 3Fh
    mov [sectors], cx
    ret

; EAX = LBA, CX = sectors, ES:BX = buffer that does not cross 64 KiB. Keeps all
; registers; does not return on an error.
disk_read:
    pushad
    mov [failed_lba], eax
    cmp byte [has_extensions], 0
    je .chs
    mov [packet_lba], eax
    mov [packet_count], cx
    mov [packet_buffer], bx
    mov [packet_buffer + 2], es
    mov si, packet
    mov ah, 42h
    mov dl, [drive]
    int 13h
    jc .failed
    popad
    ret

.chs:                           ; as much of the track as is wanted, then the next
    mov eax, [failed_lba]
    xor edx, edx
    movzx esi, word [sectors]
    div esi                     ; EDX = sector - 1
    mov di, si
    sub di, dx                  ; left on this track
    cmp di, cx
    jbe .part
    mov di, cx
.part:
    push cx
    mov cx, dx
    inc cx
    xor edx, edx
    movzx esi, word [heads]
    div esi                     ; AX = cylinder, DX = head
    mov ch, al
    shl ah, 6
    or cl, ah
    mov dh, dl
    mov dl, [drive]
    mov ax, di
    mov ah, 02h
    int 13h
    pop cx
    jc .failed
    movzx eax, di
    add [failed_lba], eax
    shl ax, 9
    add bx, ax
    sub cx, di
    jnz .chs
    popad
    ret

.failed:
    mov [failed_status], ah
    mov si, text_disk_error
    call print
    mov eax, [failed_lba]
    call print_decimal
    mov si, text_status
    call print
    movzx eax, byte [failed_status]
    call print_decimal
    mov si, text_status_end
    jmp fail

drive           db 0
has_extensions  db 0
failed_status   db 0
heads           dw 0
sectors         dw 0
failed_lba      dd 0
packet:
    db 10h, 0
packet_count    dw 0
packet_buffer   dw 0, 0
packet_lba      dd 0, 0

text_no_geometry db 13, 10, "drive tells no geometry", 0
text_disk_error db 13, 10, "disk error at LBA ", 0
text_status     db " (status ", 0
text_status_end db ")", 0
