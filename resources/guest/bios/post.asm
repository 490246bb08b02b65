; The power-on self-test from the moment there is a stack: its order and its screen.
; Each step emits its own check point, then does what the check point names.

post_with_stack:
    call shadow_system_rom      ; C3, C5
    call start_ticks
    call kbc_test               ; 07, 08
    call cmos_walking_ones      ; 12
    call chipset_defaults       ; 14
    call cpu_detect             ; 18
    call vectors_install        ; 1B
    call rtc_check              ; 23
    call pci_enumerate          ; 25
    call video_init             ; 29
    call sign_on                ; 2B
    call keyboard_reset         ; 33
    call pit_test               ; 3C
    call pic_test               ; 3E, 40, 43
    call memory_size_store      ; 49
    call memory_test            ; 52
    call mouse_detect           ; 65
    call floppy_detect          ; 6F
    call ata_detect             ; 75
    call option_rom_scan        ; 96
    call boot_prompt            ; FD

    post_code 0FFh
    mov word [BDA_RESET_FLAG], 0 ; the request is used up: a later crash boots cold
    mov al, 0
    out CMOS_INDEX, al          ; NMI on
    int 19h
    int 18h

; Timer interrupts from here on, so that waits can be bounded.
start_ticks:
    mov dword [BDA_TICKS], 0
    mov word [8 * 4], int08_entry
    mov word [8 * 4 + 2], BIOS_SEG
    mov word [1Ch * 4], dummy_iret
    mov word [1Ch * 4 + 2], BIOS_SEG
    mov al, 0FAh                ; IRQ 0, and the cascade for the clock's IRQ 8
    out PIC1_DATA, al
    sti
    ret

; 18: an AC flag that can be set means a 486 or later. Such a processor comes out
; of power-on with its cache off (486 Programmer's Reference, table 10-2).
cpu_detect:
    post_code 18h
    mov byte [fs:EBDA_CPU], 3
    pushfd
    pop eax
    mov ecx, eax
    xor eax, 40000h
    push eax
    popfd
    pushfd
    pop eax
    push ecx
    popfd
    xor eax, ecx
    test eax, 40000h
    jz .done
    mov byte [fs:EBDA_CPU], 4
    mov eax, cr0
    and eax, 9FFFFFFFh          ; CD, NW
    mov cr0, eax
.done:
    ret

; 2B: who we are, and what went wrong before anybody could see it.
sign_on:
    post_code 2Bh
    mov si, text_sign_on
    call print
    mov si, text_cpu_386
    cmp byte [fs:EBDA_CPU], 3
    je .cpu
    mov si, text_cpu_486
.cpu:
    call print
    cmp word [fs:EBDA_PCI_COUNT], 0
    je .no_pci
    mov si, text_pci
    call print
    movzx eax, word [fs:EBDA_PCI_COUNT]
    call print_decimal
    mov si, text_pci_end
    call print
.no_pci:
    mov si, text_in_rom
    test byte [fs:EBDA_SHADOW], SHADOW_ON
    jz .rom_message
    test byte [fs:EBDA_SHADOW], SHADOW_CHIPSET
    jnz .errors
.rom_message:
    call print
.errors:
    mov bl, [fs:EBDA_ERRORS]
    mov si, text_error_kbc
    test bl, ERROR_KBC
    jz .no_kbc_error
    call print
.no_kbc_error:
    mov si, text_error_cmos
    test bl, ERROR_CMOS
    jz .no_cmos_error
    call print
.no_cmos_error:
    mov si, text_error_sum
    test bl, ERROR_SUM
    jz .no_sum_error
    call print
.no_sum_error:
    mov si, text_error_battery
    test bl, ERROR_BATTERY
    jz .no_battery_error
    call print
.no_battery_error:
    ret

text_sign_on    db "Bootlab BIOS 1.0", 13, 10, 13, 10, 0
text_cpu_386    db "Main processor    : 80386", 13, 10, 0
text_cpu_486    db "Main processor    : 80486 or later", 13, 10, 0
text_pci        db "PCI               : ", 0
text_pci_end    db " functions on bus 0", 13, 10, 0
text_in_rom     db "BIOS runs from ROM (no shadow)", 13, 10, 0
text_error_kbc  db "Keyboard controller error", 13, 10, 0
text_error_cmos db "CMOS memory error", 13, 10, 0
text_error_sum  db "CMOS checksum error - settings kept, checksum rewritten", 13, 10, 0
text_error_battery db "CMOS battery low", 13, 10, 0
