; 65: a mouse behind the 8042's second port. An AT controller has none: it takes the
; command and leaves the command byte alone, which costs nothing to find out.

mouse_detect:
    post_code 65h
    test byte [fs:EBDA_ERRORS], ERROR_KBC
    jnz .done
    mov al, CCB_QUIET           ; answers must not come as keyboard interrupts
    call kbc_write_ccb
    jc .done
    mov ah, KBC_ENABLE_AUX
    call kbc_command
    jc .quiet
    mov ah, KBC_READ_CCB
    call kbc_command
    jc .quiet
    mov ebx, KBC_TIMEOUT
    call kbc_receive
    jc .quiet
    test al, CCB_AUX_OFF
    jnz .quiet
    call mouse_reset
    jc .off
    or word [BDA_EQUIPMENT], EQUIPMENT_MOUSE
    mov si, text_mouse
    call print
.off:
    mov ah, KBC_DISABLE_AUX     ; a driver will want it first
    call kbc_command
.quiet:
    call kbc_flush
    mov al, CCB_RUNNING
    call kbc_write_ccb
.done:
    ret

; FFh, acknowledge, BAT, device number 0. CF = no mouse.
mouse_reset:
    mov ah, KBC_WRITE_AUX
    call kbc_command
    jc .done
    mov ah, KBD_RESET
    call keyboard_send
    jc .done
    mov ebx, KBD_BAT_TIMEOUT
    call kbc_receive
    jc .done
    cmp al, KBD_BAT_OK
    jne .no
    mov ebx, KBD_ACK_TIMEOUT
    call kbc_receive
    jc .done
    test al, al                 ; clears CF
    jz .done
.no:
    stc
.done:
    ret

text_mouse      db "Mouse             : detected", 13, 10, 0
