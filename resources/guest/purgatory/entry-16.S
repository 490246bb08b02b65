/* Part of entry.S. Back to real mode and into the kernel's set-up code, which asks the BIOS. What the BIOS needs of the interrupt
 * controllers is put back before, as far as the loader wishes. Documents: boot.rst, "Running the Kernel"; Intel 8259A data
 * sheet; kexec-tools entry32-16.S for the order (docs/facts.md A6); docs/facts.md, exercise 12. */

#define REAL_CS 0x20
#define REAL_DS 0x28
#define CR0_PE 0x01
#define SETUP_ENTRY 0x20        /* paragraphs behind the boot sector */
#define STACK_TOP 0xeffc        /* in the segment of the boot sector: below 9F000h */

#define PIC1_COMMAND 0x20
#define PIC1_DATA 0x21
#define PIC2_COMMAND 0xa0
#define PIC2_DATA 0xa1
#define PORT_POST 0x80
#define ICW1_INIT_ICW4 0x11
#define ICW2_BIOS_MASTER 0x08
#define ICW2_BIOS_SLAVE 0x70
#define ICW3_MASTER 0x04
#define ICW3_SLAVE 0x02
#define ICW4_8086 0x01
#define MASK_MASTER 0xf8        /* timer, keyboard and cascade, as POST leaves them */
#define MASK_SLAVE 0xff

        .macro  init_word value, port   /* old controllers need time between the words */
        movb    $\value, %al
        outb    %al, $\port
        outb    %al, $PORT_POST
        .endm

enter_real_mode:
        testb   $PURGATORY_RESET_PIC, PURGATORY_FLAGS(%ebp)
        jz      1f
        init_word ICW1_INIT_ICW4, PIC1_COMMAND
        init_word ICW2_BIOS_MASTER, PIC1_DATA
        init_word ICW3_MASTER, PIC1_DATA
        init_word ICW4_8086, PIC1_DATA
        init_word ICW1_INIT_ICW4, PIC2_COMMAND
        init_word ICW2_BIOS_SLAVE, PIC2_DATA
        init_word ICW3_SLAVE, PIC2_DATA
        init_word ICW4_8086, PIC2_DATA
1:      init_word MASK_SLAVE, PIC2_DATA
        init_word MASK_MASTER, PIC1_DATA

        movl    %ebp, %eax
        movw    %ax, OWN(gdt + REAL_CS + 2)
        shrl    $16, %eax
        movb    %al, OWN(gdt + REAL_CS + 4)
        movl    %ebp, %eax
        shrl    $4, %eax
        movw    %ax, OWN(real_segment)
        movw    PURGATORY_SETUP_SEGMENT(%ebp), %bx
        movb    PURGATORY_FLAGS(%ebp), %cl
        lidt    OWN(real_idt)
        movl    $REAL_DS, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        ljmp    $REAL_CS, $(leave_protected_mode - purgatory_data)

        .code16
leave_protected_mode:
        movl    %cr0, %eax
        andb    $~CR0_PE, %al
        movl    %eax, %cr0
        .byte   0xea                    /* ljmp real_segment:in_real_mode */
        .word   in_real_mode - purgatory_data
real_segment:
        .word   0

        .globl  purgatory_real_mode
purgatory_real_mode:
in_real_mode:
        movw    %bx, %ss
        movw    $STACK_TOP, %sp
        testb   $PURGATORY_TEST_TICK, %cl
        jz      enter_setup
        movw    %cs, %ax
        movw    %ax, %ds
        movw    $(tick_question - purgatory_data), %si
        call    print
        pushw   %bx
        sti
        xorb    %ah, %ah
        int     $0x1a
        movw    %dx, %bx
1:      hlt
        xorb    %ah, %ah
        int     $0x1a
        cmpw    %bx, %dx
        je      1b
        cli
        popw    %bx
        movw    $(tick_answer - purgatory_data), %si
        call    print

enter_setup:
        movw    %bx, %ds
        movw    %bx, %es
        movw    %bx, %fs
        movw    %bx, %gs
        addw    $SETUP_ENTRY, %bx
        pushw   %bx
        pushw   $0
        .globl  purgatory_setup
purgatory_setup:
        lretw

        /* In: DS:SI = text. Keeps BX and CX. */
print:
        pushw   %bx
        movw    $7, %bx
1:      lodsb
        testb   %al, %al
        jz      2f
        movb    $0x0e, %ah
        int     $0x10
        jmp     1b
2:      popw    %bx
        ret

tick_question:
        .asciz  "purgatory: waiting for a tick of the BIOS"
tick_answer:
        .asciz  ": it came\r\n"

        .balign 4
real_idt:
        .word   0x3ff
        .long   0
