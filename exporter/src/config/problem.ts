/** One thing that is wrong in an input file: where, what was found, what would be right. */
export interface Problem {
  file: string;
  /** 1-based; absent when the trouble is not at one place. */
  line?: number;
  /** 1-based; absent where the line tells enough. */
  column?: number;
  message: string;
}

/** Input that cannot be used. The message lists every problem, one a line, and never a secret. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export function problemText(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${problem.message}`;
}
