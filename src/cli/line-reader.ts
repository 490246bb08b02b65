// Lines of a byte stream, one at a time, without keeping more than one chunk: for inputs of any length.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Lines without their ends (LF or CR LF). A last line without an end counts; an empty rest does not. */
export async function* readLines(input: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk as Buffer);
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
