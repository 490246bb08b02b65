; Bootlab BIOS: 128 KiB image for E0000h-FFFFFh and its alias below 4 GiB.
; The lower 64 KiB are empty; code and tables live in segment F000h.
; i386 instructions only. POST order and codes: Award 6.0 (see ../README.md).

    cpu 386
    bits 16

%include "equates.inc"
%include "data-areas.inc"
%include "macros.inc"

section lower start=0 vstart=0
    times 10000h db 0FFh

section upper follows=lower vstart=0
    db "Bootlab BIOS", 0
%include "gdt.asm"
%include "reset.asm"
%include "dram.asm"
%include "shadow.asm"
%include "post.asm"
%include "print.asm"
%include "cmos.asm"
%include "kbc.asm"
%include "mouse.asm"
%include "chips.asm"
%include "vectors.asm"
%include "port-detect.asm"
%include "pci.asm"
%include "option-rom.asm"
%include "pci-rom.asm"
%include "memory-test.asm"
%include "floppy.asm"
%include "ata-transfer.asm"
%include "ata-detect.asm"
%include "int08-timer.asm"
%include "int09-keyboard.asm"
%include "keymap-us.asm"
%include "int11-small.asm"
%include "int13-disk.asm"
%include "int14-serial.asm"
%include "int15-system.asm"
%include "int15-memory.asm"
%include "int16-keyboard.asm"
%include "boot-prompt.asm"
%include "int19-boot.asm"
%include "int1a-time.asm"
%include "int1a-pci.asm"

code_end:
    times 0FFF0h - ($ - $$) db 0FFh
; FFFF:0000. A near jump: after a reset CS must keep its base FFFF0000h.
reset_vector:
    jmp near reset_entry
    times 0FFF5h - ($ - $$) db 0
    db "01/01/99"               ; where programs look for a BIOS date
    db 0
    db 0FCh                     ; model byte: AT
    db 0
