import { z } from 'zod';

/** As much of JSON Schema 2020-12 as is looked at here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  $defs?: Record<string, JsonSchema>;
}

/** Whether a schema tells what is sent, or what it is decoded into. */
export type Side = 'input' | 'output';

/** Schemas with a name of their own (`.meta({ id })`), which stand once in the document. */
export class SchemaShelf {
  readonly schemas: Record<string, JsonSchema> = {};

  /** A reference, where the schema has a name. */
  reference(schema: z.ZodType, side: Side): JsonSchema {
    const { $schema: _, ...described } = this.take(schema, side);
    return described;
  }

  private take(schema: z.ZodType, side: Side): JsonSchema {
    const { $defs = {}, ...rest } = toJson(schema, side);
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...one } = definition as JsonSchema & { id?: string };
      const shown = pointedHere(one);
      const known = this.schemas[name];
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(shown)) {
        throw new Error(`two schemas have the id ${name}; each needs its own`);
      }
      this.schemas[name] = shown;
    }
    return pointedHere(rest);
  }
}

/** With its properties in place, although it has a name. */
export function describedSchema(schema: z.ZodType, side: Side, shelf: SchemaShelf): JsonSchema {
  const described = shelf.reference(schema, side);
  const name = typeof described['$ref'] === 'string' ? described['$ref'].split('/').at(-1) : undefined;
  return name === undefined ? described : (shelf.schemas[name] as JsonSchema);
}

function toJson(schema: z.ZodType, side: Side): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: side,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // What stands in an address is a text for the decoder, and what it is decoded into for the reader.
      if (['integer', 'number', 'boolean'].includes(String(jsonSchema.type))) {
        delete jsonSchema.pattern;
        if (jsonSchema.enum?.every((value) => typeof value === 'string')) {
          delete jsonSchema.enum;
        }
      }
      if (jsonSchema.format === 'date-time') {
        delete jsonSchema.pattern;
      }
    },
  }) as JsonSchema;
}

/** `#/$defs/Device` of one schema is `#/components/schemas/Device` of the document. */
const pointedHere = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
