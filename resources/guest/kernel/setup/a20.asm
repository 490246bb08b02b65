; Opens the A20 gate and proves it: as it is, then port 92h, then the 8042 output port.
; Without A20 the machine stops here with a message.

PORT_SYSTEM_CONTROL_A   equ 92h
SYSTEM_CONTROL_A20      equ 02h
SYSTEM_CONTROL_RESET    equ 01h
PORT_8042_DATA          equ 60h
PORT_8042               equ 64h
INPUT_BUFFER_FULL       equ 02h
WRITE_OUTPUT_PORT       equ 0D1h
OUTPUT_PORT_A20_ON      equ 0DFh
PULSE_NOTHING           equ 0FFh
PORT_POST               equ 80h
BIOS_TICKS              equ 46Ch        ; INT 08h counts here
A20_TICKS               equ 3           ; the 8042 answers well within one tick
A20_TEST                equ 200h        ; 0000:0200, the vector of INT 80h; FFFF:0210 is its alias

enable_a20:
        push es
        xor ax, ax
        mov es, ax
        dec ax
        mov fs, ax
        mov ax, [es:BIOS_TICKS]
        add ax, A20_TICKS
        mov [a20_deadline], ax

        call test_a20
        jnz .open
        in al, PORT_SYSTEM_CONTROL_A
        cmp al, 0FFh
        je .keyboard_controller
        or al, SYSTEM_CONTROL_A20
        and al, ~SYSTEM_CONTROL_RESET & 0FFh
        out PORT_SYSTEM_CONTROL_A, al
        call test_a20
        jnz .open

.keyboard_controller:
        call wait_8042
        mov al, WRITE_OUTPUT_PORT
        out PORT_8042, al
        call wait_8042
        mov al, OUTPUT_PORT_A20_ON
        out PORT_8042_DATA, al
        call wait_8042
        mov al, PULSE_NOTHING
        out PORT_8042, al
        call wait_8042
.settle:
        call test_a20
        jnz .open
        mov ax, [es:BIOS_TICKS]
        cmp ax, [a20_deadline]
        jne .settle
        mov si, a20_message
        jmp setup_error
.open:
        pop es
        ret

; In: ES = 0, FS = FFFFh. Out: ZF clear when A20 is open. Both words are put back: the alias lies in the kernel.
test_a20:
        cli
        mov ax, [es:A20_TEST]
        mov bx, [fs:A20_TEST + 10h]
        mov cx, ax
        not cx
        mov [fs:A20_TEST + 10h], cx
        out PORT_POST, al               ; a bus cycle between write and read
        cmp [es:A20_TEST], cx
        pushf
        mov [fs:A20_TEST + 10h], bx
        mov [es:A20_TEST], ax
        popf
        sti
        ret

wait_8042:
        in al, PORT_8042
        test al, INPUT_BUFFER_FULL
        jnz wait_8042
        ret

a20_deadline            dw 0
a20_message             db "A20 gate not responding", 0
