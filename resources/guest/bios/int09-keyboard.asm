; IRQ 1: set-1 scan codes to characters in the buffer at 40:1E, US layout.
; Leaves out LEDs, SysRq, Pause and Print Screen.

SCAN_CTRL       equ 1Dh
SCAN_LSHIFT     equ 2Ah
SCAN_RSHIFT     equ 36h
SCAN_ALT        equ 38h
SCAN_CAPS       equ 3Ah
SCAN_NUM        equ 45h
SCAN_SCROLL     equ 46h
SCAN_PAD_FIRST  equ 47h
SCAN_DELETE     equ 53h
SCAN_LAST       equ 58h
SCAN_RELEASE    equ 80h

int09_entry:
    pushad
    push ds
    push es
    cld
    push word 0
    pop ds
    in al, KBC_DATA
    mov ah, 4Fh                 ; keyboard intercept: CF comes back clear to drop it
    stc
    int 15h
    jnc .end
    cmp al, 0E0h
    jne .not_prefix
    or byte [BDA_KBD_FLAGS3], KBF3_E0
    jmp .end
.not_prefix:
    cmp al, KBD_ACK
    jae .end                    ; answers to commands
    call key_event
    and byte [BDA_KBD_FLAGS3], ~KBF3_E0
.end:
    mov al, PIC_EOI
    out PIC1_COMMAND, al
    pop es
    pop ds
    popad
    iret

; AL = scan code.
key_event:
    mov si, modifier_keys
    mov ah, al
    and ah, ~SCAN_RELEASE
.modifier:
    mov bx, [cs:si]             ; BL = scan code, BH = flag
    test bl, bl
    jz .not_modifier
    add si, 2
    cmp bl, ah
    jne .modifier
    test byte [BDA_KBD_FLAGS3], KBF3_E0
    jz .apply
    cmp bl, SCAN_LSHIFT         ; E0 2A, E0 36: fake shifts around the grey keys
    je .ignored
    cmp bl, SCAN_RSHIFT
    je .ignored
.apply:
    test al, SCAN_RELEASE
    jnz .modifier_up
    or [BDA_KBD_FLAGS], bh
    ret
.modifier_up:
    not bh
    and [BDA_KBD_FLAGS], bh
.ignored:
    ret

.not_modifier:
    test al, SCAN_RELEASE
    jnz .ignored
    mov bh, KBF_CAPS
    cmp al, SCAN_CAPS
    je .toggle
    mov bh, KBF_NUM
    cmp al, SCAN_NUM
    je .toggle
    mov bh, KBF_SCROLL
    cmp al, SCAN_SCROLL
    jne .character
.toggle:
    xor [BDA_KBD_FLAGS], bh
    ret

.character:
    cmp al, SCAN_LAST
    ja .ignored
    mov cl, [BDA_KBD_FLAGS]
    mov ch, cl
    and ch, KBF_CTRL | KBF_ALT
    cmp ch, KBF_CTRL | KBF_ALT
    jne .translate
    cmp al, SCAN_DELETE
    je warm_restart
.translate:
    movzx bx, al
    shl bx, 3                   ; four words: plain, shift, Ctrl, Alt
    test cl, KBF_ALT
    mov si, 6
    jnz .column
    test cl, KBF_CTRL
    mov si, 4
    jnz .column
    mov si, 0
    test cl, KBF_LSHIFT | KBF_RSHIFT
    jz .unshifted
    mov si, 2
.unshifted:
    cmp al, SCAN_PAD_FIRST
    jb .letter
    cmp al, SCAN_DELETE
    ja .column
    test byte [BDA_KBD_FLAGS3], KBF3_E0
    jnz .grey
    test cl, KBF_NUM            ; the pad: digits with Num Lock, or with shift alone
    jz .column
    xor si, 2
    jmp short .column
.grey:
    mov si, 0
    jmp short .column
.letter:
    test cl, KBF_CAPS
    jz .column
    mov dl, [cs:bx + keymap]
    cmp dl, 'a'
    jb .column
    cmp dl, 'z'
    ja .column
    xor si, 2
.column:
    mov ax, [cs:bx + si + keymap]
    test ax, ax
    jz .done
    call key_store
.done:
    ret

; AX = scan code and character. CF = buffer full.
key_store:
    mov bx, [BDA_KBD_TAIL]
    mov si, bx
    call key_advance
    cmp bx, [BDA_KBD_HEAD]
    je .full
    mov [si + BDA], ax
    mov [BDA_KBD_TAIL], bx
    clc
    ret
.full:
    stc
    ret

; BX = next buffer position.
key_advance:
    add bx, 2
    cmp bx, [BDA_KBD_END]
    jb .inside
    mov bx, [BDA_KBD_START]
.inside:
    ret

; Ctrl-Alt-Del: the memory test is not wanted again.
warm_restart:
    mov word [BDA_RESET_FLAG], WARM_BOOT
    mov al, KBC_PULSE_RESET
    out KBC_COMMAND, al
    jmp 0FFFFh:0                ; without a controller: the jump alone

modifier_keys:
    db SCAN_CTRL, KBF_CTRL
    db SCAN_LSHIFT, KBF_LSHIFT
    db SCAN_RSHIFT, KBF_RSHIFT
    db SCAN_ALT, KBF_ALT
    dw 0
