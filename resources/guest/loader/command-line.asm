; The kernel's command line: the configured one, then what was typed.

; ES:BX = where to. Returns CX = its length. Keeps BX. Typed parameters follow the
; configured ones, but come before "lab.append=", which takes the rest of the line for itself.
command_line_write:
    mov di, bx
    mov si, CONFIG_ADDRESS + CONFIG_CMDLINE
.configured:
    cmp dword [si], 'lab.'
    jne .character
    cmp dword [si + 4], 'appe'
    jne .character
    mov eax, [si + 8]
    and eax, 0FFFFFFh
    cmp eax, 'nd='
    je .typed
.character:
    lodsb
    test al, al
    jz .configured_end
    stosb
    jmp .configured
.configured_end:
    dec si
    cmp byte [LINE_ADDRESS], 0
    je .typed
    cmp di, bx
    je .typed
    mov al, ' '
    stosb
.typed:
    push si
    mov si, LINE_ADDRESS
    cmp byte [si], 0
    je .typed_end
.typed_character:
    lodsb
    stosb
    test al, al
    jnz .typed_character
    mov byte [es:di - 1], ' '
.typed_end:
    pop si
.rest:
    lodsb
    stosb
    test al, al
    jnz .rest

    lea cx, [di - 1]
    sub cx, bx
    mov eax, CMDLINE_MAX
    cmp word [es:HDR_VERSION], 0206h
    jb .old_limit
    mov edx, [es:HDR_CMDLINE_SIZE]
    test edx, edx
    jz .old_limit
    cmp edx, eax
    jae .limit_known
    mov eax, edx
    jmp short .limit_known
.old_limit:
    mov ax, OLD_CMDLINE_MAX
.limit_known:
    cmp cx, ax
    jbe .fits
    mov cx, ax
    mov di, bx
    add di, ax
    mov byte [es:di], 0
    mov si, text_cut
    call print
.fits:
    ret

text_cut        db "command line too long for this kernel: cut", 13, 10, 0
