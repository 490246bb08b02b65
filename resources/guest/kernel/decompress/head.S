/* First code of the protected-mode part, entered wherever it was loaded: paging off, flat segments, ESI = boot_params.
 * It is linked for low memory, moves itself there and leaves the place it was loaded at to the kernel.
 * No segment register is loaded, so the caller's GDT need not be alive. Document: boot.rst, relocatable_kernel. */

        .set    BP_SCRATCH_END, 0x1e8   /* zero-page.rst: 1E4h is scratch, the only memory known to be free */

        .section .head, "ax"
        .globl  _start
_start:
        cli
        cld
        leal    BP_SCRATCH_END(%esi), %esp
        call    1f
1:      popl    %ebp
        subl    $(1b - _start), %ebp    /* loaded at */
        movl    %esi, %ebx              /* boot_params */
        movl    %ebp, %esi
        movl    $_start, %edi
        movl    $_image_dwords, %ecx
        rep movsl
        xorl    %eax, %eax
        movl    $_bss_dwords, %ecx      /* .bss follows the image */
        rep stosl
        movl    $stack_top, %esp
        movl    $low_entry, %eax
        jmp     *%eax

low_entry:
        pushl   %ebp
        pushl   %ebx
        call    decompress_kernel       /* returns the unpacked size */
        popl    %esi
        popl    %edx
        movl    %eax, %ebx
        jmp     *%edx                   /* the kernel: ESI = boot_params, EBX = bytes unpacked */

        .globl  decompress_error
decompress_error:
        cli
        hlt
        jmp     decompress_error

        .bss
        .balign 16
        .skip   4096
stack_top:

        .section .note.GNU-stack, "", @progbits
