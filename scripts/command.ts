/** Say a sentence to the person at the terminal; stdout is for answers. */
export const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** The whole of a script: its exit code, or the sentence it fails with. No stack: what fails here is the machine, not us. */
export async function command(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
