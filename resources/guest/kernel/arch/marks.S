/* The observer's labels (marks.h): one instruction each, so that no two of them can be merged. */
        .text
        .macro  mark name
        .globl  \name
        .balign 16
\name:  ret
        .endm

        mark    drivers_probe_begin
        mark    drivers_probe_end
        mark    device_shutdown_begin
        mark    device_shutdown_end
        mark    sys_kexec_load_end
        mark    irq_nobody_cared
        mark    probe_pci
        mark    probe_rtc
        mark    probe_serial
        mark    probe_kbd
        mark    probe_net
        mark    probe_ata
        mark    probe_scsi

        .section .note.GNU-stack, "", @progbits
