; 25: PCI bus 0 by configuration mechanism 1: find functions, place their BARs,
; route and record interrupts. Bridges to further buses are not followed.

PCI_FIRST_IO    equ 0C000h
PCI_FIRST_MEM   equ 0E0000000h
PCI_LAST_FUNCTION equ PCI_ENABLE + 32 * 8 * 100h

; EAX = configuration address. Returns EAX = dword. Uses DX.
pci_read:
    mov dx, PCI_ADDRESS
    out dx, eax
    mov dx, PCI_DATA
    in eax, dx
    ret

; EAX = configuration address, ECX = dword. Uses EAX, DX.
pci_write:
    mov dx, PCI_ADDRESS
    out dx, eax
    mov dx, PCI_DATA
    mov eax, ecx
    out dx, eax
    ret

; CF = there is no mechanism 1. Uses EAX, DX.
pci_exists:
    mov eax, PCI_ENABLE
    mov dx, PCI_ADDRESS
    out dx, eax
    in eax, dx
    cmp eax, PCI_ENABLE
    jne .no
    clc
    ret
.no:
    stc
    ret

pci_enumerate:
    post_code 25h
    mov dword [fs:EBDA_PCI_NEXT_IO], PCI_FIRST_IO
    mov dword [fs:EBDA_PCI_NEXT_MEM], PCI_FIRST_MEM
    call pci_exists
    jc .done
    mov ebx, PCI_ENABLE         ; configuration address of the function at hand
.function:
    mov eax, ebx
    call pci_read
    cmp ax, 0FFFFh
    je .absent
    inc word [fs:EBDA_PCI_COUNT]
    mov esi, eax                ; vendor and device
    call pci_set_up_function
    mov ax, si
.absent:
    call pci_advance
    jnc .function
.done:
    ret

; EBX = function looked at, AX = its vendor. Returns EBX = the next one worth a look;
; CF = that was the last. Functions 1-7 only of devices that say they have them.
pci_advance:
    test bh, 7
    jnz .next
    cmp ax, 0FFFFh
    je .next_device
    lea eax, [ebx + (PCI_HEADER_TYPE & 0FCh)]
    call pci_read
    test eax, 800000h           ; header type bit 7: more functions
    jnz .next
.next_device:
    add ebx, 700h
.next:
    add ebx, 100h
    cmp ebx, PCI_LAST_FUNCTION
    cmc
    ret

; EBX = function, ESI = its identity. Keeps EBX.
pci_set_up_function:
    cmp esi, ID_PIIX3_ISA
    je piix_isa
    cmp esi, ID_PIIX4_ISA
    je piix_isa
    cmp esi, ID_PIIX3_IDE
    je piix_ide
    cmp esi, ID_PIIX4_IDE
    je piix_ide
pci_place:
    lea eax, [ebx + (PCI_HEADER_TYPE & 0FCh)]
    call pci_read
    test eax, 7F0000h           ; only header type 0 has six BARs
    jnz .done
    lea eax, [ebx + PCI_CLASS]
    call pci_read
    shr eax, 16
    cmp ax, 0600h               ; host bridge: its windows are not ours to move
    je .done
    ; No decoding while BARs hold sizes (PCI 2.1, 6.2.5.1); this also stops a bus
    ; master that a processor-only reset has left running.
    lea eax, [ebx + PCI_COMMAND]
    xor ecx, ecx
    call pci_write
    mov bl, PCI_BAR0
.bar:
    call pci_place_bar
    add bl, 4
    cmp bl, PCI_BAR0 + 6 * 4
    jb .bar
    mov bl, PCI_COMMAND
    mov eax, ebx
    mov ecx, 3                  ; decode I/O and memory; bus mastering is the driver's
    call pci_write
    call pci_interrupt_line
    mov bl, 0
.done:
    ret

; EBX = address of a BAR; BL moves on by 4 over the upper half of a 64-bit one.
pci_place_bar:
    mov ecx, 0FFFFFFFFh
    mov eax, ebx
    call pci_write
    mov eax, ebx
    call pci_read
    test eax, eax
    jz .done                    ; not implemented
    mov edi, EBDA_PCI_NEXT_IO
    mov ecx, ~3
    test al, 1
    jnz .masked
    mov edi, EBDA_PCI_NEXT_MEM
    mov ecx, ~15
.masked:
    mov ebp, eax                ; type bits, for the 64-bit test below
    and eax, ecx
    neg eax                     ; size
    test bp, 1
    jz .size_known
    movzx eax, ax               ; I/O BARs may leave the upper half 0
.size_known:
    test eax, eax
    jz .done
    mov ecx, [fs:edi]           ; round up to the size, which is a power of two
    dec eax
    add ecx, eax
    not eax
    and ecx, eax
    neg eax
    add eax, ecx
    mov [fs:edi], eax
    mov eax, ebx
    call pci_write
    and bp, 7
    cmp bp, 4
    jne .done
    add bl, 4
    xor ecx, ecx
    mov eax, ebx
    call pci_write
.done:
    ret

; Pin A-D of device n arrives at PIRQ (n + pin - 1) mod 4, as a PC board is wired.
pci_interrupt_line:
    mov bl, PCI_INTERRUPT
    mov eax, ebx
    call pci_read
    mov ecx, eax
    shr eax, 8
    test al, al
    jz .done
    dec al
    mov dl, bh
    shr dl, 3
    add al, dl
    dec al                      ; device 1 pin A is PIRQA
    and ax, 3
    mov di, ax
    mov cl, [cs:di + pirq_lines]
    mov eax, ebx
    call pci_write
.done:
    ret

pirq_lines  db 10, 10, 11, 11

; The ISA bridge: PIRQA-D to IRQ 10, 10, 11, 11, which become level triggered.
piix_isa:
    lea eax, [ebx + PIIX_PIRQ_ROUTE]
    mov ecx, 0B0B0A0Ah
    call pci_write
    mov dx, PORT_ELCR2
    mov al, 0Ch
    out dx, al
    ret

; The IDE function decodes its channels only when told to (82371SB, 2.5.7).
piix_ide:
    lea eax, [ebx + PIIX_IDETIM]
    call pci_read
    mov ecx, eax
    or ecx, 80008000h
    lea eax, [ebx + PIIX_IDETIM]
    call pci_write
    jmp pci_place
