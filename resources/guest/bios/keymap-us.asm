; US layout: for each set-1 code the words INT 16h returns for the plain, shifted,
; Ctrl and Alt key (AT Technical Reference, keyboard chapter). 0 = no character.

%macro key 5                    ; scan code, plain, shift, Ctrl (or 0), Alt scan code (or 0)
    dw (%1 << 8) | %2
    dw (%1 << 8) | %3
  %if %4
    dw (%1 << 8) | %4
  %else
    dw 0
  %endif
    dw %5 << 8
%endmacro
%macro letter 2
    key %1, %2, (%2 - 20h), (%2 & 1Fh), %1
%endmacro
%macro no_key 0
    dw 0, 0, 0, 0
%endmacro
%macro function_key 2           ; scan code, number
    dw %1 << 8, (54h + %2 - 1) << 8, (5Eh + %2 - 1) << 8, (68h + %2 - 1) << 8
%endmacro
%macro pad_key 3                ; scan code, digit, Ctrl scan code (or 0)
    dw %1 << 8, (%1 << 8) | %2, %3 << 8, 0
%endmacro

keymap:
    no_key                      ; 00
    key 01h, 1Bh, 1Bh, 1Bh, 01h
    key 02h, '1', '!', 0, 78h
    dw 0332h, 0340h, 0300h, 7900h       ; 2, @, Ctrl-2 = NUL
    key 04h, '3', '#', 0, 7Ah
    key 05h, '4', '$', 0, 7Bh
    key 06h, '5', '%', 0, 7Ch
    key 07h, '6', '^', 1Eh, 7Dh
    key 08h, '7', '&', 0, 7Eh
    key 09h, '8', '*', 0, 7Fh
    key 0Ah, '9', '(', 0, 80h
    key 0Bh, '0', ')', 0, 81h
    key 0Ch, '-', '_', 1Fh, 82h
    key 0Dh, '=', '+', 0, 83h
    key 0Eh, 08h, 08h, 7Fh, 0Eh
    dw 0F09h, 0F00h, 9400h, 0A500h      ; Tab
    letter 10h, 'q'
    letter 11h, 'w'
    letter 12h, 'e'
    letter 13h, 'r'
    letter 14h, 't'
    letter 15h, 'y'
    letter 16h, 'u'
    letter 17h, 'i'
    letter 18h, 'o'
    letter 19h, 'p'
    key 1Ah, '[', '{', 1Bh, 1Ah
    key 1Bh, ']', '}', 1Dh, 1Bh
    key 1Ch, 0Dh, 0Dh, 0Ah, 1Ch
    no_key                      ; 1D Ctrl
    letter 1Eh, 'a'
    letter 1Fh, 's'
    letter 20h, 'd'
    letter 21h, 'f'
    letter 22h, 'g'
    letter 23h, 'h'
    letter 24h, 'j'
    letter 25h, 'k'
    letter 26h, 'l'
    key 27h, ';', ':', 0, 27h
    key 28h, "'", '"', 0, 28h
    key 29h, '`', '~', 0, 29h
    no_key                      ; 2A left shift
    key 2Bh, '\', '|', 1Ch, 2Bh
    letter 2Ch, 'z'
    letter 2Dh, 'x'
    letter 2Eh, 'c'
    letter 2Fh, 'v'
    letter 30h, 'b'
    letter 31h, 'n'
    letter 32h, 'm'
    key 33h, ',', '<', 0, 33h
    key 34h, '.', '>', 0, 34h
    key 35h, '/', '?', 0, 35h
    no_key                      ; 36 right shift
    key 37h, '*', '*', 0, 37h
    no_key                      ; 38 Alt
    dw 3920h, 3920h, 3920h, 3920h       ; space
    no_key                      ; 3A Caps Lock
    function_key 3Bh, 1
    function_key 3Ch, 2
    function_key 3Dh, 3
    function_key 3Eh, 4
    function_key 3Fh, 5
    function_key 40h, 6
    function_key 41h, 7
    function_key 42h, 8
    function_key 43h, 9
    function_key 44h, 10
    no_key                      ; 45 Num Lock
    no_key                      ; 46 Scroll Lock
    pad_key 47h, '7', 77h
    pad_key 48h, '8', 8Dh
    pad_key 49h, '9', 84h
    key 4Ah, '-', '-', 0, 4Ah
    pad_key 4Bh, '4', 73h
    pad_key 4Ch, '5', 8Fh
    pad_key 4Dh, '6', 74h
    key 4Eh, '+', '+', 0, 4Eh
    pad_key 4Fh, '1', 75h
    pad_key 50h, '2', 91h
    pad_key 51h, '3', 76h
    pad_key 52h, '0', 92h
    pad_key 53h, '.', 93h
    no_key                      ; 54 SysRq
    no_key                      ; 55
    key 56h, '\', '|', 0, 0
    dw 8500h, 8700h, 8900h, 8B00h       ; F11
    dw 8600h, 8800h, 8A00h, 8C00h       ; F12
