/**
 * Runs `run` while `Error.captureStackTrace` does nothing.
 *
 * cdktf captures the whole stack for every token it makes, while building and while resolving, which
 * takes longer than the rest of it (and 50 times as long with ts-node, which maps each line to its source). Nobody sees these traces: errors of
 * ours carry the construct's path. An error that is thrown has its stack as ever.
 */
export function withoutStackTraces<T>(run: () => T): T {
  const previous = Error.captureStackTrace;
  Error.captureStackTrace = () => {};
  try {
    return run();
  } finally {
    Error.captureStackTrace = previous;
  }
}
