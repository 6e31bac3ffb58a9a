/**
 * Runs `build` while stack traces are cheap and empty.
 *
 * cdktf captures a full stack trace for every token, which takes most of the time of building a large app. Nobody sees
 * them: errors of ours carry the construct's path. An error thrown by `build` keeps its message.
 */
export function withoutStackTraces<T>(build: () => T): T {
  const previous = Error.prepareStackTrace;
  Error.prepareStackTrace = () => "";
  try {
    return build();
  } finally {
    Error.prepareStackTrace = previous;
  }
}
