import { ExitCode } from "./exit-code";
import { UserError } from "./report-error";

/**
 * Reads a port option and starts a server on it.
 *
 * @throws UserError if the port is no port, or is in use.
 */
export async function listenOn<T>(option: string, start: (port: number) => Promise<T>): Promise<T> {
  const port = Number(option);
  if (!/^\d{1,5}$/.test(option) || port > 65_535) {
    throw new UserError(`\`--port\` must be a number from 0 to 65535, got: ${option}.`);
  }
  try {
    return await start(port);
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (name === "PortInUseError") {
      throw new UserError(
        `port ${port} is in use. Choose another with \`--port\`, or 0 for a free one.`,
        ExitCode.Failed,
      );
    }
    if (code === "EACCES")
      throw new UserError(`port ${port} is not allowed here. Choose one above 1023 with \`--port\`.`);
    throw error;
  }
}
