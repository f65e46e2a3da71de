import { RE2JS } from 're2js';
import type { Pattern, PatternMatch } from './snmp-module';

/** RE2 as Go writes it, searched anywhere in the text. Throws an Error that says what is wrong with it. */
export function searchPattern(source: string): Pattern {
  return pattern(source, source);
}

/** The same for the whole text. */
export function wholePattern(source: string): Pattern {
  // Alone first, so that an error names what stands in the file; and a) (b must not pass for being inside brackets.
  RE2JS.compile(source);
  return pattern(source, `^(?:${source})$`);
}

function pattern(source: string, compiled: string): Pattern {
  const regex = RE2JS.compile(compiled);
  const names = new Map(Object.entries(regex.namedGroups()));
  const groups = regex.groupCount();
  const match = (text: string): PatternMatch | null => {
    const matcher = regex.matcher(text);
    if (!matcher.find()) {
      return null;
    }
    return {
      group: (nameOrNumber) => {
        const number = /^\d+$/.test(nameOrNumber) ? Number(nameOrNumber) : names.get(nameOrNumber);
        return number === undefined || number > groups ? '' : (matcher.group(number) ?? '');
      },
    };
  };
  return { source, match };
}

/** `$1`, `$name`, `${1}`, `${name}` are groups, `$$` is a dollar; the unbraced name is as long as it can be. */
export function expandTemplate(template: string, match: PatternMatch): string {
  return template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_whole, dollar, bare, braced) =>
    dollar ? '$' : match.group((bare ?? braced) as string)
  );
}
