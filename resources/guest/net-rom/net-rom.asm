; Boot agent of the network card, an Intel 82559: says who it is, waits for a key as
; long as the card's EEPROM says, and offers itself for booting (BEV). It asks nobody for
; a boot image: no PXE, no network stack, no set-up menu.

    cpu 386
    bits 16
    org 0

ROM_BLOCKS      equ 4

INTEL           equ 8086h
DEVICE_8255X    equ 1229h
ETHERNET_CLASS  equ 020000h

%include "../option-rom/pci-header.inc"

    rom_header ROM_BLOCKS, init, INTEL, DEVICE_8255X, ETHERNET_CLASS, pnp_header

    align 16, db 0
pnp_header:
    pnp_expansion_header text_maker, text_product, ETHERNET_CLASS, PNP_IPL_DEVICE, 0, boot

%include "../option-rom/console.asm"
%include "eeprom.asm"

CTRL_S          equ 13h
BASE_PORTS      equ 14h         ; base address 1: the registers as ports
; Intel ICH8 NVM guide, word 30h: bits 7:6 are the prompt time
EEPROM_BOOT_OPTIONS equ 30h
PROMPT_TIME_SHIFT equ 6

; AX = bus, device, function.
init:
    pushad
    push ds
    push fs
    cld
    push cs
    pop ds
    push word 0
    pop fs
    mov bx, ax
    post_code 0D8h
    mov si, text_banner
    call print
    mov ax, 0B10Ah
    mov di, BASE_PORTS
    int 1Ah
    and cx, 0FFFCh
    jz .done
    mov [base_port], cx
    mov bl, EEPROM_BOOT_OPTIONS
    call eeprom_read
    shr ax, PROMPT_TIME_SHIFT
    and ax, 3
    mov bx, ax
    mov bl, [prompt_seconds + bx]
    test bl, bl
    jz .no_prompt
    post_code 0D9h
    mov si, text_prompt
    call print
    mov al, bl
    mov ah, CTRL_S
    call wait_for_key
    jne .no_prompt
    mov si, text_no_menu
    call print
.no_prompt:
    post_code 0DAh
.done:
    call rom_checksum
    pop fs
    pop ds
    popad
    retf

; Called when nothing else can be booted; comes back, because this cannot either.
boot:
    mov si, text_no_boot
    call print
    retf

prompt_seconds  db 2, 3, 5, 0
text_maker      db "Bootlab", 0
text_product    db "Boot agent for Intel 82559", 0
text_banner     db 13, 10, "Initializing boot agent 1.0 for Intel(R) 82559", 13, 10, 0
text_prompt     db "Press Ctrl+S to enter the set-up menu", 13, 10, 0
text_no_menu    db "Settings are kept in the machine's profile.", 13, 10, 0
text_no_boot    db "Network boot: no server answers.", 13, 10, 0
    align 2, db 0
base_port       dw 0

    rom_end ROM_BLOCKS
