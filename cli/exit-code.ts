/** The exit codes of every command: a contract. */
export enum ExitCode {
  Fine = 0,
  /** Drift, a policy, a risk over the limit, a restriction that does not hold. */
  Findings = 1,
  /** Wrong configuration, wrong option. */
  WrongInput = 2,
  /** The cloud or a tool failed. */
  Failed = 3,
  /** Ctrl-C, as shells count it. */
  Interrupted = 130,
}
