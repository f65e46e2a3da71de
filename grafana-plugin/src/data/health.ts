/** Health of something that is asked for again and again. Times are Unix ms. */
export interface Health {
  updatedAt: number | null;
  error: string | null;
  failures: number;
  /** True when what is shown is no longer backed by a fresh answer. */
  stale: boolean;
  loading: boolean;
  nextAt: number | null;
}
