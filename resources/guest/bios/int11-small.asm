; INT 11h equipment, INT 12h base memory, INT 17h printer (there is none).

int11_entry:
    push ds
    push word 0
    pop ds
    mov ax, [BDA_EQUIPMENT]
    pop ds
    iret

int12_entry:
    push ds
    push word 0
    pop ds
    mov ax, [BDA_MEM_KIB]
    pop ds
    iret

int17_entry:
    mov ah, 01h                 ; time-out
    iret
