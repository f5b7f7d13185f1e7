import { isAbsolute, relative } from 'node:path';

/**
 * One class of error with a stable code. A problem is plain data, so that a command can collect all of them and show
 * them at once; a `BatonError` carries one or more problems through a `throw`.
 *
 * Codes come in blocks, one a room: E1 command line and base · E2 station · E3 instruments · E4 calibrations and
 * sequence · E5 journal and runs · E6 guardian and interlocks · E7 scripts and travellers · E8 database and outbox ·
 * E91 measurements · E92 wirebond · E93 sensors · E94 reports · E95 simulator · E96 terminal.
 * Every code has a paragraph in docs/errors.md.
 */
export interface Place {
  /** As the user named it, or relative to the working directory. */
  file: string;
  /** Counted from 1. */
  line?: number;
  /** Counted from 1, in UTF-16 code units. */
  column?: number;
}

/** One thing that is wrong, as data. */
export interface Problem {
  code: string;
  /** What is wrong, in one sentence. */
  what: string;
  where?: Place | undefined;
  /** What to do now, in one or two sentences. */
  remedy: string;
  /** A warning is shown and recorded, and stops nothing. */
  severity?: 'error' | 'warning';
}

/** What an error knows besides its problems. */
export interface BatonErrorOptions {
  cause?: unknown;
  /** The exit code of a command that ends with this error; DESIGN's table gives `run`'s. */
  exitCode?: ExitCode;
}

/** 0 done · 1 done, and the answer is no · 2 refused, nothing touched · 3 could not be completed · 4 interlock · 5 a person is needed · 130 stopped. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/**
 * What Baton refuses with, or could not do: one or more problems, each with its code, what, where, and what to do
 * now.
 */
export class BatonError extends Error {
  override readonly name: string = 'BatonError';
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;

  constructor(problem: Problem | readonly Problem[], options: BatonErrorOptions = {}) {
    const problems = Array.isArray(problem) ? (problem as readonly Problem[]) : [problem as Problem];
    super(problems.map(formatProblem).join('\n'), 'cause' in options ? { cause: options.cause } : undefined);
    this.problems = problems;
    this.exitCode = options.exitCode ?? 2;
  }

  /** The code of the first problem. */
  get code(): string {
    return this.problems[0]?.code ?? 'E1000';
  }
}

/** Whether it is one of ours and, with a code, whether one of its problems has that. */
export function isBatonError(error: unknown, code?: string): error is BatonError {
  return error instanceof BatonError && (code === undefined || error.problems.some((p) => p.code === code));
}

/** One alone keeps its own class; several become one error that shows them all. */
export function throwAll(errors: readonly BatonError[]): void {
  if (errors.length === 1) throw errors[0]!;
  if (errors.length > 1) throw new BatonError(errors.flatMap((error) => error.problems));
}

/** `E2104  config/channels.json:14:22  what` and the remedy indented below it. */
export function formatProblem(problem: Problem): string {
  const place = problem.where ? `${formatPlace(problem.where)}  ` : '';
  const kind = problem.severity === 'warning' ? 'warning: ' : '';
  const indent = ' '.repeat(problem.code.length + 2);
  const remedy = `${problem.remedy} (docs: errors#${problem.code})`;
  return `${problem.code}  ${place}${kind}${problem.what}\n${indent}${remedy}`;
}

/** `file:line:column`, the file as seen from the working directory when it lies below that. */
export function formatPlace(place: Place): string {
  const line = place.line === undefined ? '' : `:${place.line}`;
  const column = place.line === undefined || place.column === undefined ? '' : `:${place.column}`;
  return `${fromHere(place.file)}${line}${column}`;
}

function fromHere(file: string): string {
  const path = isAbsolute(file) ? relative(process.cwd(), file) : file;
  return path.startsWith('..') ? file : path;
}
