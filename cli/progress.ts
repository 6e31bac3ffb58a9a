import pc from "picocolors";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Tells the steps of a long command: with a moving line on a terminal, with one line a step in a pipe. */
export class Progress {
  private timer: NodeJS.Timeout | undefined;
  private text = "";

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  /** Runs one step and tells its end. The step may change the text shown meanwhile. */
  async step<T>(text: string, work: (update: (text: string) => void) => Promise<T>): Promise<T> {
    this.start(text);
    try {
      return await work((update) => {
        this.text = update;
      });
    } finally {
      this.stop();
    }
  }

  done(text: string): void {
    this.out.write(`${pc.green("✓")} ${text}\n`);
  }

  skipped(text: string): void {
    this.out.write(`${pc.yellow("–")} ${text}\n`);
  }

  failed(text: string): void {
    this.out.write(`${pc.red("✗")} ${text}\n`);
  }

  private start(text: string): void {
    this.text = text;
    if (!this.out.isTTY) return;
    let frame = 0;
    const draw = () => {
      const line = `${FRAMES[frame++ % FRAMES.length]} ${this.text}`;
      this.out.write(`\r\x1b[2K${line.slice(0, (this.out.columns ?? 80) - 1)}`);
    };
    draw();
    this.timer = setInterval(draw, 100);
  }

  private stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.out.write("\r\x1b[2K");
  }
}
