; INT 16h: take a key (0, 10h), look for one (1, 11h), shift state (2, 12h), put one (5).

int16_entry:
    service_enter
    sti
    mov ah, [bp + FRAME_AH]
    test ah, ah
    jz .take
    cmp ah, 10h
    je .take
    cmp ah, 01h
    je .look
    cmp ah, 11h
    je .look
    cmp ah, 02h
    je .shift
    cmp ah, 12h
    je .shift
    cmp ah, 05h
    je .put
    service_leave

.take:
    cli                         ; a key must not slip in between test and HLT
    mov bx, [BDA_KBD_HEAD]
    cmp bx, [BDA_KBD_TAIL]
    jne .there
    sti
    hlt
    jmp .take
.there:
    mov ax, [bx + BDA]
    call key_advance
    mov [BDA_KBD_HEAD], bx
    sti
    mov [bp + FRAME_AX], ax
    service_leave

.look:
    or word [bp + FRAME_FLAGS], FLAG_ZF | FLAG_IF
    mov bx, [BDA_KBD_HEAD]
    cmp bx, [BDA_KBD_TAIL]
    je .none
    mov ax, [bx + BDA]
    mov [bp + FRAME_AX], ax
    and word [bp + FRAME_FLAGS], ~FLAG_ZF
.none:
    service_leave

.shift:
    mov al, [BDA_KBD_FLAGS]
    mov [bp + FRAME_AL], al
    cmp ah, 12h
    jne .shift_done
    mov al, [BDA_KBD_FLAGS2]
    mov [bp + FRAME_AH], al
.shift_done:
    service_leave

.put:
    mov ax, [bp + FRAME_CX]
    cli
    call key_store
    sti
    mov al, 0
    adc al, 0                   ; 1 = buffer full
    mov [bp + FRAME_AL], al
    service_leave
