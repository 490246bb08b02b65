; Reads and checks the configuration sector and the sector map.

config_load:
    mov eax, LBA_CONFIG
    mov cx, 1
    mov bx, CONFIG_ADDRESS
    call disk_read
    mov si, text_bad_config
    cmp dword [CONFIG_ADDRESS + CONFIG_MAGIC], 'BLLO'
    jne fail
    cmp dword [CONFIG_ADDRESS + CONFIG_MAGIC + 4], 'ADER'
    jne fail
    cmp word [CONFIG_ADDRESS + CONFIG_VERSION], 1
    jne fail
    cmp word [CONFIG_ADDRESS + CONFIG_CMDLINE_LENGTH], CMDLINE_MAX
    ja fail
    movzx bx, byte [CONFIG_ADDRESS + CONFIG_CMDLINE_LENGTH]
    mov byte [bx + CONFIG_ADDRESS + CONFIG_CMDLINE], 0
    ret

map_load:
    mov si, text_bad_map
    mov ecx, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    test ecx, ecx
    jz fail
    cmp ecx, MAP_MAX_ENTRIES
    ja fail
    add cx, 63
    shr cx, 6
    mov eax, [CONFIG_ADDRESS + CONFIG_MAP_LBA]
    mov bx, MAP_ADDRESS
    call disk_read

    ; The map must name as many sectors as the kernel has, or it is another's.
    mov cx, [CONFIG_ADDRESS + CONFIG_MAP_ENTRIES]
    mov bx, MAP_ADDRESS
    xor edx, edx
.entry:
    movzx eax, word [bx + MAP_COUNT]
    test ax, ax
    jz .bad
    cmp ax, PIECE_MAX
    ja .bad
    cmp word [bx + MAP_RESERVED], 0
    jne .bad
    add edx, eax
    add bx, MAP_ENTRY_SIZE
    loop .entry
    mov eax, [CONFIG_ADDRESS + CONFIG_KERNEL_SIZE]
    add eax, SECTOR_SIZE - 1
    shr eax, 9
    cmp eax, edx
    jne .bad
    ret
.bad:
    mov si, text_map_sum
    jmp fail

text_bad_config db 13, 10, "configuration sector is not ours", 0
text_bad_map    db 13, 10, "map is empty or too long", 0
text_map_sum    db 13, 10, "map checksum: sectors do not add up to the kernel", 0
