; Set-up header of the boot protocol (boot.rst, "Details of header fields"): checks, and
; the fields a loader owes. Protocols 2.00 to 2.15; the old command line before 2.02.

HDR_SETUP_SECTS equ 1F1h
HDR_BOOT_FLAG   equ 1FEh
HDR_MAGIC       equ 202h
HDR_VERSION     equ 206h
HDR_LOADER      equ 210h
HDR_LOADFLAGS   equ 211h
HDR_MOVE_SIZE   equ 212h
HDR_RAMDISK     equ 218h
HDR_RAMDISK_SIZE equ 21Ch
HDR_HEAP_END    equ 224h
HDR_CMDLINE     equ 228h
HDR_CMDLINE_SIZE equ 238h
LOADED_HIGH     equ 01h
CAN_USE_HEAP    equ 80h
LOADER_UNKNOWN  equ 0FFh        ; we have no assigned number, and are not LILO (0)
HEAP_END        equ 0E000h      ; as boot.rst sets it for 2.02 and loaded high
HEAP_END_OLD    equ 9800h
OLD_CMDLINE_MAGIC_AT equ 20h
OLD_CMDLINE_MAGIC equ 0A33Fh
OLD_CMDLINE_OFFSET equ 22h
OLD_CMDLINE_MAX equ 255

header_check:
    mov eax, [move_to]
    mov [kernel_end], eax
    push word SETUP_SEGMENT
    pop es
    mov si, text_not_kernel
    cmp word [es:HDR_BOOT_FLAG], 0AA55h
    jne fail
    mov si, text_too_old
    cmp dword [es:HDR_MAGIC], 'HdrS'
    jne fail
    cmp word [es:HDR_VERSION], 0200h
    jb fail
    mov al, [es:HDR_SETUP_SECTS]
    test al, al
    jnz .setup_sects
    mov al, 4                   ; by definition
.setup_sects:
    inc al
    mov si, text_bad_setup
    cmp al, [CONFIG_ADDRESS + CONFIG_SETUP_SECTORS]
    jne fail
    test byte [es:HDR_LOADFLAGS], LOADED_HIGH
    jnz .size_good
    mov si, text_too_large
    cmp dword [kernel_end], KERNEL_LINEAR + LOW_KERNEL_MAX
    ja fail
.size_good:
    push ds
    pop es
    ret

header_fill:
    push word SETUP_SEGMENT
    pop es
    mov byte [es:HDR_LOADER], LOADER_UNKNOWN
    cmp word [CONFIG_ADDRESS + CONFIG_INITRD_ENTRIES], 0
    je .no_initrd
    mov eax, [initrd_address]
    mov [es:HDR_RAMDISK], eax
    mov eax, [CONFIG_ADDRESS + CONFIG_INITRD_SIZE]
    mov [es:HDR_RAMDISK_SIZE], eax
.no_initrd:
    mov bx, HEAP_END_OLD
    test byte [es:HDR_LOADFLAGS], LOADED_HIGH
    jz .heap
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
    call command_line_write     ; ES:BX; returns its length in CX
    cmp word [es:HDR_VERSION], 0202h
    jb .old_pointer
    movzx eax, bx
    add eax, SETUP_SEGMENT << 4
    mov [es:HDR_CMDLINE], eax
    jmp short .done
.old_pointer:
    mov word [es:OLD_CMDLINE_MAGIC_AT], OLD_CMDLINE_MAGIC
    mov [es:OLD_CMDLINE_OFFSET], bx
    add cx, bx
    inc cx
    mov [es:HDR_MOVE_SIZE], cx
.done:
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
initrd_address  dd 0

text_not_kernel db "not a kernel: no boot flag", 0
text_too_old    db "boot protocol older than 2.00", 0
text_too_large  db "zImage larger than 512 KiB", 0
