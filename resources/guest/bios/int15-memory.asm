; INT 15h: how much memory (88h, E801h, E820h) and moving blocks of it (87h).

; AH=88h: KiB above 1 MiB, at most 63 MiB as callers of its time expect.
extended_memory_size:
    call extended_kib
    cmp eax, 0FC00h
    jbe .fits
    mov ax, 0FC00h
.fits:
    mov [bp + FRAME_AX], ax
    frame_clc
    clc
    ret

memory_map:
    cmp al, 01h
    je memory_size_e801
    cmp al, 20h
    je memory_map_e820
    jmp not_supported

; AX = CX = KiB from 1 to 16 MiB, BX = DX = 64 KiB blocks above.
memory_size_e801:
    call extended_kib
    cmp eax, 15 * 1024
    jbe .fits
    mov ax, 15 * 1024
.fits:
    mov [bp + FRAME_AX], ax
    mov [bp + FRAME_CX], ax
    call blocks_above_16m
    mov [bp + FRAME_BX], ax
    mov [bp + FRAME_DX], ax
    frame_clc
    clc
    ret

; EBX = entry number, ECX = buffer size, EDX = 'SMAP', buffer at ES:DI of the caller.
; One entry {u64 base, u64 length, u32 type} per call; EBX = 0 after the last.
SMAP            equ 534D4150h
E820_ENTRY_SIZE equ 20
E820_RAM        equ 1
E820_RESERVED   equ 2

memory_map_e820:
    cmp dword [bp + FRAME_DX], SMAP
    jne not_supported
    cmp dword [bp + FRAME_CX], E820_ENTRY_SIZE
    jb not_supported
    mov ebx, [bp + FRAME_BX]
    cmp ebx, E820_ENTRIES
    jae not_supported
    imul si, bx, 12
    add si, e820_table
    mov es, [bp + FRAME_ES]
    mov di, [bp + FRAME_DI]
    mov eax, [cs:si]
    cmp eax, EBDA_LINEAR
    jne .base_known
    call base_memory_end        ; what option ROMs have taken lies below the EBDA
.base_known:
    stosd
    mov edx, eax
    xor eax, eax
    stosd
    mov eax, [cs:si + 4]        ; end, 0 = as much as there is, or 4 GiB
    cmp eax, EBDA_LINEAR
    jne .not_base
    call base_memory_end
.not_base:
    test eax, eax
    jnz .end_known
    cmp dword [cs:si + 8], E820_RAM
    jne .end_known
    mov eax, [fs:EBDA_RAM_TOP]
.end_known:
    sub eax, edx
    stosd
    xor eax, eax
    stosd
    mov eax, [cs:si + 8]
    stosd
    inc ebx
    cmp ebx, E820_ENTRIES
    jb .more
    xor ebx, ebx
.more:
    mov [bp + FRAME_BX], ebx
    mov dword [bp + FRAME_CX], E820_ENTRY_SIZE
    mov dword [bp + FRAME_AX], SMAP
    frame_clc
    clc
    ret

; EAX = end of the RAM below 640 KiB that is free for programs (40:13).
base_memory_end:
    movzx eax, word [BDA_MEM_KIB]
    shl eax, 10
    ret

e820_table:                     ; base, end, type
    dd 0, EBDA_LINEAR, E820_RAM
    dd EBDA_LINEAR, 0A0000h, E820_RESERVED
    dd 0E0000h, 100000h, E820_RESERVED
    dd 100000h, 0, E820_RAM
    dd 0FFFE0000h, 0, E820_RESERVED
E820_ENTRIES    equ ($ - e820_table) / 12

; AH=87h: CX words, descriptors at ES:SI of the caller: source at +10h, target at
; +18h. Only their bases are taken, all 32 bits of them.
block_move:
    mov es, [bp + FRAME_ES]
    mov si, [bp + FRAME_SI]
    mov eax, [es:si + 12h]
    and eax, 0FFFFFFh
    mov ebx, [es:si + 14h]
    and ebx, 0FF000000h
    or ebx, eax
    mov eax, [es:si + 1Ah]
    and eax, 0FFFFFFh
    mov edi, [es:si + 1Ch]
    and edi, 0FF000000h
    or edi, eax
    mov esi, ebx
    movzx edx, word [bp + FRAME_CX]
    in al, PORT_SYSTEM_A
    push ax                     ; A20 as the caller had it
    cmp al, 0FFh
    je .a20_on
    test al, SYSA_A20
    jnz .a20_on
    or al, SYSA_A20
    and al, ~SYSA_FAST_RESET
    out PORT_SYSTEM_A, al
.a20_on:
    cli                         ; real-mode vectors do not work in there
    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp SEL_CODE16:.protected
.protected:
    mov ax, SEL_FLAT
    mov ds, ax
    mov es, ax
    mov ecx, edx
    shr ecx, 1
    a32 rep movsd
    mov ecx, edx
    and ecx, 1
    a32 rep movsw
    mov ax, SEL_DATA16
    mov ds, ax
    mov es, ax
    mov eax, cr0
    and al, ~1
    mov cr0, eax
    jmp BIOS_SEG:.real
.real:
    xor ax, ax
    mov ds, ax
    pop ax
    cmp al, 0FFh
    je .a20_back
    test al, SYSA_A20
    jnz .a20_back
    and al, ~SYSA_FAST_RESET
    out PORT_SYSTEM_A, al
.a20_back:
    test word [bp + FRAME_FLAGS], FLAG_IF
    jz .stay_off
    sti
.stay_off:
    mov byte [bp + FRAME_AH], 0
    frame_clc
    clc
    ret
