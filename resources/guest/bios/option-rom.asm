; Option ROMs on the ISA bus: the video ROM at C0000h (29), others up to the system
; ROM (96); then those of PCI cards (pci-rom.asm). 97 and 98 around each call: AMI's
; "adaptor ROM has control" and "returned control".

OPTION_FIRST    equ 0C800h
OPTION_END      equ 0E000h      ; our own 128 KiB begin here
OPTION_STEP     equ 80h         ; 2 KiB in paragraphs
OPTION_SIGNATURE equ 0AA55h
PAM_BLOCK       equ 400h        ; 16 KiB in paragraphs: what can be turned into RAM

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

; BX = segment: its entry at offset 3. AX = bus, device and function of a PCI card, else
; 0. Keeps EBX, ECX, ESI; DS = 0 and FS = EBDA again.
option_rom_call:
    pushad
    push bx
    push word 3
    mov bp, sp
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
    mov word [fs:EBDA_OPTION_NEXT], OPTION_FIRST
    mov bx, VIDEO_SEG
    call option_rom_check
    jne .none
    mov ax, bx
    call option_rom_end
    cmp ax, OPTION_FIRST
    jbe .short
    mov [fs:EBDA_OPTION_NEXT], ax
.short:
    push bx
    call shadow_video_rom
    pop bx
    xor ax, ax
    jmp option_rom_call
.none:
    ret

; AX = segment of a ROM, ECX = its length. Returns AX = the first segment behind it.
option_rom_end:
    push ecx
    add ecx, 7FFh
    shr ecx, 11
    shl cx, 7
    add ax, cx
    pop ecx
    ret

; 96
option_rom_scan:
    post_code 96h
    mov bx, [fs:EBDA_OPTION_NEXT]
.step:
    call option_rom_check
    jne .next
    post_code 97h
    xor ax, ax
    call option_rom_call
    post_code 98h
    mov ax, bx
    call option_rom_end
    mov bx, ax
    add ax, PAM_BLOCK - 1       ; RAM for PCI cards' ROMs begins in a block without ROM
    and ax, -PAM_BLOCK
    mov [fs:EBDA_OPTION_NEXT], ax
    jmp short .limit
.next:
    add bx, OPTION_STEP
.limit:
    cmp bx, OPTION_END
    jb .step
    jmp pci_rom_scan
