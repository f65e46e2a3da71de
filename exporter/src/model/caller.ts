/** What a caller of the API may do; each may do what those before it may. */
export const ROLES = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls, as it is written into the audit log. */
export interface Caller {
  /** Name of the token, or `anonymous`. */
  name: string;
  role: Role;
  /** It came with the token that exporters send. */
  exporter?: true;
}

export const mayAct = (caller: Caller, needed: Role): boolean => ROLES.indexOf(caller.role) >= ROLES.indexOf(needed);
