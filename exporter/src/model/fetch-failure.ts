/** Why a fetch failed: it says "fetch failed" and keeps the reason in the cause of its error. */
export function fetchFailure(err: unknown): string {
  const { message, cause } = err as Error;
  const { code, message: reason } = (cause ?? {}) as NodeJS.ErrnoException;
  return reason || code || message;
}
