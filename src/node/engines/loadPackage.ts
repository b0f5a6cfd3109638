import { catchError, defer, type Observable } from 'rxjs';

/**
 * Loads an optional package. If it is missing, the error says how to install it.
 *
 * @param load imports the package by its literal name
 */
export const loadPackage = <T>(load: () => Promise<T>, name: string): Observable<T> =>
  defer(load).pipe(
    catchError((cause: unknown) => {
      if (!isMissing(cause)) throw cause;
      throw new Error(`the package ${name} is missing (npm install ${name})`, { cause });
    }),
  );

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
