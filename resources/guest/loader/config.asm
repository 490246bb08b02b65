; Reads and checks the configuration and the sector maps.

config_load:
    mov eax, LBA_CONFIG
    mov cx, CONFIG_SECTORS
    mov bx, CONFIG_ADDRESS
    call disk_read
    mov si, text_bad_config
    cmp dword [CONFIG_ADDRESS + CONFIG_MAGIC], 'BLLO'
    jne fail
    cmp dword [CONFIG_ADDRESS + CONFIG_MAGIC + 4], 'ADER'
    jne fail
    cmp word [CONFIG_ADDRESS + CONFIG_VERSION], 2
    jne fail
    mov bx, [CONFIG_ADDRESS + CONFIG_CMDLINE_LENGTH]
    cmp bx, CMDLINE_MAX
    ja fail
    mov byte [bx + CONFIG_ADDRESS + CONFIG_CMDLINE], 0
    ret

map_load:
    mov si, text_no_kernel
    mov ecx, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    test ecx, ecx
    jz fail
    mov si, text_bad_map
    cmp ecx, MAP_MAX_ENTRIES
    ja fail
    mov edx, [CONFIG_ADDRESS + CONFIG_INITRD_ENTRIES]
    cmp edx, MAP_MAX_ENTRIES
    ja fail
    add cx, dx
    cmp cx, MAP_MAX_ENTRIES
    ja fail
    add cx, 63
    shr cx, 6
    mov eax, [CONFIG_ADDRESS + CONFIG_MAP_LBA]
    push word MAP_SEGMENT
    pop es
    xor bx, bx
    call disk_read

    mov cx, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    mov eax, [CONFIG_ADDRESS + CONFIG_KERNEL_SIZE]
    call map_check
    mov cx, [CONFIG_ADDRESS + CONFIG_INITRD_ENTRIES]
    mov eax, [CONFIG_ADDRESS + CONFIG_INITRD_SIZE]
    call map_check
    push ds
    pop es
    ret

; ES:BX = map of CX entries, EAX = size of the file in bytes: the map must name as many
; sectors as the file has, or it is another's. BX behind the map.
map_check:
    xor edx, edx
    jcxz .sum
.entry:
    movzx esi, word [es:bx + MAP_COUNT]
    test si, si
    jz .bad
    cmp si, PIECE_MAX
    ja .bad
    cmp word [es:bx + MAP_RESERVED], 0
    jne .bad
    add edx, esi
    add bx, MAP_ENTRY_SIZE
    loop .entry
.sum:
    add eax, SECTOR_SIZE - 1
    jc .bad
    shr eax, 9
    cmp eax, edx
    jne .bad
    ret
.bad:
    mov si, text_map_sum
    jmp fail

text_bad_config db 13, 10, "configuration is not ours", 0
text_no_kernel  db 13, 10, "no kernel on this disk", 0
text_bad_map    db 13, 10, "map is too long", 0
text_map_sum    db 13, 10, "map checksum: sectors do not add up to the file", 0
