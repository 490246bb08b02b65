; The first instructions: shutdown byte, CMOS test (CF), early chipset (C0).
; Runs from the ROM alias below 4 GiB (CS base FFFF0000h), without RAM and stack:
; after a CPU-only reset the shadow at F0000h may hold anything (82441FX, 3.2.18).

%macro host_pam_write 2         ; %1 = PAM register, %2 = value; uses EAX, DX
    mov eax, PCI_ENABLE | (%1 & 0FCh)
    mov dx, PCI_ADDRESS
    out dx, eax
    mov dx, PCI_DATA + (%1 & 3)
    mov al, %2
    out dx, al
%endmacro

; EAX = vendor and device of 0:0.0. Jumps to %1 if it has no attribute map we know.
%macro host_detect 1
    mov eax, PCI_ENABLE
    mov dx, PCI_ADDRESS
    out dx, eax
    in eax, dx
    cmp eax, PCI_ENABLE         ; reads back only where mechanism 1 exists
    jne %1
    mov dx, PCI_DATA
    in eax, dx
    cmp eax, ID_440FX
    je %%known
    cmp eax, ID_440BX
    je %%known
    cmp eax, ID_440BX_NOAGP
    je %%known
    cmp eax, ID_430HX
    je %%known
    cmp eax, ID_430VX
    jne %1
%%known:
%endmacro

reset_entry:
    cli
    cld
    mov al, NMI_OFF | CMOS_SHUTDOWN
    out CMOS_INDEX, al
    in al, CMOS_DATA
    mov bl, al
    mov al, NMI_OFF | CMOS_SHUTDOWN
    out CMOS_INDEX, al
    mov al, 0
    out CMOS_DATA, al
    xor ax, ax
    mov ds, ax
    cmp bl, 05h
    je resume_eoi_jump
    cmp bl, 09h
    je resume_block_move
    cmp bl, 0Ah
    je resume_jump
    cmp bl, 0Bh
    je resume_iret
    cmp bl, 0Ch
    je resume_retf
    jmp cmos_early_test         ; 00h and every other code: power-on self-test

; Shutdown codes: how a 286 program comes back from protected mode (AT TR, 5-13).
resume_eoi_jump:
    mov al, PIC_EOI
    out PIC2_COMMAND, al
    out PIC1_COMMAND, al
resume_jump:
    jmp far [BDA_RESUME]
resume_block_move:              ; stack of the interrupted INT 15h AH=87h
    lss sp, [BDA_RESUME]
    pop ds
    pop es
    popa
    mov ah, 0
    clc
    sti
    retf 2
resume_iret:
    lss sp, [BDA_RESUME]
    iret
resume_retf:
    lss sp, [BDA_RESUME]
    retf

cmos_early_test:
    post_code 0CFh
    mov bx, 55AAh               ; one pattern and its complement
    mov al, NMI_OFF | CMOS_SCRATCH
    out CMOS_INDEX, al
    mov al, bl
    out CMOS_DATA, al
    mov al, NMI_OFF | CMOS_SCRATCH
    out CMOS_INDEX, al
    in al, CMOS_DATA
    cmp al, bl
    jne .fault
    mov al, NMI_OFF | CMOS_SCRATCH
    out CMOS_INDEX, al
    mov al, bh
    out CMOS_DATA, al
    mov al, NMI_OFF | CMOS_SCRATCH
    out CMOS_INDEX, al
    in al, CMOS_DATA
    cmp al, bh
    je early_chipset
.fault:                         ; go on without settings: there is no screen to tell it on
    mov al, 0
    out CMOS_DATA, al

early_chipset:
    post_code 0C0h
    mov al, SYSB_PARITY_OFF
    out PORT_SYSTEM_B, al
    host_detect .no_shadow_registers
    host_pam_write 59h, 0
    host_pam_write 5Ah, 0
    host_pam_write 5Bh, 0
    host_pam_write 5Ch, 0
    host_pam_write 5Dh, 0
    host_pam_write 5Eh, 0
    host_pam_write 5Fh, 0
.no_shadow_registers:
    ; Refresh first, or there is no RAM to size.
    mov al, PIT_CH1_MODE2
    out PIT_CONTROL, al
    mov al, REFRESH_DIVISOR
    out PIT_CHANNEL1, al
    mov al, PIT_CH0_MODE3
    out PIT_CONTROL, al
    mov al, 0
    out PIT_CHANNEL0, al
    out PIT_CHANNEL0, al
    ; Interrupt controllers at their AT bases; a kernel may have moved them.
    mov al, ICW1_INIT_ICW4
    out PIC1_COMMAND, al
    out PIC2_COMMAND, al
    mov al, VECTOR_MASTER
    out PIC1_DATA, al
    mov al, VECTOR_SLAVE
    out PIC2_DATA, al
    mov al, 04h                 ; slave on IR2
    out PIC1_DATA, al
    mov al, 02h
    out PIC2_DATA, al
    mov al, ICW4_8086
    out PIC1_DATA, al
    out PIC2_DATA, al
    mov al, 0FFh
    out PIC1_DATA, al
    out PIC2_DATA, al
    jmp BIOS_SEG:dram_size      ; F0000h reads ROM from here on
