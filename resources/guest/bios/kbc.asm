; 8042 and keyboard: controller self-test (07), interface test (08), reset (33).
; Every wait polls the status port and is bounded by the timer tick.

; Waits until the controller can take a byte. CF = time-out. Uses AL, EDX; ECX = start.
kbc_wait_input:
    mov ecx, [BDA_TICKS]
.poll:
    in al, KBC_STATUS
    test al, KBC_IBF
    jz .ready                   ; TEST has cleared CF
    ticks_since edx, ecx
    cmp edx, KBC_TIMEOUT
    jb .poll
    stc
.ready:
    ret

; AH = command for the controller. CF = time-out.
kbc_command:
    call kbc_wait_input
    jc .done
    mov al, ah
    out KBC_COMMAND, al
    clc
.done:
    ret

; AH = byte for port 60h (a parameter, or for the keyboard). CF = time-out.
kbc_send:
    call kbc_wait_input
    jc .done
    mov al, ah
    out KBC_DATA, al
    clc
.done:
    ret

; EBX = ticks to wait for a byte. AL = byte, CF = time-out. Uses ECX, EDX.
kbc_receive:
    mov ecx, [BDA_TICKS]
.poll:
    in al, KBC_STATUS
    test al, KBC_OBF
    jnz .ready
    ticks_since edx, ecx
    cmp edx, ebx
    jb .poll
    stc
    ret
.ready:
    in al, KBC_DATA
    clc
    ret

; Throws away what waits in the output buffer; gives up on a port that floats.
kbc_flush:
    mov cx, 32
.next:
    in al, KBC_STATUS
    test al, KBC_OBF
    jz .done
    in al, KBC_DATA
    loop .next
.done:
    ret

; 07, 08
kbc_test:
    post_code 07h
    mov ah, KBC_DISABLE_KBD
    call kbc_command
    jc .fault
    call kbc_flush
    mov ah, KBC_SELF_TEST
    call kbc_command
    jc .fault
    mov ebx, KBC_TIMEOUT
    call kbc_receive
    jc .fault
    cmp al, 55h
    jne .fault

    post_code 08h
    mov ah, KBC_TEST_KBD
    call kbc_command
    jc .fault
    mov ebx, KBC_TIMEOUT
    call kbc_receive
    jc .fault
    test al, al
    jnz .fault
    mov al, CCB_QUIET
    call kbc_write_ccb
    jc .fault
    mov ah, KBC_ENABLE_KBD
    call kbc_command
    jc .fault
    ret
.fault:
    post_code 08h
    or byte [fs:EBDA_ERRORS], ERROR_KBC
    ret

; AL = command byte. CF = time-out.
kbc_write_ccb:
    push ax
    mov ah, KBC_WRITE_CCB
    call kbc_command
    pop ax
    jc .done
    mov ah, al
    call kbc_send
.done:
    ret

; AH = byte for the keyboard; waits for its acknowledge. CF = none came.
keyboard_send:
    call kbc_send
    jc .done
    mov ebx, KBD_ACK_TIMEOUT
    call kbc_receive
    jc .done
    cmp al, KBD_ACK
    je .done
    stc
.done:
    ret

; 33: FFh, acknowledge, basic assurance test; then scan set 2, translated to set 1.
keyboard_reset:
    post_code 33h
    mov si, text_keyboard
    call print
    test byte [fs:EBDA_ERRORS], ERROR_KBC
    jnz .absent
    call kbc_flush
    mov ah, KBD_RESET
    call keyboard_send
    jc .absent
    mov ebx, KBD_BAT_TIMEOUT
    call kbc_receive
    jc .absent
    cmp al, KBD_BAT_OK
    jne .absent
    mov ah, KBD_SCAN_SET
    call keyboard_send
    jc .absent
    mov ah, 2
    call keyboard_send
    jc .absent
    mov ah, KBD_ENABLE
    call keyboard_send
    jc .absent
    mov al, CCB_RUNNING
    call kbc_write_ccb
    in al, PIC1_DATA
    and al, ~02h                ; IRQ 1
    out PIC1_DATA, al
    mov si, text_keyboard_good
    jmp print
.absent:
    mov si, text_keyboard_none
    jmp print

text_keyboard       db "Keyboard          : ", 0
text_keyboard_good  db "detected", 13, 10, 0
text_keyboard_none  db "no answer", 13, 10, 0
