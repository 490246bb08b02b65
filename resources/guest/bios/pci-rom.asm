; ROMs of PCI cards (PCI Local Bus Specification 2.1, 6.3): found by their base address
; register, copied to RAM at C8000h-DFFFFh, which is writable until they return.
; Needs a chipset that can put RAM there; without one they stay unused.

PCIR_POINTER    equ 18h
PCIR_SIGNATURE  equ 52494350h   ; 'PCIR'
PCIR_VENDOR     equ 4           ; and device behind it
PCIR_CODE_TYPE  equ 14h         ; 0 = for a PC
PNP_POINTER     equ 1Ah         ; Plug and Play BIOS Specification 1.0A, 3.2
PNP_SIGNATURE   equ 506E5024h   ; '$PnP'
PNP_BEV         equ 1Ah
ROM_HEADER_SIZE equ 200h
CLASS_DISPLAY   equ 03h

pci_rom_scan:
    cmp word [fs:EBDA_PCI_COUNT], 0
    je .done
    test byte [fs:EBDA_SHADOW], SHADOW_CHIPSET
    jz .done
    mov ebx, PCI_ENABLE
.function:
    mov eax, ebx
    call pci_read
    mov esi, eax                ; vendor and device
    cmp ax, 0FFFFh
    je .next
    call pci_rom_start
    mov ax, si
.next:
    call pci_advance
    jnc .function
.done:
    ret

; EBX = function, ESI = its identity: starts its ROM, if it has one. Keeps EBX, ESI.
pci_rom_start:
    lea eax, [ebx + (PCI_HEADER_TYPE & 0FCh)]
    call pci_read
    test eax, 7F0000h
    jnz .done
    lea eax, [ebx + PCI_CLASS]
    call pci_read
    shr eax, 24
    cmp al, CLASS_DISPLAY       ; started long ago, from C0000h
    je .done
    mov ebp, esi
    call pci_rom_fetch          ; DI = segment it was copied to, ECX = length
    jc .done
    push ebx
    push ecx
    mov eax, ebx
    shr eax, 8
    push ax
    mov bx, di
    call option_rom_check
    pop dx                      ; bus, device, function
    jne .bad
    mov es, bx
    mov si, [es:PCIR_POINTER]
    cmp dword [es:si], PCIR_SIGNATURE
    jne .bad
    cmp [es:si + PCIR_VENDOR], ebp
    jne .bad
    cmp byte [es:si + PCIR_CODE_TYPE], 0
    jne .bad
    post_code 97h
    mov ax, dx
    call option_rom_call
    post_code 98h
    mov es, bx
    mov si, [es:PNP_POINTER]    ; 0 = it has no PnP header
    cmp dword [es:si], PNP_SIGNATURE
    jne .not_pnp
    mov ax, [es:si + PNP_BEV]
    test ax, ax
    jz .not_pnp
    mov [fs:EBDA_BEV], ax
    mov [fs:EBDA_BEV + 2], bx
.not_pnp:
    movzx ecx, byte [es:2]      ; it may have given back what only its start needed
    shl ecx, 9
    mov ax, bx
    call option_rom_end
    mov [fs:EBDA_OPTION_NEXT], ax
.bad:
    push word 0
    pop es
    mov bx, di
    pop ecx
    mov al, PAM_READ_RAM
    call option_area_pam
    pop ebx
    mov esi, ebp
.done:
    ret

; EBX = function. Copies its ROM to the next free place, which stays writable. DI =
; segment, ECX = length; CF = no ROM, or no room. Keeps EBX.
pci_rom_fetch:
    lea eax, [ebx + PCI_ROM_BAR]
    mov ecx, ~PCI_ROM_ENABLE
    call pci_write
    lea eax, [ebx + PCI_ROM_BAR]
    call pci_read
    and eax, 0FFFFF800h
    jz .none
    neg eax                     ; size of its address range
    mov esi, [fs:EBDA_PCI_NEXT_MEM]
    dec eax                     ; next free address, rounded up to that size: only
    add esi, eax                ; borrowed, the range is closed again below
    not eax
    and esi, eax
    lea ecx, [esi + PCI_ROM_ENABLE]
    lea eax, [ebx + PCI_ROM_BAR]
    call pci_write

    mov edi, BOUNCE_LINEAR
    mov ecx, ROM_HEADER_SIZE
    call flat_copy
    mov ax, BOUNCE_LINEAR >> 4
    mov es, ax
    cmp word [es:0], OPTION_SIGNATURE
    jne .close
    movzx ecx, byte [es:2]
    shl ecx, 9
    jz .close
    movzx edi, word [fs:EBDA_OPTION_NEXT]
    mov ax, di
    call option_rom_end
    cmp ax, OPTION_END
    ja .no_room
    mov al, PAM_READ_RAM | PAM_WRITE_RAM
    push bx
    mov bx, di
    call option_area_pam
    pop bx
    shl edi, 4
    call flat_copy
    shr edi, 4
    call .closed
    clc
    ret
.no_room:
    mov si, text_no_room
    call print
.close:
    call .closed
.none:
    stc
    ret
.closed:
    push word 0
    pop es
    push ecx
    xor ecx, ecx
    lea eax, [ebx + PCI_ROM_BAR]
    call pci_write
    pop ecx
    ret

; BX = segment, ECX = length, AL = PAM_... bits for all 16 KiB blocks in which it lies.
; Keeps all registers.
option_area_pam:
    pushad
    lea esi, [ecx + 15]
    mov ch, al
    shr esi, 4
    add si, bx
    dec si                      ; last paragraph
    sub bx, OPTION_FIRST
    sub si, OPTION_FIRST
    shr bx, 10                  ; first and last block
    shr si, 10
.block:
    mov eax, PCI_ENABLE | (PAM2_C8_CF & 0FCh)
    mov dx, bx
    shr dx, 1
    add dx, PAM2_C8_CF          ; register of this block
    mov al, dl
    and al, 0FCh
    push dx
    mov dx, PCI_ADDRESS
    out dx, eax
    pop dx
    and dx, 3
    add dx, PCI_DATA
    in al, dx
    mov ah, ch
    mov cl, 0F0h                ; what stays
    test bl, 1
    jz .nibble
    shl ah, 4
    mov cl, 0Fh
.nibble:
    and al, cl
    or al, ah
    out dx, al
    inc bx
    cmp bx, si
    jbe .block
    popad
    ret

; Copies ECX bytes, a multiple of 4, from ESI to EDI: linear addresses anywhere.
; Interrupts wait meanwhile. Keeps all registers.
flat_copy:
    pushad
    cli
    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp SEL_CODE16:.protected
.protected:
    mov ax, SEL_FLAT
    mov ds, ax
    mov es, ax
    shr ecx, 2
    a32 rep movsd
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
    mov es, ax
    sti
    popad
    ret

text_no_room    db "No room left for the ROM of a PCI card", 13, 10, 0
