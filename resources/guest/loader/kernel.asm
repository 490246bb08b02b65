; Loads kernel and initial RAM disk piece by piece: set-up sectors to 90000h, the rest
; to 100000h, the RAM disk to where initrd.asm says.

kernel_load:
    mov si, text_loading
    call print
    mov si, CONFIG_ADDRESS + CONFIG_LABEL
    call print_label
    mov ax, [CONFIG_ADDRESS + CONFIG_SETUP_SECTORS]
    mov si, text_bad_setup
    cmp ax, 2
    jb fail
    cmp ax, 65                  ; setup_sects is at most 64
    ja fail
    mov [setup_left], ax
    mov dword [move_to], KERNEL_LINEAR
    mov word [setup_segment], SETUP_SEGMENT
    mov cx, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    xor di, di
.piece:
    push cx
    call piece_read
    mov al, '.'
    call print_char
    call setup_place
    call piece_move_up
    pop cx
    loop .piece
    mov [map_next], di
    mov si, text_line_end
    jmp print

; A dot for every MiB, or a large RAM disk fills the screen with them.
initrd_load:
    mov cx, [CONFIG_ADDRESS + CONFIG_INITRD_ENTRIES]
    jcxz .none
    call initrd_choose
    mov [initrd_address], eax
    mov [move_to], eax
    mov si, text_initrd
    call print
    mov di, [map_next]
.piece:
    push cx
    call piece_read
    test di, 0Fh * MAP_ENTRY_SIZE
    jnz .no_dot
    mov al, '.'
    call print_char
.no_dot:
    xor dx, dx
    call piece_move_up
    pop cx
    loop .piece
    mov si, text_line_end
    call print
.none:
    ret

; DI = map entry. Returns its sectors in the piece buffer, CX = how many, DI = next entry.
piece_read:
    push es
    push word MAP_SEGMENT
    pop es
    mov eax, [es:di + MAP_LBA]
    mov cx, [es:di + MAP_COUNT]
    push word PIECE_SEGMENT
    pop es
    xor bx, bx
    call disk_read
    pop es
    add di, MAP_ENTRY_SIZE
    ret

; CX = sectors in the piece buffer. Copies those that belong to the set-up code; DX = how many.
setup_place:
    mov dx, [setup_left]
    cmp dx, cx
    jbe .part
    mov dx, cx
.part:
    test dx, dx
    jz .done
    sub [setup_left], dx
    push cx
    push di
    push es
    mov ax, dx
    shl ax, 5                   ; paragraphs
    mov es, [setup_segment]
    add [setup_segment], ax
    mov cx, dx
    shl cx, 7                   ; dwords
    push ds
    push word PIECE_SEGMENT
    pop ds
    xor si, si
    xor di, di
    rep movsd
    pop ds
    pop es
    pop di
    pop cx
.done:
    ret

; CX = sectors in the piece buffer, the first DX of them already placed. Moves the others up.
piece_move_up:
    sub cx, dx
    jz .done
    movzx eax, dx
    shl eax, 9
    add eax, PIECE_LINEAR
    mov [move_from], eax
    shl cx, 8                   ; words
    jmp block_move
.done:
    ret

; A zImage goes down to where the piece buffer and the maps were: nothing is read any more.
low_kernel_move:
    push word SETUP_SEGMENT
    pop es
    test byte [es:HDR_LOADFLAGS], LOADED_HIGH
    push ds
    pop es
    jnz .done
    mov dword [move_from], KERNEL_LINEAR
    mov dword [move_to], LOW_KERNEL_LINEAR
    mov ebx, [kernel_end]
.block:
    cmp [move_from], ebx
    jae .done
    mov cx, LOW_BLOCK_WORDS
    call block_move
    jmp .block
.done:
    ret

LOW_BLOCK_WORDS equ 4000h       ; 512 KiB are a whole number of these

; CX = words, from move_from to move_to, both of which advance. Any 32-bit address by
; INT 15h AH=87h. Keeps EBX, DI.
block_move:
    push ebx
    push di
    mov si, move_from
    mov di, descriptor_from
    call .descriptor
    mov si, move_to
    mov di, descriptor_to
    call .descriptor
    movzx eax, cx
    shl eax, 1
    add [move_from], eax
    add [move_to], eax
    mov si, move_table
    mov ah, 87h
    int 15h
    mov si, text_move_failed
    jc fail
    pop di
    pop ebx
    ret
.descriptor:                    ; [SI] = address; the access byte lies inside the base
    mov eax, [si]
    mov [di], eax
    mov byte [di + 3], 93h
    rol eax, 8
    mov [di + 5], al
    ret

setup_left      dw 0
setup_segment   dw 0
map_next        dw 0
move_from       dd 0
move_to         dd 0
kernel_end      dd 0            ; where the kernel's last sector ended, loaded at 100000h

; Descriptor table of INT 15h AH=87h: two for the BIOS, source, target, two more.
move_table:
    times 16 db 0
    dw 0FFFFh
descriptor_from:
    dd 0                        ; base 0-23, access
    db 0
    db 0                        ; base 24-31
    dw 0FFFFh
descriptor_to:
    dd 0
    db 0
    db 0
    times 16 db 0

text_loading    db 13, 10, "Loading ", 0
text_initrd     db "Loading initial RAM disk ", 0
text_bad_setup  db 13, 10, "configuration: wrong number of set-up sectors", 0
text_move_failed db 13, 10, "block move above 1 MiB failed", 0
