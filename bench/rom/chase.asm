; Pointer chase over 8 MiB (131072 nodes of 64 bytes, one full-period LCG cycle), 6 instructions a step
; -DPAGING: 4 KiB pages, identity map.  -DSMALL: 512 nodes (32 KiB), cache and TLB resident
%ifndef SCALE
%define SCALE 1
%endif
%ifndef ITER
%ifdef SMALL
%define ITER (50000000/SCALE)
%else
%define ITER (4000000/SCALE)
%endif
%endif
%ifndef REPS
%define REPS 5
%endif
%define INSNS (ITER*6+4+bench.l-bench.pad)
%ifdef PAGING
 %ifdef SMALL
 %define NAME "mem32k-pg"
 %else
 %define NAME "chase8m-pg"
 %endif
%else
 %ifdef SMALL
 %define NAME "mem32k"
 %else
 %define NAME "chase8m"
 %endif
%endif
%ifdef SMALL
%define MASK 511
%else
%define MASK 131071
%endif
%define HEAP 0x1000000
%include "common.inc"
setup:  xor ecx,ecx
.s:     imul eax,ecx,1664525
        add eax,1013904223
        and eax,MASK
        shl eax,6
        add eax,HEAP
        mov edx,ecx
        shl edx,6
        mov [HEAP+edx],eax
        mov [HEAP+edx+4],ecx
        mov dword [HEAP+edx+8],0
        mov [HEAP+edx+12],edx
        inc ecx
        cmp ecx,MASK+1
        jb .s
        ret
bench:  mov esi,HEAP
        xor eax,eax
        mov ecx,ITER
.pad:
align 16
.l:     mov esi,[esi]
        add eax,[esi+4]
        mov [esi+8],eax
        xor eax,[esi+12]
        dec ecx
        jnz .l
        ret
ROMEND
