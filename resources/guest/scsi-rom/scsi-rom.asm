; Option ROM of the SCSI host adapter: prompt, bus reset, scan of all IDs one by one,
; start of spindles one after another, and INT 13h for the disks found.
; Runs from RAM, which the BIOS leaves writable until it returns. No set-up utility.

    cpu 386
    bits 16
    org 0

ROM_BLOCKS      equ 6

%include "../option-rom/pci-header.inc"
%include "registers.inc"

    rom_header ROM_BLOCKS, init, BUSLOGIC, MULTIMASTER, SCSI_CLASS, pnp_header

    align 16, db 0
pnp_header:
    pnp_expansion_header text_maker, text_product, SCSI_CLASS, PNP_IPL_DEVICE, connect, 0

%include "../option-rom/console.asm"

CMOS_SCSI_PROMPT equ 43h        ; seconds (../README.md)
CTRL_A          equ 01h
BDA_MEM_KIB     equ 413h
BDA_DISK_COUNT  equ 475h

; AX = bus, device, function. A PnP BIOS has ES:DI point at its structure, and calls BCV
; when it wants the disks; for others they are drives at once.
init:
    pushad
    push ds
    push es
    push fs
    cld
    push cs
    pop ds
    push word 0
    pop fs
    mov [function], ax
    cmp dword [es:di], PNP_SIGNATURE
    sete [is_pnp_bios]
    post_code 0D0h
    mov si, text_banner
    call print
    call prompt
    post_code 0D2h
    call adapter_start
    jc .no_adapter
    post_code 0D3h
    call scan_ids
    post_code 0D4h
    call start_disks
    cmp byte [drive_count], 0
    je .none
    cmp byte [is_pnp_bios], 0
    jne .done
    call int13_install
    jmp short .done
.none:
    mov si, text_no_disks
    call print
    jmp short .done
.no_adapter:
    mov si, text_no_adapter
    call print
.done:
    call rom_checksum
    pop fs
    pop es
    pop ds
    popad
    retf

; BCV: the disks become drives behind those there are by now.
connect:
    pushad
    push ds
    push fs
    push cs
    pop ds
    push word 0
    pop fs
    cmp byte [drive_count], 0
    je .done
    call int13_install
    call rom_checksum
.done:
    pop fs
    pop ds
    popad
    retf

; The pause in which Ctrl+A is looked for, as long as CMOS says.
prompt:
    mov al, CMOS_SCSI_PROMPT | 80h      ; bit 7: NMI stays off
    out 70h, al
    in al, 71h
    test al, al
    jz .none
    push ax
    post_code 0D1h
    mov si, text_prompt
    call print
    pop ax
    mov ah, CTRL_A
    call wait_for_key
    jne .none
    mov si, text_no_utility
    call print
.none:
    ret

%include "adapter.asm"
%include "scan.asm"
%include "disks.asm"
%include "int13.asm"

text_maker      db "Bootlab", 0
text_product    db "SCSI BIOS for BT-958", 0
text_banner     db 13, 10, "Bootlab SCSI BIOS 1.0 for BT-958", 13, 10, 0
text_prompt     db "Press <Ctrl><A> for adapter settings", 13, 10, 0
text_no_utility db "Settings are kept in the machine's profile.", 13, 10, 0
text_no_adapter db "SCSI adapter does not answer.", 13, 10, 0
text_no_disks   db "No SCSI disk found, BIOS not installed.", 13, 10, 0

    align 4, db 0
function        dw 0
base_port       dw 0
work_segment    dw 0
start_unit_ids  dw 0            ; settings of the card, in this order
ignored_ids     dw 0
disk_ids        dw 0            ; disks that answered INQUIRY
first_drive     db 0            ; INT 13h number
drive_count     db 0
is_pnp_bios     db 0
old_int13       dd 0
drives          times MAX_DRIVES * DRIVE_RECORD db 0

    rom_end ROM_BLOCKS
