; Integer ALU loop, 16 instructions an iteration, one unpredictable branch
%ifndef SCALE
%define SCALE 1
%endif
%ifndef ITER
%define ITER (40000000/SCALE)
%endif
%ifndef REPS
%define REPS 5
%endif
%define INSNS (ITER*16+7+bench.l-bench.pad)
%define NAME "alu"
%include "common.inc"
setup:  ret
bench:  mov eax,1
        mov ebx,0x12345678
        xor esi,esi
        xor edi,edi
        mov ecx,ITER
.pad:
align 16
.l:     mov edx,eax
        shr edx,3
        xor eax,edx
        add eax,ebx
        rol ebx,5
        test eax,1
        jnz .odd
        add esi,eax
        jmp .j
.odd:   xor esi,ebx
        sub edi,esi
.j:     lea ebx,[ebx+eax*2+1]
        adc edi,0
        cmp esi,edi
        sbb edx,edx
        xor edi,edx
        dec ecx
        jnz .l
        lea eax,[esi+edi]
        ret
ROMEND
