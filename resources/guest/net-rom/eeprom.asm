; The 93C46 behind the card's EEPROM control register, bit by bit (docs/devices/i82559.md):
; start bit, read command, six address bits, then 16 bits of data.

EEPROM_CONTROL  equ 0Eh
EESK            equ 01h
EECS            equ 02h
EEDI            equ 04h
EEDO            equ 08h
READ_COMMAND    equ 110b << 6   ; start bit 1, operation 10
READ_BITS       equ 9

; BL = word address. Returns AX = word. Uses BX, CX, DX.
eeprom_read:
    mov dx, [base_port]
    add dx, EEPROM_CONTROL
    mov al, EECS
    out dx, al
    movzx bx, bl
    or bx, READ_COMMAND
    shl bx, 16 - READ_BITS
    mov cx, READ_BITS
.command_bit:
    mov al, EECS
    shl bx, 1
    jnc .clock_command
    or al, EEDI
.clock_command:
    call .clock
    loop .command_bit
    mov cx, 16
    xor bx, bx
.data_bit:
    mov al, EECS
    call .clock
    in al, dx
    shl bx, 1
    test al, EEDO
    jz .zero
    inc bx
.zero:
    loop .data_bit
    mov al, 0                   ; deselected
    out dx, al
    mov ax, bx
    ret

; One clock with the data bit in AL; the reads make it slow enough for 1 MHz.
.clock:
    out dx, al
    mov ah, al
    in al, dx
    in al, dx
    mov al, ah
    or al, EESK
    out dx, al
    mov ah, al
    in al, dx
    in al, dx
    mov al, ah
    and al, ~EESK
    out dx, al
    ret
