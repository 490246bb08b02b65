// Where a number comes from: what was asked last, and the answer. One question at a time; a later one takes its place.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Failure, NumberRequest } from '../../contract/api';
import type { NumberExplanation } from '../../contract/records';
import { bridge } from '../bridge';

/** Which button asked, so that the answer appears at its side. */
export type AskedAt = 'headline' | 'phase';

export interface AskedNumber {
  readonly at: AskedAt;
  /** What the number is called on screen. */
  readonly title: string;
  readonly cpuHz: number;
  readonly request: NumberRequest;
}

export const useNumberSource = defineStore('number-source', () => {
  const asked = shallowRef<AskedNumber | null>(null);
  const explanation = shallowRef<NumberExplanation | null>(null);
  const failure = ref<Failure | null>(null);

  async function ask(question: AskedNumber): Promise<void> {
    asked.value = question;
    explanation.value = null;
    failure.value = null;
    const answer = await bridge().explainNumber(question.request);
    if (asked.value !== question) return;
    if (answer.ok) explanation.value = answer.value;
    else failure.value = answer.failure;
  }

  function close(): void {
    asked.value = null;
  }

  /** Whether the panel shows this number. */
  function isAbout(at: AskedAt, title: string): boolean {
    return asked.value?.at === at && asked.value.title === title;
  }

  return { asked, explanation, failure, ask, close, isAbout };
});
