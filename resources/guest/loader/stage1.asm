; Boot sector: loads the second stage by INT 13h and jumps to it, telling how far it
; got as LILO does: L, I. 446 bytes; partition table and 55AA belong to the disk.

    cpu 386
    bits 16
    org 7C00h

%include "disk-layout.inc"

start:
    cli
    xor ax, ax
    mov ss, ax
    mov sp, STAGE1_ADDRESS
    mov ds, ax
    mov es, ax
    sti
    cld
    jmp 0:.here                 ; some BIOSes come in at 07C0:0000
.here:
    mov al, 'L'
    call print_char
    mov si, disk_packet
    mov ah, 41h                 ; extensions?
    mov bx, 55AAh
    int 13h
    jc .geometry
    cmp bx, 0AA55h
    jne .geometry
    test cl, 1
    jz .geometry
    mov ah, 42h
    int 13h
    jc disk_error
    jmp short .loaded

.geometry:
    push dx
    mov ah, 08h
    int 13h
    jc disk_error
    mov al, dh
    inc al
    mov [heads], al
    and cl, 3Fh
    mov [sectors], cl
    pop dx
    xor ax, ax
    mov es, ax                  ; 08h may have changed it
    mov bx, STAGE2_ADDRESS
    mov si, LBA_STAGE2
.sector:                        ; one at a time: a track may end anywhere
    mov ax, si
    div byte [sectors]          ; AL = track, AH = sector - 1
    mov cl, ah
    inc cl
    mov ah, 0
    div byte [heads]            ; AL = cylinder, AH = head
    mov ch, al
    mov dh, ah
    mov ax, 0201h
    int 13h
    jc disk_error
    add bx, SECTOR_SIZE
    inc si
    cmp si, LBA_STAGE2 + STAGE2_SECTORS
    jb .sector

.loaded:
    mov al, 'I'
    call print_char
    mov si, text_no_stage2
    cmp dword [STAGE2_ADDRESS], STAGE2_MAGIC
    jne fail
    jmp 0:STAGE2_ADDRESS + 4    ; DL = drive

disk_error:
    mov si, text_disk_error
fail:
    lodsb
    test al, al
    jz .halt
    call print_char
    jmp fail
.halt:
    hlt
    jmp .halt

print_char:
    push bx
    mov ah, 0Eh
    mov bx, 0007h
    int 10h
    pop bx
    ret

heads           db 0
sectors         db 0
disk_packet:
    db 10h, 0
    dw STAGE2_SECTORS, STAGE2_ADDRESS, 0
    dd LBA_STAGE2, 0
text_disk_error db 13, 10, "disk error", 0
text_no_stage2  db 13, 10, "second stage missing", 0

    times 446 - ($ - $$) db 0
