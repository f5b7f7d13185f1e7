import { readFileSync } from 'node:fs';
import { programPath } from '../base/programs.ts';
import { escapeHtml } from './html.ts';
import { plotStyle } from './style.ts';

/** A page that carries everything it needs and may reach nothing else. */
export function htmlDocument(page: { title: string; style: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>${plotStyle}${page.style}</style>
</head>
<body>
${page.body}
<script>${pageScript()}</script>
</body>
</html>
`;
}

let script: string | undefined;

/** What the plots need in a browser; bundled on its own, since it runs there and not here. */
function pageScript(): string {
  script ??= readFileSync(programPath('reportPage'), 'utf8').replaceAll('</script', '<\\/script');
  return script;
}
