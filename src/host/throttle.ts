// Lets the newest of many values through, at most one per interval. The last offered one arrives unless stopped.

/** See `createThrottle`. */
export interface Throttle<T> {
  offer(value: T): void;
  /** Nothing is sent from here on. */
  stop(): void;
}

/** Sends the first value at once, then the newest one whenever `intervalMs` have passed. */
export function createThrottle<T>(intervalMs: number, send: (value: T) => void): Throttle<T> {
  let newest: { readonly value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const flush = () => {
    timer = undefined;
    if (!newest) return;
    const { value } = newest;
    newest = undefined;
    timer = setTimeout(flush, intervalMs);
    send(value);
  };

  return {
    offer(value) {
      if (isStopped) return;
      newest = { value };
      if (!timer) flush();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
