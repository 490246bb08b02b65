; C3 and C5: copy the system ROM to the DRAM beneath it, then read it from there.
; The work runs from the ROM alias at 4 GiB, where the attribute map does not reach.
; Also the same for the video ROM, once POST knows that there is one.

ROM_LINEAR      equ 0E0000h
ROM_ALIAS       equ 0FFFE0000h
ROM_SIZE        equ 20000h
VIDEO_LINEAR    equ 0C0000h
VIDEO_SEG       equ 0C000h

; %1 = PAM_... bits for E0000h-FFFFFh
%macro system_pam 1
    host_pam_write PAM0_F_SEGMENT, (%1) << 4
    host_pam_write PAM5_E0_E7, (%1) * 11h
    host_pam_write PAM6_E8_EF, (%1) * 11h
%endmacro

shadow_system_rom:
    post_code 0C3h
    call shadow_detect
    mov bl, [fs:EBDA_SHADOW]
    and bl, SHADOW_CHIPSET | SHADOW_ON
    cmp bl, SHADOW_CHIPSET | SHADOW_ON
    jne .stay_in_rom

    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp SEL_CODE_ALIAS:.in_alias
.in_alias:
    mov ax, SEL_FLAT
    mov ds, ax
    mov es, ax

    ; Can the chipset write DRAM while it reads ROM? Ask one spare dword.
    system_pam PAM_WRITE_RAM
    mov esi, ROM_LINEAR + 10000h + shadow_probe
    mov edi, PROBE_PATTERN
    mov [esi], edi
    xor bl, bl
    cmp dword [esi], 0FFFFFFFFh ; still the ROM's bytes
    jne .no_split
    host_pam_write PAM0_F_SEGMENT, PAM_READ_RAM << 4
    cmp [esi], edi
    jne .no_split
    mov bl, SHADOW_SPLIT
    host_pam_write PAM0_F_SEGMENT, PAM_WRITE_RAM << 4
    mov esi, ROM_LINEAR
    jmp short .copy
.no_split:                      ; then take the bytes from the alias
    system_pam PAM_READ_RAM | PAM_WRITE_RAM
    mov esi, ROM_ALIAS
.copy:
    mov edi, ROM_LINEAR
    mov ecx, ROM_SIZE / 4
    a32 rep movsd

    post_code 0C5h
    system_pam PAM_READ_RAM
    mov ax, SEL_DATA16
    mov ds, ax
    mov es, ax
    mov eax, cr0
    and al, ~1
    mov cr0, eax
    jmp BIOS_SEG:.in_shadow
.in_shadow:
    xor ax, ax
    mov ds, ax
    mov es, ax
    or [fs:EBDA_SHADOW], bl
    ret

.stay_in_rom:
    post_code 0C5h
    call leave_flat_real
    ret

; Sets SHADOW_CHIPSET and SHADOW_ON in the EBDA.
shadow_detect:
    mov bl, 0
    host_detect .no_chipset
    or bl, SHADOW_CHIPSET
.no_chipset:
    mov al, CMOS_OPTIONS
    call cmos_read
    test al, OPTION_NO_SHADOW
    jnz .forbidden
    or bl, SHADOW_ON
.forbidden:
    mov [fs:EBDA_SHADOW], bl
    ret

; Gives DS and ES their 64 KiB limits back.
leave_flat_real:
    o32 lgdt [cs:gdt_pointer]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp short .protected
.protected:
    mov cx, SEL_DATA16
    mov ds, cx
    mov es, cx
    and al, ~1
    mov cr0, eax
    jmp BIOS_SEG:.real
.real:
    xor cx, cx
    mov ds, cx
    mov es, cx
    ret

; In: ECX = length of the video ROM. Shadows C0000h-C3FFFh, and C4000h-C7FFFh if
; the ROM reaches there. Uses EAX, ECX, DX, SI, DI, ES.
shadow_video_rom:
    mov bl, [fs:EBDA_SHADOW]
    and bl, SHADOW_CHIPSET | SHADOW_ON
    cmp bl, SHADOW_CHIPSET | SHADOW_ON
    jne .done
    mov bl, 0Fh                 ; nibbles of PAM1 that take part
    cmp ecx, 4000h
    jbe .blocks_known
    mov bl, 0FFh
.blocks_known:
    add ecx, 3
    shr ecx, 2
    push ds
    test byte [fs:EBDA_SHADOW], SHADOW_SPLIT
    jz .bounce

    mov al, PAM_WRITE_RAM * 11h
    call video_pam
    push ecx
    mov ax, VIDEO_SEG
    mov bp, ax
    call copy_segments
    pop ecx
    jmp short .read_ram

.bounce:
    push ecx
    mov ax, VIDEO_SEG
    mov bp, BOUNCE_LINEAR >> 4
    call copy_segments
    mov al, (PAM_READ_RAM | PAM_WRITE_RAM) * 11h
    call video_pam
    pop ecx
    mov ax, BOUNCE_LINEAR >> 4
    mov bp, VIDEO_SEG
    call copy_segments
.read_ram:
    pop ds
    mov al, PAM_READ_RAM * 11h
    call video_pam
.done:
    ret

; Copies ECX dwords from AX:0 to BP:0. Uses DS, ES, SI, DI, ECX.
copy_segments:
    mov ds, ax
    mov es, bp
    xor si, si
    xor di, di
    rep movsd
    ret

; PAM1 = AL & BL. Uses EAX, DX.
video_pam:
    and al, bl
    mov ah, al
    push ax
    mov eax, PCI_ENABLE | (PAM1_C0_C7 & 0FCh)
    mov dx, PCI_ADDRESS
    out dx, eax
    pop ax
    mov dx, PCI_DATA + (PAM1_C0_C7 & 3)
    out dx, al
    ret

    align 4
shadow_probe:
    dd 0FFFFFFFFh               ; written only in the DRAM beneath
