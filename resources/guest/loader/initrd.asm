; Where the initial RAM disk goes: the highest page of RAM that the kernel can reach and
; does not need for itself (boot.rst, "initrd_addr_max", "init_size").

HDR_INITRD_MAX  equ 22Ch        ; from protocol 2.03 on
HDR_ALIGNMENT   equ 230h
HDR_RELOCATABLE equ 234h
HDR_PREFERRED   equ 258h        ; from protocol 2.10 on
HDR_INIT_SIZE   equ 260h
OLD_INITRD_MAX  equ 37FFFFFFh
PAGE_MASK       equ 0FFFFF000h

E820_ADDRESS    equ 0C200h      ; behind the typed line
E820_SMAP       equ 534D4150h
E820_ENTRY      equ 20
E820_RAM        equ 1
HIGH_RAM        equ 100000h

; Returns EAX = address. Does not return when there is no room. Keeps CX.
initrd_choose:
    push cx
    call ram_end_find           ; EBX
    push word SETUP_SEGMENT
    pop es
    mov eax, OLD_INITRD_MAX
    cmp word [es:HDR_VERSION], 0203h
    jb .max_known
    mov eax, [es:HDR_INITRD_MAX]
.max_known:
    cmp ebx, eax
    jbe .end_known
    lea ebx, [eax + 1]
.end_known:
    call needed_end             ; EDX
    push ds
    pop es
    mov si, text_no_room
    sub ebx, [CONFIG_ADDRESS + CONFIG_INITRD_SIZE]
    jb fail
    and ebx, PAGE_MASK
    cmp ebx, edx
    jb fail
    mov eax, ebx
    pop cx
    ret

; ES = set-up segment. Returns EDX = end of what the kernel needs until it knows its memory.
needed_end:
    push ebx
    mov ebx, [kernel_end]
    cmp word [es:HDR_VERSION], 020Ah
    jb .done
    mov edx, [es:HDR_PREFERRED]
    cmp byte [es:HDR_RELOCATABLE], 0
    je .start_known
    mov ecx, [es:HDR_ALIGNMENT] ; a power of two
    lea eax, [ecx + KERNEL_LINEAR - 1]
    neg ecx
    and eax, ecx
    cmp edx, eax
    jae .start_known
    mov edx, eax
.start_known:
    add edx, [es:HDR_INIT_SIZE]
    cmp ebx, edx
    jae .done
    mov ebx, edx
.done:
    mov edx, ebx
    pop ebx
    ret

; EBX = end of the RAM that begins at 1 MiB: INT 15h E820h, else E801h, else 88h.
ram_end_find:
    push es
    push ds
    pop es
    xor ebx, ebx
.entry:
    mov eax, 0E820h
    mov edx, E820_SMAP
    mov ecx, E820_ENTRY
    mov di, E820_ADDRESS
    int 15h
    jc .no_map
    cmp eax, E820_SMAP
    jne .no_map
    cmp dword [E820_ADDRESS + 16], E820_RAM
    jne .next
    cmp dword [E820_ADDRESS + 4], 0
    jne .next
    mov eax, [E820_ADDRESS]
    cmp eax, HIGH_RAM
    ja .next
    mov edx, [E820_ADDRESS + 12]
    add eax, [E820_ADDRESS + 8]
    adc edx, 0
    jnz .beyond_4g
    cmp eax, HIGH_RAM
    ja .found
.next:
    test ebx, ebx
    jnz .entry
.no_map:
    xor cx, cx
    xor dx, dx
    mov ax, 0E801h
    int 15h
    jc .small
    test cx, cx                 ; some answer in AX and BX alone
    jz .answered
    mov ax, cx
    mov bx, dx
.answered:
    movzx ebx, bx
    shl ebx, 16
    jz .kib                     ; nothing above 16 MiB: AX says it all
    add ebx, 1000000h
    jmp short .done
.small:
    mov ah, 88h
    int 15h
.kib:
    movzx ebx, ax
    shl ebx, 10
    add ebx, HIGH_RAM
    jmp short .done
.beyond_4g:
    mov eax, PAGE_MASK
.found:
    mov ebx, eax
.done:
    pop es
    ret

text_no_room    db "initial RAM disk does not fit into memory", 0
