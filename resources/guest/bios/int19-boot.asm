; INT 19h: boot sector of the first disk, or the chosen one, to 0:7C00h. INT 18h: nothing to boot from,
; but for a network card's boot agent.

int19_entry:
    cli
    xor ax, ax
    mov ss, ax
    mov sp, BOOT_ADDRESS
    mov ds, ax
    sti
    cld
    push word EBDA_SEG
    pop fs
    mov bl, [fs:EBDA_BOOT_DISK]
    mov si, text_no_disk
    cmp bl, [BDA_DISK_COUNT]
    jae .failed
    or bl, 80h
    movzx bp, bl
    mov di, 3                   ; attempts, as drives may have a bad start
.attempt:
    xor ax, ax
    mov es, ax
    mov bx, BOOT_ADDRESS
    mov ax, 0201h
    mov cx, 0001h
    mov dx, bp
    int 13h
    jnc .loaded
    mov ah, 0
    mov dx, bp
    int 13h
    dec di
    jnz .attempt
    mov si, text_unreadable
    jmp short .failed
.loaded:
    mov si, text_no_signature
    cmp word [BOOT_ADDRESS + 510], 0AA55h
    jne .failed
    mov dx, bp
    jmp 0:BOOT_ADDRESS
.failed:
    call print
    int 18h

int18_entry:
    push word EBDA_SEG
    pop fs
    xor eax, eax
    xchg eax, [fs:EBDA_BEV]     ; once: it comes back when it cannot boot either
    test eax, eax
    jz .nothing
    push eax
    mov bp, sp
    call far [bp]
    cld
.nothing:
    mov si, text_no_boot
    call print
.forever:
    sti
    hlt
    jmp .forever

text_no_disk        db "No disk found.", 13, 10, 0
text_unreadable     db "Boot sector cannot be read.", 13, 10, 0
text_no_signature   db "Boot sector has no 55AA signature.", 13, 10, 0
text_no_boot        db "System halted: nothing to boot from.", 13, 10, 0
