; Table CRC-32 over 64 KiB, 7 instructions a byte
%ifndef SCALE
%define SCALE 1
%endif
%ifndef ITER
%define ITER (1000/SCALE)
%endif
%ifndef REPS
%define REPS 5
%endif
%define INSNS (ITER*(65536*7+4+bench.l-bench.pad)+4)
%define NAME "crc32"
%define TAB 0x400000
%define BUF 0x500000
%include "common.inc"
setup:  xor ecx,ecx
.t:     mov eax,ecx
        mov ebx,8
.b:     shr eax,1
        jnc .n
        xor eax,0xEDB88320
.n:     dec ebx
        jnz .b
        mov [TAB+ecx*4],eax
        inc ecx
        cmp ecx,256
        jb .t
        xor ecx,ecx
        mov eax,1
.f:     imul eax,eax,69069
        inc eax
        mov edx,eax
        shr edx,24
        mov [BUF+ecx],dl
        inc ecx
        cmp ecx,65536
        jb .f
        ret
bench:  mov edi,ITER
        mov eax,-1
.o:     mov esi,BUF
        mov ecx,65536
.pad:
align 16
.l:     movzx edx,byte [esi]
        inc esi
        xor dl,al
        shr eax,8
        xor eax,[TAB+edx*4]
        dec ecx
        jnz .l
        dec edi
        jnz .o
        not eax
        ret
ROMEND
