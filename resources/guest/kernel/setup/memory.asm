; Asks the BIOS how much memory there is: INT 15h AX=E820h, AX=E801h and AH=88h, all three kept as Linux keeps them.

ask_memory:
        xor ebx, ebx
        mov di, E820_MAP
.next:
        mov eax, 0E820h
        mov edx, SMAP
        mov ecx, E820_ENTRY_BYTES
        int 15h
        jc .e820_done
        cmp eax, SMAP
        jne .e820_refused
        inc byte [E820_ENTRIES]
        add di, E820_ENTRY_BYTES
        cmp byte [E820_ENTRIES], E820_MAX
        jae .e820_done
        test ebx, ebx
        jnz .next
        jmp .e820_done
.e820_refused:                          ; a wrong signature spoils what came before (ACPI 15.1)
        mov byte [E820_ENTRIES], 0

.e820_done:
        xor cx, cx
        xor dx, dx
        mov ax, 0E801h
        stc
        int 15h
        jc .e801_done
        test cx, cx                     ; some BIOSes answer in AX/BX only
        jnz .e801_sum
        mov cx, ax
        mov dx, bx
.e801_sum:
        movzx edx, dx
        shl edx, 6                      ; 64 KiB blocks above 16 MiB
        movzx ecx, cx
        add edx, ecx
        mov [ALT_MEM_K], edx

.e801_done:
        mov ah, 88h
        int 15h
        mov [EXT_MEM_K], ax
        ret
