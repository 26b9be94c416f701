// How a command of package.json runs: what goes wrong ends it with a sentence and exit code 1, not with a stack.

/** @param {() => Promise<void>} main */
export async function runCommand(main) {
  try {
    await main();
  } catch (error) {
    console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
    // What has been started would keep the process alive.
    process.exit(1);
  }
}
