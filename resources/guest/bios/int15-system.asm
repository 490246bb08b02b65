; INT 15h: dispatch, A20, keyboard intercept, wait, configuration table.

int15_entry:
    cmp ah, 4Fh                 ; keyboard intercept: leave AL and CF as they are
    jne .not_intercept
    iret
.not_intercept:
    service_enter
    mov ax, [bp + FRAME_AX]
    mov di, int15_functions
.find:
    mov bx, [cs:di]
    cmp bl, 0FFh
    je .unsupported
    cmp bl, ah
    je .call
    add di, 3
    jmp .find
.call:
    call [cs:di + 1]            ; CF = not supported after all
    jc .unsupported
    service_leave
.unsupported:
    mov byte [bp + FRAME_AH], 86h
    frame_stc
    service_leave

%macro system_function 2
    db %1
    dw %2
%endmacro
int15_functions:
    system_function 24h, a20_services
    system_function 86h, wait_microseconds
    system_function 87h, block_move
    system_function 88h, extended_memory_size
    system_function 90h, device_hook
    system_function 91h, device_hook
    system_function 0C0h, configuration
    system_function 0C1h, ebda_segment
    system_function 0E8h, memory_map
    db 0FFh

; AX=2400h off, 2401h on, 2402h state, 2403h how: by port 92h only.
a20_services:
    cmp al, 3
    ja not_supported
    je .how
    mov ah, al
    in al, PORT_SYSTEM_A
    cmp al, 0FFh
    je not_supported
    cmp ah, 1
    ja .state
    and al, ~(SYSA_A20 | SYSA_FAST_RESET)
    shl ah, 1
    or al, ah
    out PORT_SYSTEM_A, al
    jmp short .good
.state:
    shr al, 1
    and al, 1
    mov [bp + FRAME_AL], al
    jmp short .good
.how:
    mov word [bp + FRAME_BX], 2
.good:
    mov byte [bp + FRAME_AH], 0
    frame_clc
    clc
    ret
not_supported:
    stc
    ret

device_hook:
    mov byte [bp + FRAME_AH], 0
    frame_clc
    clc
    ret

; AH=86h: CX:DX microseconds. Short ones by the refresh toggle, others asleep until
; the clock's 1024 Hz interrupt has come often enough.
wait_microseconds:
    mov ax, [bp + FRAME_CX]
    shl eax, 16
    mov ax, [bp + FRAME_DX]
    cmp eax, 2 * RTC_PERIOD_US
    jae .long
    xor edx, edx
    mov ecx, 15
    div ecx
    mov cx, ax
    inc cx
    call wait_refresh
    jmp short .done
.long:
    test byte [BDA_WAIT_ACTIVE], 1
    jnz .busy
    mov [BDA_WAIT_COUNT], eax
    mov byte [BDA_WAIT_ACTIVE], 1
    cli
    in al, PIC1_DATA
    and al, ~04h
    out PIC1_DATA, al
    in al, PIC2_DATA
    and al, ~01h
    out PIC2_DATA, al
    mov al, RTC_REG_B
    call cmos_read
    or al, RTC_B_PIE
    mov ah, al
    mov al, RTC_REG_B
    call cmos_write
.sleep:
    test byte [BDA_WAIT_ACTIVE], 80h
    jnz .woken
    sti
    hlt
    cli
    jmp .sleep
.woken:
    mov byte [BDA_WAIT_ACTIVE], 0
    sti
.done:
    mov byte [bp + FRAME_AH], 0
    frame_clc
    clc
    ret
.busy:
    mov byte [bp + FRAME_AH], 83h
    frame_stc
    clc
    ret

; AH=C0h: ES:BX = configuration table.
configuration:
    mov word [bp + FRAME_ES], BIOS_SEG
    mov word [bp + FRAME_BX], configuration_table
    mov byte [bp + FRAME_AH], 0
    frame_clc
    clc
    ret

configuration_table:
    dw 8
    db 0FCh, 0, 1               ; model, submodel, revision
    db 74h                      ; second 8259, RTC, INT 09h calls 4Fh, EBDA
    db 0, 0, 0, 0

ebda_segment:
    mov word [bp + FRAME_ES], EBDA_SEG
    frame_clc
    clc
    ret
