/** The parts of js-yaml 4 that we use; the package has no types of its own. */
declare module 'js-yaml' {
  interface Type {
    readonly tag: string;
  }
  interface Schema {
    extend(more: { implicit: readonly Type[] }): Schema;
  }
  /** Maps, lists and texts; no plain text is taken for a number or for null. */
  const FAILSAFE_SCHEMA: Schema;
  const types: { readonly null: Type; readonly merge: Type };
  /** @throws for what is no YAML, for several documents, and for a key that stands twice in one map */
  function load(text: string, options: { schema: Schema }): unknown;
}
