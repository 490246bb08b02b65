; Loads the kernel piece by piece: set-up sectors to 90000h, the rest to 100000h
; through INT 15h AH=87h.

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
    mov dword [copy_target], KERNEL_LINEAR
    mov ax, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    mov [entries_left], ax
    mov word [setup_segment], SETUP_SEGMENT
    mov di, MAP_ADDRESS
.piece:
    mov eax, [di + MAP_LBA]
    mov cx, [di + MAP_COUNT]
    push word PIECE_SEGMENT
    pop es
    xor bx, bx
    call disk_read
    push ds
    pop es
    mov al, '.'
    call print_char
    push di
    call piece_place
    pop di
    add di, MAP_ENTRY_SIZE
    dec word [entries_left]
    jnz .piece
    mov si, text_line_end
    jmp print

; CX = sectors in the piece buffer.
piece_place:
    xor dx, dx                  ; sectors of it already placed
    mov ax, [setup_left]
    test ax, ax
    jz .kernel
    cmp ax, cx
    jbe .setup_part
    mov ax, cx
.setup_part:
    sub [setup_left], ax
    mov dx, ax
    push cx
    push ds
    mov cx, ax
    shl cx, 7                   ; dwords
    mov es, [setup_segment]
    shl ax, 5                   ; paragraphs
    add [setup_segment], ax
    push word PIECE_SEGMENT
    pop ds
    xor si, si
    xor di, di
    rep movsd
    pop ds
    push ds
    pop es
    pop cx
.kernel:
    sub cx, dx
    jz .done
    movzx eax, dx
    shl eax, 9
    add eax, PIECE_LINEAR
    mov [move_source], eax
    mov byte [move_source + 3], 93h
    mov eax, [copy_target]
    mov [move_target], eax
    mov byte [move_target + 3], 93h
    rol eax, 8
    mov [move_target_high], al
    movzx eax, cx
    shl eax, 9
    add [copy_target], eax
    shl cx, 8                   ; words
    mov si, move_table
    mov ah, 87h
    int 15h
    mov si, text_move_failed
    jc fail
.done:
    ret

setup_left      dw 0
entries_left    dw 0
setup_segment   dw 0
copy_target     dd 0

; Descriptor table of INT 15h AH=87h: two for the BIOS, source, target, two more.
move_table:
    times 16 db 0
    dw 0FFFFh
move_source:
    dd 0                        ; base 0-23, access
    dw 0
    dw 0FFFFh
move_target:
    dd 0
    db 0
move_target_high:
    db 0                        ; base 24-31
    times 16 db 0

text_loading    db 13, 10, "Loading ", 0
text_bad_setup  db 13, 10, "configuration: wrong number of set-up sectors", 0
text_move_failed db 13, 10, "block move above 1 MiB failed", 0
