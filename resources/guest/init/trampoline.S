/* First code after the jump, at 92000h: the GDT is dead, paging is off. Sets up what the 32-bit boot protocol asks for.
 * With lab.load-at= it first moves the kernel down. Document: boot.rst, "32-bit Boot Protocol". */

        .set    TRAMPOLINE_AT, 0x92000
        .set    BOOT_PARAMS_AT, 0x90000
        .set    KERNEL_AT, 0x100000
        .set    BOOT_CS, 0x10
        .set    BOOT_DS, 0x18

        .data
        .globl  trampoline
trampoline:
        lgdt    TRAMPOLINE_AT + (gdt_register - trampoline)
        ljmp    $BOOT_CS, $TRAMPOLINE_AT + (1f - trampoline)
1:      movl    $BOOT_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movl    $TRAMPOLINE_AT + 4096, %esp
        cld
        movl    TRAMPOLINE_AT + (trampoline_move_from - trampoline), %esi
        movl    TRAMPOLINE_AT + (trampoline_move_dwords - trampoline), %ecx
        movl    $KERNEL_AT, %edi
        rep movsl
        movl    $BOOT_PARAMS_AT, %esi
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        xorl    %edi, %edi
        movl    $KERNEL_AT, %eax
        jmp     *%eax

        .balign 8
gdt:
        .quad   0, 0
        .quad   0x00cf9a000000ffff      /* 10h flat code */
        .quad   0x00cf92000000ffff      /* 18h flat data */
gdt_register:
        .word   . - gdt - 1
        .long   TRAMPOLINE_AT + (gdt - trampoline)
        .globl  trampoline_move_from, trampoline_move_dwords
trampoline_move_from:
        .long   0
trampoline_move_dwords:
        .long   0
        .globl  trampoline_end
trampoline_end:

        .section .note.GNU-stack, "", @progbits
