import type { Renderer } from './renderer.ts';

/** The journal's lines as they are, one JSON object a line; progress among them, without a number for it is not written down. */
export function jsonLinesRenderer(out: NodeJS.WritableStream = process.stdout): Renderer {
  const write = (value: object) => out.write(`${JSON.stringify(value)}\n`);
  return {
    line: (line) => write(line),
    output: () => undefined,
    progress: (step, progress) => write({ event: 'progress', t: Date.now(), step, ...progress }),
    close: () => undefined,
  };
}
