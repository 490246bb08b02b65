; What the ROMs of the cards share: text by INT 10h, numbers, check points, checksum, and
; the pause for a key. Strings lie in the ROM's own segment (CS).

PORT_POST       equ 80h
BDA_TICKS       equ 46Ch        ; linear, segment 0
TICKS_PER_DAY   equ 1800B0h     ; IBM AT Technical Reference, INT 1Ah
PIT_HZ          equ 1193182     ; 65536 of them are a tick

%macro post_code 1
    mov al, %1
    out PORT_POST, al
%endmacro

; SI = text, ends with 0. All registers kept.
print:
    pusha
.next:
    mov al, [cs:si]
    inc si
    test al, al
    jz .end
    mov ah, 0Eh
    xor bx, bx
    int 10h
    jmp .next
.end:
    popa
    ret

; AL = character. All registers kept.
print_char:
    pusha
    mov ah, 0Eh
    xor bx, bx
    int 10h
    popa
    ret

; EAX = number. All registers kept.
print_decimal:
    pushad
    mov ebx, 10
    xor cx, cx
.divide:
    xor edx, edx
    div ebx
    push dx
    inc cx
    test eax, eax
    jnz .divide
.digit:
    pop ax
    add al, '0'
    call print_char
    loop .digit
    popad
    ret

; EDX = ticks since the count in ECX. Writes neither memory nor any other register, so
; that a polling loop around it changes no state while it waits. FS = 0.
%macro ticks_since_start 0
    mov edx, [fs:BDA_TICKS]
    sub edx, ecx
    jnc %%same_day
    add edx, TICKS_PER_DAY
%%same_day:
%endmacro

; Makes the sum of the image 0 again, now that its variables are set: BIOSes look at it
; after the start, too. DS = CS, still writable. Uses AX, CX, SI.
rom_checksum:
    mov cx, ROM_BLOCKS * ROM_BLOCK
    xor si, si
    mov ah, 0
.byte:
    lodsb
    add ah, al
    loop .byte
    sub [ROM_BLOCKS * ROM_BLOCK - 1], ah
    ret

; AL = seconds. Waits so long for the key AH (as INT 16h has it in AX: AL character).
; ZF = it was pressed. Other keys are dropped. FS = 0.
wait_for_key:
    pushad
    mov bl, ah
    movzx eax, al
    imul eax, eax, PIT_HZ
    add eax, 0FFFFh
    shr eax, 16
    mov edi, eax                ; ticks
    mov ecx, [fs:BDA_TICKS]
.look:
    mov ah, 1
    int 16h
    jz .sleep
    mov ah, 0
    int 16h
    cmp al, bl
    je .done
.sleep:
    sti
    hlt
    ticks_since_start
    cmp edx, edi
    jb .look
    test sp, sp                 ; never 0: clears ZF
.done:
    popad
    ret
