// The CPU block: where every architectural register lives in linear memory (offsets in bytes).
// Interpreter, translator, snapshots and the register view all use these names and nothing else.
// COUNTER (counters.ts) occupies 100h-1FFh of the same block.
import { LAYOUT } from '../memory';

const BASE = LAYOUT.CPU_BLOCK;

/** Index into the i32 view of general register n (EAX ECX EDX EBX ESP EBP ESI EDI). u16 index = 2n, u8 = 4n (AL) or 4n+1 (AH). */
export const REG = BASE / 4;
export const EAX = REG + 0;
export const ECX = REG + 1;
export const EDX = REG + 2;
export const EBX = REG + 3;
export const ESP = REG + 4;
export const EBP = REG + 5;
export const ESI = REG + 6;
export const EDI = REG + 7;

/** i32 indices of the rest. */
export const EIP = BASE / 4 + 8;
/** EFLAGS. Of the six arithmetic bits only those hold that LAZY_KIND does not name (see flags). Bit 1 always set. */
export const EFLAGS = BASE / 4 + 9;
/** Lazy arithmetic flags: result and first operand of the last flag-setting operation, moved up to bit 31. */
export const LAZY_RESULT = BASE / 4 + 10;
export const LAZY_OPERAND = BASE / 4 + 11;
/** Which flags are to be derived (at their EFLAGS positions), from what operation, of what width. */
export const LAZY_KIND = BASE / 4 + 12;
/** What the last instructions left in the pipeline, as the clock table's `Overlap` encodes it; 0 when nothing. */
export const IN_FLIGHT = BASE / 4 + 13;

export const CR0 = BASE / 4 + 14;
export const CR2 = BASE / 4 + 15;
export const CR3 = BASE / 4 + 16;
export const CR4 = BASE / 4 + 17;
/** DR0..DR7 at DR + n. */
export const DR = BASE / 4 + 18;

/** Segment registers ES CS SS DS FS GS, then LDTR and TR: SEGMENT + n * SEGMENT_WORDS + field. */
export const SEGMENT = BASE / 4 + 0x80; // byte 200h, behind the counters
export const SEGMENT_WORDS = 4;
export const SEG_SELECTOR = 0;
export const SEG_BASE = 1;
/** Limit in bytes, granularity applied. */
export const SEG_LIMIT = 2;
/** Descriptor bits 40..55 (access byte in 7..0, AVL/L/DB/G in 15..12), SEG_NULL set for an unusable register. */
export const SEG_ACCESS = 3;
export const SEG_NULL = 0x10000;

export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;
export const GS = 5;
export const LDTR = 6;
export const TR = 7;

/** i32 indices: descriptor tables. */
export const GDTR_BASE = SEGMENT + 8 * SEGMENT_WORDS;
export const GDTR_LIMIT = GDTR_BASE + 1;
export const IDTR_BASE = GDTR_BASE + 2;
export const IDTR_LIMIT = GDTR_BASE + 3;
/** Current privilege level (0 in real mode, 3 in virtual 8086 mode). */
export const CPL = GDTR_BASE + 4;
/** RUN_STATE: what the CPU is doing. */
export const RUN_STATE = GDTR_BASE + 5;
export const RUNNING = 0;
export const HALTED = 1;
/** After a triple fault, until a reset. */
export const SHUTDOWN = 2;
/** EVENTS: what the outer loop must look at. Chips set bits through Cpu methods, which also request attention. */
export const EVENTS = GDTR_BASE + 6;
export const EVENT_INTR = 0x01;
export const EVENT_NMI = 0x02;
/** Interrupts are held off for one instruction (after STI, MOV SS, POP SS). */
export const EVENT_SHADOW = 0x04;
/** A single-step or breakpoint trap is pending; its DR6 bits are set already. */
export const EVENT_TRAP = 0x08;
/** NMI is masked until IRET. */
export const EVENT_NMI_MASKED = 0x10;
/** The shadow is one of STI: it holds off interrupts only, not debug traps. */
export const EVENT_SHADOW_STI = 0x20;
/** The traced instruction entered a handler (INT n): its single-step trap is dropped. */
export const EVENT_NO_STEP = 0x40;
/** A20 gate: FFFFFFFFh open, FFEFFFFFh closed. Applied to physical addresses. */
export const A20_MASK = GDTR_BASE + 7;
/** Always 0: stands for an absent base or index register in effective addresses. */
export const ZERO = GDTR_BASE + 8;
/** Test registers TR3..TR7 at TEST_REGISTERS + n (386: 6 and 7; 486: 3 to 7). */
export const TEST_REGISTERS = GDTR_BASE + 16;
/** Model-specific registers that hold a value, two words each: see msr.ts. */
export const MSR = BASE / 4 + 0x100; // byte 400h
/** f64 index: what the time stamp counter is ahead of COUNTER.CYCLES. */
export const TSC_OFFSET = (BASE + 0xff8) / 8;

