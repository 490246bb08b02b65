; Asks the video BIOS for mode and cursor (screen_info): INT 10h AH=03h and AH=0Fh, rows from 40:84, points from 40:85.

ask_video:
        mov ah, 03h
        xor bh, bh
        int 10h
        mov [ORIG_X], dx
        mov ah, 0Fh
        int 10h
        mov [ORIG_VIDEO_PAGE], bx
        mov [ORIG_VIDEO_MODE], al
        mov [ORIG_VIDEO_COLS], ah

        push es
        mov ax, 40h
        mov es, ax
        mov al, [es:84h]
        inc al
        mov [ORIG_VIDEO_LINES], al
        mov ax, [es:85h]
        mov [ORIG_VIDEO_POINTS], ax
        pop es

        mov ax, 1A00h                   ; display combination code: VGA only
        int 10h
        cmp al, 1Ah
        jne .done
        mov byte [ORIG_VIDEO_ISVGA], 1
.done:
        ret
