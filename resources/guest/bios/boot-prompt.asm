; FD: the pause before booting that CMOS asks for, in which a key chooses the disk.

boot_prompt:
    mov al, CMOS_BOOT_PROMPT
    call cmos_read
    test al, al
    jz .done
    mov bl, al
    post_code 0FDh
    mov si, text_boot_prompt
    call print
    mov al, bl
    call wait_key
    jz .end
    sub al, '1'
    cmp al, [BDA_DISK_COUNT]
    jae .end
    mov [fs:EBDA_BOOT_DISK], al
.end:
    mov si, text_line_end
    jmp print
.done:
    ret

; AL = seconds. Waits so long for a key, asleep between ticks. ZF = none came, else
; AX = the key. Uses EAX, ECX, EDX, EDI.
wait_key:
    movzx eax, al
    imul eax, eax, PIT_HZ
    add eax, 0FFFFh
    shr eax, 16
    mov edi, eax
    mov ecx, [BDA_TICKS]
.look:
    mov ah, 1
    int 16h
    jnz .key
    hlt
    ticks_since edx, ecx
    cmp edx, edi
    jb .look
    xor ax, ax
    ret
.key:
    mov ah, 0
    int 16h
    test sp, sp                 ; never 0: clears ZF
    ret

text_boot_prompt db "Press 1 to 4 for another disk", 0
