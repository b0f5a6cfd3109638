/** The code of a system error: `ENOENT`, `EEXIST` … */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
