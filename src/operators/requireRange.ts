/**
 * Rejects an argument at once that no comparison or timer would ever notice, such as `NaN`.
 *
 * @throws RangeError unless `min <= value <= max`
 */
export function requireRange(name: string, value: number, min: number, max = Infinity): void {
  if (value >= min && value <= max) return;
  const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`${name} is ${value}, but has to be ${range}`);
}
