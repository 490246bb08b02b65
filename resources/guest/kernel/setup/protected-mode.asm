; Leaves the BIOS: interrupts masked, flat GDT, protected mode, jump to 100000h with ESI = boot_params.
; Document: boot.rst, "32-bit Boot Protocol" (CS 10h, DS/ES/SS 18h, EBP = EDI = EBX = 0).

PIC1_DATA               equ 21h
PIC2_DATA               equ 0A1h
PIC_CASCADE_ONLY        equ 0FBh
CR0_PE                  equ 1

enter_protected_mode:
        cli
        mov al, 0FFh
        out PIC2_DATA, al
        out PORT_POST, al
        mov al, PIC_CASCADE_ONLY
        out PIC1_DATA, al

        xor esi, esi
        mov si, ds
        shl esi, 4                      ; boot_params: this boot sector
        lea eax, [esi + gdt]
        mov [gdt_register + 2], eax
        lea eax, [esi + flat_code]
        mov [flat_jump + 2], eax
        lidt [idt_register]
        lgdt [gdt_register]
        mov eax, cr0
        or al, CR0_PE
        mov cr0, eax
        jmp short flat_jump             ; drops what was prefetched in real mode
flat_jump:
        jmp dword BOOT_CS:0             ; offset patched above

        bits 32
flat_code:
        mov ax, BOOT_DS
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ss, ax
        xor ebx, ebx
        xor ebp, ebp
        xor edi, edi
        mov eax, PROTECTED_MODE_ENTRY
        jmp eax
        bits 16

; In: SI = text. Never returns.
setup_error:
        lodsb
        test al, al
        jz .stop
        mov ah, 0Eh
        mov bx, 7
        int 10h
        jmp setup_error
.stop:
        cli
        hlt
        jmp .stop

        align 8, db 0
gdt:
        dq 0, 0
        dw 0FFFFh, 0, 9A00h, 00CFh      ; 10h flat code
        dw 0FFFFh, 0, 9200h, 00CFh      ; 18h flat data
gdt_register:
        dw gdt_register - gdt - 1
        dd 0
idt_register:
        dw 0
        dd 0
setup_end:
