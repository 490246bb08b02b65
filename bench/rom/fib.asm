; Recursive fib(N): call/ret and push/pop.  A leaf is 3 instructions, an inner call 13
%ifndef N
%define N 34
%endif
%ifndef REPS
%define REPS 5
%endif
%define NAME "fib"
%assign fa 0
%assign fb 1
%rep N
%assign fc fa+fb
%assign fa fb
%assign fb fc
%endrep
; fb = F(N+1) leaves, F(N+1)-1 inner calls
%assign INSNS fb*3+(fb-1)*13+3
%include "common.inc"
setup:  ret
bench:  mov eax,N
        call fib
        ret
align 16
fib:    cmp eax,2
        jb .done
        push ebx
        push eax
        dec eax
        call fib
        mov ebx,eax
        pop eax
        sub eax,2
        call fib
        add eax,ebx
        pop ebx
.done:  ret
ROMEND
