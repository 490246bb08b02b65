/* Port access and the interrupt flag. */
#ifndef IO_H
#define IO_H

#include "types.h"

#define EFLAGS_IF 0x200

static inline void out8(u16 port, u8 value)
{
        asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out16(u16 port, u16 value)
{
        asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out32(u16 port, u32 value)
{
        asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 in8(u16 port)
{
        u8 value;

        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline u16 in16(u16 port)
{
        u16 value;

        asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline u32 in32(u16 port)
{
        u32 value;

        asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
        return value;
}

static inline void in16_block(u16 port, void *to, u32 words)
{
        asm volatile("cld; rep insw" : "+D"(to), "+c"(words) : "d"(port) : "memory");
}

static inline u32 irq_save(void)
{
        u32 flags;

        asm volatile("pushfl; popl %0; cli" : "=r"(flags) : : "memory");
        return flags;
}

static inline void irq_restore(u32 flags)
{
        asm volatile("pushl %0; popfl" : : "r"(flags) : "memory", "cc");
}

static inline void irq_disable(void)
{
        asm volatile("cli" : : : "memory");
}

static inline void irq_enable(void)
{
        asm volatile("sti" : : : "memory");
}

/* Enables interrupts and waits for one; STI holds them off until HLT is reached, so none is lost. */
static inline void irq_enable_and_halt(void)
{
        asm volatile("sti; hlt" : : : "memory");
}

#endif
