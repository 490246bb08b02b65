// The panes of the window, in the order they are read: F6 goes from one to the next.

/** Moves the focus to the next pane, or the previous. */
export function focusPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  const current = panes.findIndex((pane) => pane.contains(document.activeElement));
  const start = current === -1 && step === -1 ? 0 : current;
  panes[(start + step + panes.length) % panes.length]?.focus();
}

/** Gives the focus to the content of a view when what had it is gone. */
export function focusContentIfLost(): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('main [data-pane]')?.focus();
}
