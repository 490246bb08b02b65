; 52: writes and compares all memory in 64 KiB pieces, in flat protected mode, with
; a counter on the screen. Skipped after a warm request (40:72 = 1234h), or when CMOS
; says so. Vectors, BIOS data and the POST stack (first 4 KiB) were tested in place by C1.

TEST_CHUNK      equ 10000h      ; short enough that no timer tick is lost
COUNTER_WIDTH   equ 7
SCAN_ESC        equ 01h

memory_test:
    post_code 52h
    mov si, text_memory
    call print
    cmp byte [fs:EBDA_WARM], 0
    jne .skipped
    mov al, CMOS_OPTIONS
    call cmos_read
    mov bl, al
    mov si, text_memory_off
    test bl, OPTION_NO_TEST
    jnz .untested
    mov al, CMOS_TEST_DEPTH
    call cmos_read
    mov bh, al
    mov ah, 3
    push bx
    mov bh, 0                   ; page
    int 10h
    pop bx
    mov [fs:EBDA_COUNTER_AT], dx

    mov esi, LOW_RESERVED
.conventional:
    mov ecx, TEST_CHUNK
    mov eax, EBDA_LINEAR
    sub eax, esi
    jz .extended
    cmp eax, ecx
    jae .conventional_size
    mov ecx, eax
.conventional_size:
    call test_chunk
    jc .fault
    add esi, ecx
    jmp .conventional

.extended:
    mov esi, 100000h
.chunk:
    mov ecx, TEST_CHUNK
    call test_chunk
    jc .fault
    add esi, ecx
    test esi, 0FFFFFh
    jnz .chunk
    call show_counter
    call .escape_pressed
    je .skip_rest
    cmp esi, [fs:EBDA_RAM_TOP]
    jb .chunk
    mov si, text_memory_good
    jmp print

.skip_rest:
    mov si, text_memory_rest
    jmp print

.skipped:
    mov si, text_memory_warm
.untested:
    mov eax, [fs:EBDA_RAM_TOP]
    shr eax, 10
    mov cx, COUNTER_WIDTH
    call print_decimal_padded
    jmp print

.fault:                         ; use what lies below the bad MiB
    push si
    mov si, text_memory_fault
    call print
    pop si
    mov eax, edi
    call print_hex32
    mov si, text_line_end
    call print
    and edi, ~0FFFFFh
    cmp edi, 200000h
    jae .truncate
    mov edi, 100000h
.truncate:
    mov [fs:EBDA_RAM_TOP], edi
    jmp memory_size_update

.escape_pressed:                ; ZF = yes; other keys are dropped
    mov ah, 1
    int 16h
    jz .no_key
    mov ah, 0
    int 16h
    cmp ah, SCAN_ESC
    ret
.no_key:
    or al, 1
    ret

; ESI = bytes tested so far.
show_counter:
    pushad
    mov dx, [fs:EBDA_COUNTER_AT]
    mov ah, 2
    mov bh, 0
    int 10h
    mov eax, esi
    shr eax, 10
    mov cx, COUNTER_WIDTH
    call print_decimal_padded
    mov al, 'K'
    call print_char
    popad
    ret

; ESI = start, ECX = length, BL, BH = CMOS option and depth bits. CF = fault, near address EDI.
; Keeps EBX, ECX, ESI.
test_chunk:
    push ebx
    push ecx
    push esi
    cli
    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    test bh, DEPTH_UNCACHED     ; nobody asks for it on an i386
    jz .switch
    or eax, CR0_CD
    mov cr0, eax
    db 0Fh, 09h                 ; WBINVD: a line that is still there would answer for the memory
.switch:
    or al, 1
    mov cr0, eax
    jmp dword SEL_CODE32:.protected
    bits 32
.protected:                     ; no stack here: SS is still a real-mode segment
    mov ax, SEL_FLAT
    mov ds, ax
    mov es, ax
    shr ecx, 2
    mov edx, ecx
    test bl, OPTION_QUICK_TEST
    jnz .zero

    mov eax, 55555555h
    mov edi, esi
    rep stosd
    mov edi, esi
    mov ecx, edx
    repe scasd
    jne .fault
    test bh, DEPTH_THOROUGH
    jz .zero
    mov eax, 0AAAAAAAAh
    mov edi, esi
    mov ecx, edx
    rep stosd
    mov edi, esi
    mov ecx, edx
    repe scasd
    jne .fault
.zero:
    xor eax, eax
    mov edi, esi
    mov ecx, edx
    rep stosd
    jmp short .leave            ; EAX = 0: good
.fault:
    sub edi, 4
    mov eax, 1
.leave:
    mov cx, SEL_DATA16
    mov ds, cx
    mov es, cx
    jmp SEL_CODE16:.protected16
    bits 16
.protected16:
    mov ecx, cr0
    and ecx, ~(CR0_CD | 1)
    mov cr0, ecx
    jmp BIOS_SEG:.real
.real:
    xor cx, cx
    mov ds, cx
    mov es, cx
    sti
    pop esi
    pop ecx
    pop ebx
    cmp al, 1                   ; AL is 1 after a fault, else 0
    cmc
    ret

text_memory         db "Memory test       : ", 0
text_memory_good    db " OK", 13, 10, 0
text_memory_rest    db " rest skipped", 13, 10, 0
text_memory_warm    db "K not tested (warm start)", 13, 10, 0
text_memory_off     db "K not tested (set-up)", 13, 10, 0
text_memory_fault   db " fault near ", 0
text_line_end       db 13, 10, 0
