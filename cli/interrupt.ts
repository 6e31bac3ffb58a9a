/**
 * A signal that is aborted at Ctrl-C (or SIGTERM), so that a command ends what it started and then itself.
 * A second Ctrl-C ends the program at once.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      controller.abort();
      process.once(signal, () => process.exit(130));
    });
  }
  return controller.signal;
}

/** Resolves at the next Ctrl-C or SIGTERM. */
export function untilInterrupted(): Promise<void> {
  const signal = onInterrupt();
  return new Promise((resolve) => {
    // Keeps the program alive: a pending promise alone does not.
    const timer = setInterval(() => {}, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      resolve();
    });
  });
}
