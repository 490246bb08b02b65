; Boot sector remains and the protocol 2.08 header at 1F1h. The fields marked "pack" are filled in by pack/.

SETUP_SECTS             equ 4

        times 1F1h - ($ - $$) db 0
        db SETUP_SECTS                  ; 1F1 setup_sects
        dw 1                            ; 1F2 root_flags: read-only
        dd 0                            ; 1F4 syssize: pack
        dw 0                            ; 1F8 ram_size
        dw 0FFFFh                       ; 1FA vid_mode: normal
        dw 0300h                        ; 1FC root_dev: hda
        dw 0AA55h                       ; 1FE boot_flag
        jmp short after_header          ; 200 jump; its operand gives the header's end
        db "HdrS"                       ; 202 header
        dw 0208h                        ; 206 version
        dd 0                            ; 208 realmode_swtch
        dw 1000h                        ; 20C start_sys_seg: obsolete
        dw kernel_version - 200h        ; 20E kernel_version
        db 0                            ; 210 type_of_loader: the loader's
        db 01h                          ; 211 loadflags: LOADED_HIGH
        dw 8000h                        ; 212 setup_move_size
        dd PROTECTED_MODE_ENTRY         ; 214 code32_start
        dd 0                            ; 218 ramdisk_image
        dd 0                            ; 21C ramdisk_size
        dd 0                            ; 220 bootsect_kludge
        dw setup_end + 200h             ; 224 heap_end_ptr: no heap is used
        db 0                            ; 226 ext_loader_ver
        db 0                            ; 227 ext_loader_type
        dd 0                            ; 228 cmd_line_ptr: the loader's
        dd 37FFFFFFh                    ; 22C initrd_addr_max
        dd 1000h                        ; 230 kernel_alignment
        db 1                            ; 234 relocatable_kernel
        db 0                            ; 235 min_alignment
        dw 0                            ; 236 xloadflags
        dd 511                          ; 238 cmdline_size
        dd 0                            ; 23C hardware_subarch: PC
        dq 0                            ; 240 hardware_subarch_data
        dd 0                            ; 248 payload_offset: pack
        dd 0                            ; 24C payload_length: pack
after_header:
        jmp setup_begin

kernel_version:
        db "1.0 (Bootlab)", 0
