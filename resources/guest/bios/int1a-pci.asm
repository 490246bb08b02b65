; INT 1Ah AH=B1h: PCI BIOS 2.1, real mode: presence, find by identity or class,
; configuration reads and writes. Bus 0 only.

PCI_SUCCESS         equ 00h
PCI_NOT_SUPPORTED   equ 81h
PCI_NOT_FOUND       equ 86h

int1a_pci:
    cmp word [fs:EBDA_PCI_COUNT], 0
    je .unsupported
    mov al, [bp + FRAME_AL]
    cmp al, 01h
    je .present
    cmp al, 02h
    je .find_device
    cmp al, 03h
    je .find_class
    cmp al, 08h
    jb .unsupported
    cmp al, 0Dh
    jbe .access
.unsupported:
    mov byte [bp + FRAME_AH], PCI_NOT_SUPPORTED
    frame_stc
    service_leave
.good:
    mov byte [bp + FRAME_AH], PCI_SUCCESS
    frame_clc
    service_leave
.not_found:
    mov byte [bp + FRAME_AH], PCI_NOT_FOUND
    frame_stc
    service_leave

.present:
    mov dword [bp + FRAME_DX], 20494350h        ; 'PCI '
    mov byte [bp + FRAME_AL], 01h               ; mechanism 1
    mov word [bp + FRAME_BX], 0210h
    mov byte [bp + FRAME_CX], 0                 ; last bus
    jmp .good

.find_device:                   ; CX device, DX vendor, SI = which one
    mov ax, [bp + FRAME_CX]
    shl eax, 16
    mov ax, [bp + FRAME_DX]
    mov esi, eax
    mov edi, 0FFFFFFFFh
    mov cl, 0                   ; register 0
    jmp short .search
.find_class:                    ; ECX class
    mov esi, [bp + FRAME_CX]
    shl esi, 8
    mov edi, 0FFFFFF00h
    mov cl, PCI_CLASS
.search:
    movzx bx, byte [bp + FRAME_SI]      ; matches to skip
    mov ebp, PCI_ENABLE
.function:
    mov eax, ebp
    call pci_read
    cmp ax, 0FFFFh
    je .next
    mov eax, ebp
    mov al, cl
    call pci_read
    and eax, edi
    cmp eax, esi
    jne .next
    test bx, bx
    jz .found
    dec bx
.next:
    add ebp, 100h
    cmp ebp, PCI_LAST_FUNCTION
    jb .function
    mov bp, sp
    jmp .not_found
.found:
    shr ebp, 8
    mov bx, bp
    mov bp, sp
    mov [bp + FRAME_BX], bx
    jmp .good

; AL = 08h-0Ah read, 0Bh-0Dh write byte, word, dword. BX bus and function, DI register.
.access:
    movzx eax, word [bp + FRAME_BX]
    shl eax, 8
    or eax, PCI_ENABLE
    mov bx, [bp + FRAME_DI]
    mov al, bl
    and al, 0FCh
    mov dx, PCI_ADDRESS
    out dx, eax
    mov dx, PCI_DATA
    and bx, 3
    add dx, bx
    movzx bx, byte [bp + FRAME_AL]
    sub bx, 8
    shl bx, 1
    mov ecx, [bp + FRAME_CX]
    jmp [cs:bx + .accesses]
.accesses:
    dw .read_byte, .read_word, .read_dword, .write_byte, .write_word, .write_dword
.read_byte:
    in al, dx
    mov [bp + FRAME_CX], al
    jmp .good
.read_word:
    in ax, dx
    mov [bp + FRAME_CX], ax
    jmp .good
.read_dword:
    in eax, dx
    mov [bp + FRAME_CX], eax
    jmp .good
.write_byte:
    mov al, cl
    out dx, al
    jmp .good
.write_word:
    mov ax, cx
    out dx, ax
    jmp .good
.write_dword:
    mov eax, ecx
    out dx, eax
    jmp .good
