import { describe, expect, it } from 'vitest';
import { CODE_AT, CpuBench } from '../cpu-bench';

const EAX = 0;
const ECX = 1;
const at = (offset: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(CODE_AT + offset);
  return bytes.toString('hex');
};

describe('code that writes itself', () => {
  it('runs the new bytes of the very next instruction', () => {
    // mov byte [8],77h ; mov al,11h (its immediate at +8) ; hlt
    const bench = new CpuBench().code(`c605 ${at(8)} 77 b011 f4`).run();
    expect(bench.register(EAX) & 0xff).toBe(0x77);
  });

  it('runs the new bytes in later rounds of a loop that patches its own immediate', () => {
    // mov ecx,5 ; l: add eax,1 (83 C0 ib, ib at +7) ; inc byte [+7] ; dec ecx ; jnz l ; hlt
    const bench = new CpuBench().code(`b905000000 83c001 fe05 ${at(7)} 49 75f4 f4`).run();
    expect(bench.register(EAX)).toBe(1 + 2 + 3 + 4 + 5);
    expect(bench.register(ECX)).toBe(0);
  });

  it('notices REP MOVS over code that has run already', () => {
    // call 40h twice with a copy of 6 bytes from 60h over it in between
    const program = new CpuBench()
      .code(`e83b000000 be ${at(0x60)} bf ${at(0x40)} b906000000 f3a4 e825000000 f4`)
      .load(CODE_AT + 0x40, '05 01000000 c3') // add eax,1 ; ret
      .load(CODE_AT + 0x60, '05 00010000 c3'); // add eax,100h ; ret
    expect(program.run().register(EAX)).toBe(0x101);
  });

  it('notices a device that writes to RAM', () => {
    // l: mov al,1 ; out 80h,al (the device writes 2 over the immediate) ; cmp al,2 ; jne l ; hlt
    const bench = new CpuBench().code('b001 e680 3c02 75f8 f4');
    bench.ports(0x80, 0x80, { writePort: () => bench.bus.writeMemory(CODE_AT + 1, 1, 2) }).run();
    expect(bench.register(EAX)).toBe(2);
    expect(bench.cpu.isHalted).toBe(true);
  });

  it('keeps instructions next to the written bytes', () => {
    // counter inside the code page: l: inc dword [30h] ; cmp dword [30h],1000 ; jb l ; mov eax,[30h] ; hlt
    const bench = new CpuBench().code(`ff05 ${at(0x30)} 813d ${at(0x30)} e8030000 72ee a1 ${at(0x30)} f4`).run();
    expect(bench.register(EAX)).toBe(1000);
  });

  it('notices a write to the second page of an instruction that lies across two', () => {
    const edge = CODE_AT + 0xffd; // mov eax,imm32 with its last two bytes in the next page
    const bench = new CpuBench()
      .load(edge, 'b8 44332211 c3')
      .code(`b9 ${at(0xffd)} ffd1 89c3 c705 ${at(0x1000)} bbaac300 ffd1 f4`);
    // call ecx ; mov ebx,eax ; mov [next page],0x00c3aabb ; call ecx ; hlt
    bench.run();
    expect(bench.register(3)).toBe(0x11223344);
    expect(bench.register(EAX)).toBe(0xaabb3344);
  });
});
