; 16-bit set-up code of the lab kernel: boot sector and header, BIOS questions, A20, jump to 100000h.
; Document: Linux Documentation/arch/x86/boot.rst (protocol 2.08). The boot sector is not bootable by itself.

%include "boot-params.inc"

PROTECTED_MODE_ENTRY    equ 100000h
BOOT_CS                 equ 10h
BOOT_DS                 equ 18h
CODE_OFFSET             equ 600h        ; behind the E820 map (2D0h + 32 * 20 = 550h)

        bits 16
        org 0                           ; offsets count from the boot sector, at 90000h

%include "header.asm"

        times CODE_OFFSET - ($ - $$) db 0

; In: CS = segment of the boot sector + 20h (boot.rst, "Running the Kernel").
setup_begin:
        mov ax, cs
        sub ax, 20h
        mov ds, ax
        mov es, ax
        cld

        call ask_memory
        call ask_video
        call enable_a20
        jmp enter_protected_mode

%include "memory.asm"
%include "video.asm"
%include "a20.asm"
%include "protected-mode.asm"

        times (SETUP_SECTS + 1) * 512 - ($ - $$) db 0
