/* Basic types, units and attributes. */
#ifndef TYPES_H
#define TYPES_H

#ifndef __ASSEMBLER__
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;
typedef unsigned int size_t;
typedef enum { false, true } bool;

#define NULL ((void *)0)
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define PACKED __attribute__((packed))
#define NOINLINE __attribute__((noinline))
#define NORETURN __attribute__((noreturn))
#endif

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096
#define PAGE_MASK 0xfffff000
#define KIB 1024
#define MIB 0x100000
#define SECTOR_SIZE 512

#define ROUND_UP(value, unit) (((value) + (unit) - 1) & ~((unit) - 1))

#endif
