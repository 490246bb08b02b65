; Port reads, as BIOS polling loops do: in al,61h + 3 instructions
%ifndef SCALE
%define SCALE 1
%endif
%ifndef ITER
%define ITER (3000000/SCALE)
%endif
%ifndef REPS
%define REPS 5
%endif
%define INSNS (ITER*4+4)
%define NAME "portio"
%include "common.inc"
setup:  ret
bench:  mov ecx,ITER
        xor ebx,ebx
.l:     in al,0x61
        add bl,al
        dec ecx
        jnz .l
        mov eax,ITER
        ret
ROMEND
