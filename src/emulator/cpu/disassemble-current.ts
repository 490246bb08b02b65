// The instruction a CPU stands at, as text for messages: looked at without fault, accessed bit or cost.
import type { Cpu } from './cpu';
import { MODE_CODE32 } from './decode/decode';
import { PeekedCode } from './decode/peeked-code';
import { disassemble } from './disassemble';
import { EIP } from './state';

/** The instruction at CS:EIP in Intel syntax; null where its bytes cannot be fetched. */
export function disassembleCurrent(cpu: Cpu): string | null {
  const eip = cpu.i32[EIP] >>> 0;
  const code = new PeekedCode(cpu, (cpu.codeBase + eip) | 0);
  const codeSize = (cpu.modeKey & MODE_CODE32) !== 0 ? 32 : 16;
  const { text } = disassemble(code, 0, eip, codeSize, cpu.model);
  return code.isMissing ? null : text;
}
