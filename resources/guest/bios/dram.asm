; C1: find out how much DRAM there is, by writing and reading back at every MiB.
; Registers only until the first 4 KiB have proved good; contents are put back,
; because after a warm reset memory belongs to whoever wants to look at it.

PROBE_PATTERN   equ 0AA5555AAh
WRAP_MARK       equ 5A3CC3A5h
DRAM_LIMIT      equ 0C0000000h  ; PCI space begins above

; DS and ES become 4 GiB long and stay real-mode segments with base 0. SS gets its
; reset attributes, in case a program jumped to the reset vector from 32-bit code.
%macro enter_flat_real 0
    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp short %%protected
%%protected:
    mov cx, SEL_FLAT
    mov ds, cx
    mov es, cx
    mov cx, SEL_DATA16
    mov ss, cx
    and al, ~1
    mov cr0, eax
    jmp short %%real
%%real:
    xor cx, cx
    mov ds, cx
    mov es, cx
%endmacro

; Two dwords at EBX, complements of each other so that a floating bus, which keeps
; the last value, does not pass for memory. ESI, EDI hold the contents. ZF = good.
%macro probe_dwords 0
    mov esi, [ebx]
    mov edi, [ebx + 4]
    mov dword [ebx], PROBE_PATTERN
    mov dword [ebx + 4], ~PROBE_PATTERN
    cmp dword [ebx], PROBE_PATTERN
    jne %%restore
    cmp dword [ebx + 4], ~PROBE_PATTERN
%%restore:
    mov [ebx], esi
    mov [ebx + 4], edi
%endmacro

dram_size:
    post_code 0C1h
    in al, PORT_SYSTEM_A        ; A20 must pass, or every odd MiB is its neighbour
    cmp al, 0FFh
    je .a20_done
    or al, SYSA_A20
    and al, ~SYSA_FAST_RESET
    out PORT_SYSTEM_A, al
.a20_done:
    enter_flat_real

    xor ebx, ebx
.low_4k:
    probe_dwords
    jne no_base_memory
    add ebx, 8
    cmp ebx, LOW_RESERVED
    jb .low_4k

    mov ebx, 10000h
.base_64k:
    probe_dwords
    jne no_base_memory
    add ebx, 10000h
    cmp ebx, 0A0000h
    jb .base_64k
    mov ebx, EBDA_LINEAR
    probe_dwords
    jne no_base_memory

    mov ebx, 100000h
    mov ebp, [0]                ; where a too short address decoder would wrap to
.each_mib:
    mov dword [0], WRAP_MARK
    mov esi, [ebx]
    mov edi, [ebx + 4]
    mov dword [ebx], PROBE_PATTERN
    mov dword [ebx + 4], ~PROBE_PATTERN
    mov ecx, [ebx]
    mov edx, [ebx + 4]
    mov eax, [0]
    mov [ebx], esi
    mov [ebx + 4], edi
    cmp ecx, PROBE_PATTERN
    jne .end_of_ram
    cmp edx, ~PROBE_PATTERN
    jne .end_of_ram
    cmp eax, WRAP_MARK
    jne .end_of_ram
    add ebx, 100000h
    cmp ebx, DRAM_LIMIT
    jb .each_mib
.end_of_ram:
    mov [0], ebp

    xor ax, ax
    mov ss, ax
    mov sp, POST_STACK_TOP
    mov ax, EBDA_SEG
    mov fs, ax
    xor eax, eax
    xor di, di
.clear_ebda:
    mov [fs:di], eax
    add di, 4
    cmp di, 400h
    jb .clear_ebda
    mov byte [fs:EBDA_SIZE_KIB], 1
    mov [fs:EBDA_RAM_TOP], ebx
    cmp word [BDA_RESET_FLAG], WARM_BOOT
    sete [fs:EBDA_WARM]
    jmp post_with_stack

no_base_memory:                 ; check point C1 stays on the port: all we can say
    hlt
    jmp no_base_memory
