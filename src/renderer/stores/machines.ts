// The machines there are.
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Failure } from '../../contract/api';
import type { MachineSummary } from '../../contract/records';
import { bridge } from '../bridge';

export const useMachines = defineStore('machines', () => {
  const machines = shallowRef<readonly MachineSummary[]>([]);
  const failure = ref<Failure | null>(null);
  const isLoaded = ref(false);

  /** Asks for the list; may be called again after a failure. */
  async function load(): Promise<void> {
    const result = await bridge().listMachines();
    failure.value = result.ok ? null : result.failure;
    machines.value = result.ok ? result.value : [];
    isLoaded.value = true;
  }

  function find(id: string): MachineSummary | undefined {
    return machines.value.find((machine) => machine.id === id);
  }

  return { machines, failure, isLoaded, load, find };
});
