// Where the person is: which view, and which dialog lies over it.
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { ViewId } from '../views/views';

type DialogId = 'palette' | 'shortcuts' | 'about';

export const useNavigation = defineStore('navigation', () => {
  const view = ref<ViewId>('start');
  const dialog = ref<DialogId | null>(null);

  function go(to: ViewId): void {
    view.value = to;
  }

  /** Ends a dialog, unless another has taken its place by now. */
  function close(ended: DialogId): void {
    if (dialog.value === ended) dialog.value = null;
  }

  /** From the set-up to what came of it; whoever looks at something else stays there. */
  function showResult(): void {
    if (view.value === 'start' || view.value === 'experiment') go('results');
  }

  return { view, dialog, go, close, showResult };
});
