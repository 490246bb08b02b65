; Option ROMs: the video ROM at C000:0000 (29), the others up to the system ROM (96).

OPTION_FIRST    equ 0C800h
OPTION_END      equ 0E000h      ; our own 128 KiB begin here
OPTION_STEP     equ 80h         ; 2 KiB in paragraphs
OPTION_SIGNATURE equ 0AA55h

; BX = segment. ZF = a good ROM begins there; ECX = its length in bytes.
; Uses AX, DX, SI.
option_rom_check:
    push ds
    mov ds, bx
    xor ecx, ecx
    cmp word [0], OPTION_SIGNATURE
    jne .done
    mov cl, [2]
    shl ecx, 9
    jz .no                      ; length 0
    push ecx
    push bx
    mov dx, bx
    xor ax, ax
    xor si, si
.byte:                          ; sum of all bytes must be 0
    add al, [si]
    inc si
    jnz .same_segment
    add dx, 1000h               ; longer than 64 KiB
    mov ds, dx
.same_segment:
    dec ecx
    jnz .byte
    pop bx
    pop ecx
    test al, al
    jmp short .done
.no:
    or al, 1
.done:
    pop ds
    ret

; BX = segment: its entry at offset 3. Keeps BX, ECX; DS = 0 and FS = EBDA again.
option_rom_call:
    pushad
    push bx
    push word 3
    mov bp, sp
    xor ax, ax                  ; bus 0, device 0: not started as a PnP or PCI ROM
    call far [bp]
    add sp, 4
    popad
    cld
    push word 0
    pop ds
    push word 0
    pop es
    push word EBDA_SEG
    pop fs
    sti
    ret

; 29: shadowed first, because everything shown from now on runs through it.
video_init:
    post_code 29h
    mov bx, VIDEO_SEG
    call option_rom_check
    jne .none
    push bx
    call shadow_video_rom
    pop bx
    jmp option_rom_call
.none:
    ret

; 96
option_rom_scan:
    post_code 96h
    mov bx, OPTION_FIRST
.step:
    call option_rom_check
    jne .next
    call option_rom_call
    add ecx, 7FFh               ; go on behind it
    shr ecx, 11
    shl cx, 7
    add bx, cx
    jmp short .limit
.next:
    add bx, OPTION_STEP
.limit:
    cmp bx, OPTION_END
    jb .step
    ret
