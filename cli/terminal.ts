import pc from "picocolors";

/** Standard output: in a pipe without colours, and as wide as it gets. */
export function terminal(): { color: boolean; width: number } {
  const { isTTY, columns } = process.stdout;
  return { color: isTTY === true && pc.isColorSupported, width: columns ?? Number.POSITIVE_INFINITY };
}
