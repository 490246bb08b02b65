; All IDs, one after the other: INQUIRY. Nobody at an ID costs the selection time-out of
; the bus, which the card keeps. DS = CS, FS = 0.

scan_ids:
    xor bp, bp                  ; ID
.id:
    cmp bp, ADAPTER_ID
    je .next
    bt [ignored_ids], bp        ; "include in BIOS scan" is off
    jc .next
    call inquire
    jnz .next
    call show_device
    mov es, [work_segment]
    mov al, [es:WORK_DATA]      ; qualifier and type: 0 = a disk that is there
    test al, al
    jnz .next
    bts [disk_ids], bp
.next:
    inc bp
    cmp bp, LAST_ID
    jbe .id
    ret

; BP = ID. ZF = a device told about itself. Keeps BP.
inquire:
    call work_linear
    lea edx, [eax + WORK_DATA]
    mov ebx, INQUIRY_LENGTH
    mov ax, bp
    mov ah, DIRECTION_IN
    mov cl, 6
    call block_prepare
    mov byte [es:WORK_CCB + CCB_CDB], INQUIRY
    mov byte [es:WORK_CCB + CCB_CDB + 4], INQUIRY_LENGTH
    call block_execute
    jnc .done
    test sp, sp                 ; time-out: clears ZF
.done:
    ret

; One line: ID, vendor, product, revision.
show_device:
    mov si, text_id
    call print
    movzx eax, bp
    call print_decimal
    mov si, text_colon
    call print
    mov es, [work_segment]
    mov si, WORK_DATA + 8
.character:
    es lodsb
    call print_char
    cmp si, WORK_DATA + INQUIRY_LENGTH
    jb .character
    mov si, text_line_end
    jmp print

text_id         db "  ID ", 0
text_colon      db ": ", 0
text_line_end   db 13, 10, 0
