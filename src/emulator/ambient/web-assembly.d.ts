// The part of WebAssembly's JavaScript interface that the emulator uses (W3C, JS API 2). The room compiles without
// DOM and Node types, so that nothing else of theirs can slip in.
declare namespace WebAssembly {
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer;
  }
}