/**
 * x87 (cpu/fpu): register Rn, by number and not by place in the stack, at FPU_REGISTER + n * FPU_REGISTER_WORDS: low and
 * high half of the significand, then sign and exponent (bits 15..0).
 */
export const FPU_REGISTER = BASE / 4 + 0x400; // byte 1000h
export const FPU_REGISTER_WORDS = 4;
/** Control and status word as FNSTCW and FNSTSW store them. */
export const FPU_CONTROL = FPU_REGISTER + 8 * FPU_REGISTER_WORDS;
export const FPU_STATUS = FPU_CONTROL + 1;
/** Bit n is set while Rn is not empty: the abridged tag word of FXSAVE. */
export const FPU_VALID = FPU_CONTROL + 2;
/** The last instruction that was no control instruction: where it is, its operand in memory, its opcode (11 bits). */
export const FPU_CODE_OFFSET = FPU_CONTROL + 3;
export const FPU_CODE_SELECTOR = FPU_CONTROL + 4;
export const FPU_DATA_OFFSET = FPU_CONTROL + 5;
export const FPU_DATA_SELECTOR = FPU_CONTROL + 6;
export const FPU_OPCODE = FPU_CONTROL + 7;
/** 1 while IGNNE# is asserted: errors are ignored with CR0.NE = 0. The board's latch falls back with FERR#. */
export const FPU_IGNNE = FPU_CONTROL + 8;

/** What idle-loop.ts knows, so that a restored snapshot goes on in the same way: 16 words, then 16 doubles. */
export const IDLE_LOOP = BASE / 4 + 0x200; // byte 800h
export const IDLE_LOOP_COUNTERS = BASE / 8 + 0x108; // byte 840h

// EFLAGS bits (i386 PRM 2.3.4)
export const FLAG_CF = 0x0001;
export const FLAG_PF = 0x0004;
export const FLAG_AF = 0x0010;
export const FLAG_ZF = 0x0040;
export const FLAG_SF = 0x0080;
export const FLAG_TF = 0x0100;
export const FLAG_IF = 0x0200;
export const FLAG_DF = 0x0400;
export const FLAG_OF = 0x0800;
export const FLAG_IOPL = 0x3000;
export const FLAG_NT = 0x4000;
export const FLAG_RF = 0x1_0000;
export const FLAG_VM = 0x2_0000;
export const FLAG_AC = 0x4_0000;
export const FLAG_ID = 0x20_0000;
export const FLAGS_ARITHMETIC = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF;

// CR0 bits (i386 PRM 4.1.3; WP, NE, AM, NW, CD: i486 PRM)
export const CR0_PE = 0x0000_0001;
export const CR0_MP = 0x0000_0002;
export const CR0_EM = 0x0000_0004;
export const CR0_TS = 0x0000_0008;
export const CR0_ET = 0x0000_0010;
export const CR0_NE = 0x0000_0020;
export const CR0_WP = 0x0001_0000;
export const CR0_AM = 0x0004_0000;
export const CR0_NW = 0x2000_0000;
export const CR0_CD = 0x4000_0000;
export const CR0_PG = 0x8000_0000 | 0;

// CR4 bits (SDM vol. 3 2.5)
export const CR4_TSD = 0x004;
export const CR4_DE = 0x008;
export const CR4_PSE = 0x010;
export const CR4_MCE = 0x040;
export const CR4_PGE = 0x080;
export const CR4_PCE = 0x100;
export const CR4_OSFXSR = 0x200;

// Exception vectors (i386 PRM 9.8)
export const VECTOR_DE = 0;
export const VECTOR_DB = 1;
export const VECTOR_NMI = 2;
export const VECTOR_BP = 3;
export const VECTOR_OF = 4;
export const VECTOR_BR = 5;
export const VECTOR_UD = 6;
export const VECTOR_NM = 7;
export const VECTOR_DF = 8;
export const VECTOR_TS = 10;
export const VECTOR_NP = 11;
export const VECTOR_SS = 12;
export const VECTOR_GP = 13;
export const VECTOR_PF = 14;
export const VECTOR_MF = 16;
export const VECTOR_AC = 17;
