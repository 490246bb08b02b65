; Set-up header of the boot protocol (boot.rst, "Details of header fields"): checks,
; the fields a loader owes, the command line, and the jump.

HDR_SETUP_SECTS equ 1F1h
HDR_BOOT_FLAG   equ 1FEh
HDR_MAGIC       equ 202h
HDR_VERSION     equ 206h
HDR_LOADER      equ 210h
HDR_LOADFLAGS   equ 211h
HDR_HEAP_END    equ 224h
HDR_CMDLINE     equ 228h
LOADED_HIGH     equ 01h
CAN_USE_HEAP    equ 80h
LOADER_UNKNOWN  equ 0FFh        ; we have no assigned number, and are not LILO (0)
HEAP_END        equ 0E000h      ; as boot.rst sets it for 2.02 and loaded high
HEAP_END_OLD    equ 9800h
OLD_CMDLINE_MAGIC_AT equ 20h
OLD_CMDLINE_MAGIC equ 0A33Fh
OLD_CMDLINE_OFFSET equ 22h

header_fill:
    push word SETUP_SEGMENT
    pop es
    mov si, text_not_kernel
    cmp word [es:HDR_BOOT_FLAG], 0AA55h
    jne fail
    cmp dword [es:HDR_MAGIC], 'HdrS'
    jne fail
    mov al, [es:HDR_SETUP_SECTS]
    test al, al
    jnz .setup_sects
    mov al, 4                   ; by definition
.setup_sects:
    inc al
    mov si, text_bad_setup
    cmp al, [CONFIG_ADDRESS + CONFIG_SETUP_SECTORS]
    jne fail
    mov si, text_not_big
    cmp word [es:HDR_VERSION], 0200h
    jb fail
    test byte [es:HDR_LOADFLAGS], LOADED_HIGH
    jz fail

    mov byte [es:HDR_LOADER], LOADER_UNKNOWN
    mov bx, HEAP_END_OLD
    cmp word [es:HDR_VERSION], 0202h
    jb .heap
    mov bx, HEAP_END
.heap:
    mov [heap_end], bx
    cmp word [es:HDR_VERSION], 0201h
    jb .no_heap
    or byte [es:HDR_LOADFLAGS], CAN_USE_HEAP
    lea ax, [bx - 200h]
    mov [es:HDR_HEAP_END], ax
.no_heap:
    cmp word [es:HDR_VERSION], 0202h
    jb .old_pointer
    movzx eax, bx
    add eax, SETUP_SEGMENT << 4
    mov [es:HDR_CMDLINE], eax
    jmp short .copy
.old_pointer:
    mov word [es:OLD_CMDLINE_MAGIC_AT], OLD_CMDLINE_MAGIC
    mov [es:OLD_CMDLINE_OFFSET], bx

; Typed parameters follow the configured ones, but come before "lab.append=", which
; takes the rest of the line for itself.
.copy:
    mov di, bx
    mov cx, CMDLINE_MAX
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
    loop .configured
    jmp short .full
.configured_end:
    dec si
    cmp byte [LINE_ADDRESS], 0
    je .typed
    cmp di, bx
    je .typed
    mov al, ' '
    stosb
    dec cx
    jz .full
.typed:
    push si
    mov si, LINE_ADDRESS
    cmp byte [si], 0
    je .typed_end
.typed_character:
    lodsb
    test al, al
    jz .typed_space
    jcxz .typed_end
    stosb
    dec cx
    jmp .typed_character
.typed_space:
    jcxz .typed_end
    mov al, ' '
    stosb
    dec cx
.typed_end:
    pop si
.rest:
    jcxz .full
    lodsb
    test al, al
    jz .full
    stosb
    dec cx
    jmp .rest
.full:
    mov byte [es:di], 0
    push ds
    pop es
    ret

; A20 on, segments and stack as boot.rst wants them, to SETUP_SEGMENT + 20h : 0.
kernel_start:
    mov ax, 2401h
    int 15h
    jnc .a20_on
    in al, 92h
    or al, 02h
    and al, 0FEh
    out 92h, al
.a20_on:
    cli
    mov bx, [heap_end]
    mov ax, SETUP_SEGMENT
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov sp, bx
    jmp SETUP_SEGMENT + 20h:0

heap_end        dw 0

text_not_kernel db 13, 10, "not a kernel: no set-up header", 0
text_not_big    db 13, 10, "kernel is no bzImage", 0
