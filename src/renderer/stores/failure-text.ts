// A failure on one line: what happened, what to do, the code to ask about.
import type { Failure } from '../../contract/api';

export function failureText({ message, nextStep, code }: Failure): string {
  return `${message} ${nextStep} [${code}]`;
}
