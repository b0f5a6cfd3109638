/**
 * The options of a program. Prints the usage and exits if they ask for it.
 *
 * @template {{ help: boolean }} T
 * @param {() => T} read throws if the command line is wrong
 * @param {string} usage
 * @returns {T}
 */
export function optionsOf(read, usage) {
  try {
    const options = read();
    if (!options.help) return options;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  process.stdout.write(usage);
  process.exit();
}

/** @param {string} why Exits with 64, EX_USAGE. @returns {never} */
export function fail(why) {
  process.stderr.write(`ERROR: ${why}\n`);
  process.exit(64);
}
