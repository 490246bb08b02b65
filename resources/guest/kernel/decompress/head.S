/* First code of the protected-mode part, entered at 100000h: paging off, flat segments, ESI = boot_params.
 * It is linked for low memory, moves itself there and leaves 1 MiB and up to the kernel.
 * No segment register is loaded, so the caller's GDT need not be alive. */

        .set    LOADED_AT, 0x100000

        .section .head, "ax"
        .globl  _start
_start:
        cli
        cld
        movl    %esi, %ebx              /* boot_params */
        movl    $LOADED_AT, %esi
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
        pushl   %ebx
        call    decompress_kernel       /* returns the unpacked size */
        popl    %esi
        movl    %eax, %ebx
        movl    $LOADED_AT, %eax
        jmp     *%eax                   /* the kernel: ESI = boot_params, EBX = bytes unpacked */

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
