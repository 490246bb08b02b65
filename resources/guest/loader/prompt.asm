; "LILO boot: " - waits the configured tenths of a second for a key; Enter boots at
; once, any other key begins a line "label parameters". 0 tenths: boots without
; asking. FFFFh: waits for ever. Tab and ? show the label.

NO_TIMEOUT      equ 0FFFFh
BIOS_TICKS      equ 46Ch
TICKS_PER_DAY   equ 1800B0h
KEY_ENTER       equ 0Dh
KEY_BACKSPACE   equ 08h
KEY_TAB         equ 09h

prompt:
    mov si, text_boot
    call print
    mov byte [LINE_ADDRESS], 0
    movzx eax, word [CONFIG_ADDRESS + CONFIG_TIMEOUT]
    test ax, ax
    jz .default
    mov ebx, 0FFFFFFFFh
    cmp ax, NO_TIMEOUT
    je .wait
    mov edx, 1820650            ; ticks = tenths * 1.82065, rounded up
    mul edx
    add eax, 999999
    adc edx, 0
    mov ecx, 1000000
    div ecx
    mov ebx, eax
.wait:
    mov ecx, [BIOS_TICKS]
.sleep:
    mov ah, 01h
    int 16h
    jnz .key
    mov eax, [BIOS_TICKS]
    sub eax, ecx
    jnc .same_day
    add eax, TICKS_PER_DAY
.same_day:
    cmp eax, ebx
    jae .default
    sti
    hlt                         ; every tick wakes us, and every key
    jmp .sleep
.default:
    mov si, CONFIG_ADDRESS + CONFIG_LABEL
    call print_label
    ret

.key:
    call line_read
    cmp byte [LINE_ADDRESS], 0
    je .default
    call line_match
    jnc .matched
    mov si, text_no_image
    call print
    mov si, text_boot_again
    call print
    mov byte [LINE_ADDRESS], 0
    mov ebx, 0FFFFFFFFh         ; whoever types is there to go on
    jmp .wait
.matched:
    ret

; Reads a line to LINE_ADDRESS, ended by 0.
line_read:
    mov di, LINE_ADDRESS
.next:
    mov ah, 0
    int 16h
    cmp al, KEY_ENTER
    je .end
    cmp al, KEY_BACKSPACE
    je .backspace
    cmp al, KEY_TAB
    je .list
    cmp al, '?'
    je .list
    cmp al, ' '
    jb .next
    cmp di, LINE_ADDRESS + LINE_MAX
    jae .next
    stosb
    call print_char
    jmp .next
.backspace:
    cmp di, LINE_ADDRESS
    je .next
    dec di
    mov si, text_rub_out
    call print
    jmp .next
.list:
    mov si, text_line_end
    call print
    mov si, CONFIG_ADDRESS + CONFIG_LABEL
    call print_label
    mov si, text_boot_again
    call print
    mov byte [di], 0
    mov si, LINE_ADDRESS
    call print
    jmp .next
.end:
    mov byte [di], 0
    ret

; Compares the first word of the line with the label and cuts it off, so that the
; line holds the parameters alone. CF = another name.
line_match:
    mov si, LINE_ADDRESS
    mov di, CONFIG_ADDRESS + CONFIG_LABEL
    mov cx, LABEL_SIZE
.character:
    mov al, [si]
    cmp al, ' '
    jbe .word_end
    cmp al, [di]
    jne .other
    inc si
    inc di
    loop .character
    cmp byte [si], ' '
    ja .other
    jmp short .same
.word_end:
    cmp byte [di], 0
    jne .other
.same:
    cmp byte [si], ' '
    jne .cut
    inc si
.cut:
    mov di, LINE_ADDRESS
.move:
    lodsb
    stosb
    test al, al
    jnz .move
    clc
    ret
.other:
    stc
    ret

text_boot       db "boot: ", 0
text_boot_again db 13, 10, "boot: ", 0
text_no_image   db 13, 10, "No such image. Tab shows the one there is.", 0
text_line_end   db 13, 10, 0
text_rub_out    db 8, " ", 8, 0
