; Second stage: configuration, prompt, kernel and RAM disk by their sector maps, jump to the set-up
; code (Linux x86 boot protocol, Documentation/arch/x86/boot.rst). One kernel only.

    cpu 386
    bits 16
    org 8000h

%include "disk-layout.inc"

    dd STAGE2_MAGIC
stage2_start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov [drive], dl
    mov al, 'L'
    call print_char
    call disk_init
    call config_load
    call map_load
    mov al, 'O'
    call print_char
    mov al, ' '
    call print_char

prompt_begin:
    call prompt
prompt_end:
    call kernel_load
    call header_check
    call initrd_load
    call header_fill
    call low_kernel_move
    jmp kernel_start

%include "config.asm"
%include "prompt.asm"
%include "kernel.asm"
%include "initrd.asm"
%include "boot-header.asm"
%include "command-line.asm"
%include "disk.asm"
%include "console.asm"

    times STAGE2_SECTORS * SECTOR_SIZE - ($ - $$) db 0
