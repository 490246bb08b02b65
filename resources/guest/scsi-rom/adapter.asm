; The card: find its ports, reset it and its bus, give it a mailbox, have it carry out
; commands. Polling only; every wait is bounded by the tick count. DS = CS, FS = 0.

; CF = it does not answer.
adapter_start:
    mov ax, 0B109h              ; command register: let it master the bus
    mov bx, [function]
    mov di, 4
    int 1Ah
    or cx, 5
    mov ax, 0B10Ch
    int 1Ah
    mov ax, 0B10Ah              ; base address 0
    mov di, 10h
    int 1Ah
    and cx, 0FFFCh
    mov [base_port], cx

    mov ax, [fs:BDA_MEM_KIB]    ; work area
    sub ax, WORK_KIB
    mov [fs:BDA_MEM_KIB], ax
    shl ax, 6
    mov [work_segment], ax
    mov es, ax
    xor di, di
    xor ax, ax
    mov cx, WORK_USED / 2
    rep stosw

    mov dx, [base_port]
    mov al, CONTROL_HARD_RESET
    out dx, al
    mov bx, STATUS_DIAGNOSTIC << 8      ; that bit gone
    call wait_status
    jc .done
    mov bx, (STATUS_READY << 8) | STATUS_READY
    call wait_status
    jc .done

    mov si, fetch_settings
    mov cx, 3
    call card_command
    jc .done
    mov di, start_unit_ids
    push es
    push ds
    pop es
    mov cx, AUTOSCSI_SETTINGS
    call card_reply
    pop es
    jc .done
    call card_command_end
    jc .done
    mov si, interrupt_off
    mov cx, 2
    call card_command
    jc .done
    movzx eax, word [work_segment]
    shl eax, 4
    mov [mailbox_address], eax
    mov si, extended_mailbox
    mov cx, 6
    call card_command
    jc .done
    call card_command_end
.done:
    ret

fetch_settings  db CMD_FETCH_LOCAL_RAM, AUTOSCSI_START_UNIT, AUTOSCSI_SETTINGS
interrupt_off   db CMD_INTERRUPT_SWITCH, 0
extended_mailbox db CMD_EXTENDED_MAILBOX, 1
mailbox_address dd 0

; Waits until the status bits in BH are as BL. CF = time-out. Uses AL, ECX, EDX, DI.
wait_status:
    mov dx, [base_port]
    mov di, dx                  ; status is the first port
    mov ecx, [fs:BDA_TICKS]
.poll:
    mov dx, di
    in al, dx
    and al, bh
    cmp al, bl
    je .there
    ticks_since_start
    cmp edx, CARD_TIMEOUT
    jb .poll
    stc
    ret
.there:
    clc
    ret

; SI = command and its parameters, CX bytes. CF = time-out.
card_command:
    push cx
    mov bx, ((STATUS_READY | STATUS_BYTE_BUSY) << 8) | STATUS_READY
    call wait_status
    pop cx
    jc .done
.byte:
    mov dx, [base_port]
    inc dx
    lodsb
    out dx, al
    push cx
    mov bx, STATUS_BYTE_BUSY << 8
    call wait_status
    pop cx
    jc .done
    loop .byte
    clc
.done:
    ret

; CX bytes of the reply to ES:DI. CF = time-out.
card_reply:
    push cx
    push di
    mov bx, (STATUS_DATA_IN << 8) | STATUS_DATA_IN
    call wait_status
    pop di
    pop cx
    jc .done
    mov dx, [base_port]
    inc dx
    in al, dx
    stosb
    loop card_reply
    clc
.done:
    ret

; The end of a command that tells it: interrupt cause, then its acknowledgement.
card_command_end:
    mov bl, INTERRUPT_COMPLETE
    mov esi, CARD_TIMEOUT
; BL = cause, ESI = ticks. CF = time-out. Uses AL, ECX, EDX, DI.
card_wait_interrupt:
    mov di, [cs:base_port]
    add di, BT_INTERRUPT
    mov ecx, [fs:BDA_TICKS]
.poll:
    mov dx, di
    in al, dx
    test al, bl
    jnz .came
    ticks_since_start
    cmp edx, esi
    jb .poll
    stc
    ret
.came:
    mov dx, [cs:base_port]
    mov al, CONTROL_INTERRUPT_RESET
    out dx, al
    clc
    ret

; Empties the block. AL = SCSI ID, AH = direction, CL = length of the CDB, EBX = bytes
; of data, EDX = their linear address. ES = work area afterwards.
block_prepare:
    push di
    push eax
    push cx
    mov es, [cs:work_segment]
    mov di, WORK_CCB
    xor eax, eax
    mov cx, CCB_SIZE / 4
    rep stosd
    pop cx
    pop eax
    pop di
    mov [es:WORK_CCB + CCB_DIRECTION], ah
    mov [es:WORK_CCB + CCB_ID], al
    mov [es:WORK_CCB + CCB_CDB_LENGTH], cl
    mov byte [es:WORK_CCB + CCB_SENSE_LENGTH], SENSE_LENGTH
    mov [es:WORK_CCB + CCB_DATA_LENGTH], ebx
    mov [es:WORK_CCB + CCB_DATA], edx
    push eax
    call work_linear
    add eax, WORK_SENSE
    mov [es:WORK_CCB + CCB_SENSE], eax
    pop eax
    ret

; EAX = linear address of the work area.
work_linear:
    movzx eax, word [cs:work_segment]
    shl eax, 4
    ret

; Carries out the block. AL = adapter status, AH = device status, ZF = both good.
; CF = time-out. Uses EAX, EBX, ECX, EDX, ESI, DI. ES = work area.
block_execute:
    call work_linear
    add eax, WORK_CCB
    mov [es:WORK_OUTBOX], eax
    mov byte [es:WORK_OUTBOX + OUTBOX_ACTION], ACTION_START
    mov dx, [cs:base_port]
    inc dx
    mov al, CMD_EXECUTE_MAILBOX
    out dx, al
    mov bl, INTERRUPT_MAIL_IN
    mov esi, BLOCK_TIMEOUT
    call card_wait_interrupt
    jc .done
    mov byte [es:WORK_INBOX + INBOX_COMPLETION], 0
    mov ax, [es:WORK_CCB + CCB_ADAPTER_STATUS]
    test ax, ax                 ; clears CF
.done:
    ret
