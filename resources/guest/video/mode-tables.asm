; Register values of the 400-line text modes (IBM VGA Technical Reference, mode 3+ and 7+).

table_colour:
    db 67h                                              ; 28 MHz, colour addresses
    db 00h, 03h, 00h, 02h                               ; sequencer 1-4
    db 5Fh, 4Fh, 50h, 82h, 55h, 81h, 0BFh, 1Fh          ; CRTC
    db 00h, 4Fh, 0Dh, 0Eh, 00h, 00h, 00h, 00h
    db 9Ch, 8Eh, 8Fh, 28h, 1Fh, 96h, 0B9h, 0A3h, 0FFh
    db 00h, 01h, 02h, 03h, 04h, 05h, 14h, 07h           ; attribute controller
    db 38h, 39h, 3Ah, 3Bh, 3Ch, 3Dh, 3Eh, 3Fh
    db 0Ch, 00h, 0Fh, 08h, 00h
    db 00h, 00h, 00h, 00h, 00h, 10h, 0Eh, 00h, 0FFh     ; graphics controller

table_mono:
    db 66h
    db 00h, 03h, 00h, 02h
    db 5Fh, 4Fh, 50h, 82h, 55h, 81h, 0BFh, 1Fh
    db 00h, 4Fh, 0Dh, 0Eh, 00h, 00h, 00h, 00h
    db 9Ch, 8Eh, 8Fh, 28h, 0Dh, 96h, 0B9h, 0A3h, 0FFh
    db 00h, 08h, 08h, 08h, 08h, 08h, 08h, 08h
    db 10h, 18h, 18h, 18h, 18h, 18h, 18h, 18h
    db 0Eh, 00h, 0Fh, 08h, 00h
    db 00h, 00h, 00h, 00h, 00h, 10h, 0Ah, 00h, 0FFh
